"""Every kind of picture comes out as the grey values that went in."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image
from PIL.Image import Transpose

from semgui.domain.errors import UnreadableImageError
from semgui.imaging.limits import DecodeLimits
from semgui.imaging.reader import open_image, read_info
from tests.imaging.files import LONG, SHORT, grey_tags, read_image, tiff, write

RNG = np.random.default_rng(3)
HEIGHT, WIDTH = 37, 53


def ramp(dtype: str) -> np.ndarray:
    kind = np.dtype(dtype)
    if kind.kind == "f":
        return RNG.normal(0, 100, (HEIGHT, WIDTH)).astype(kind)
    limits = np.iinfo(kind)
    return RNG.integers(limits.min, limits.max, (HEIGHT, WIDTH), dtype=kind, endpoint=True)


def save(path: Path, pixels: np.ndarray, **options: Any) -> Path:
    tifffile.imwrite(path, pixels, metadata=None, **options)
    return path


def check(path: Path, expected: np.ndarray, stored: str) -> None:
    info = read_info(path)
    assert (info.height, info.width) == expected.shape
    assert info.dtype == stored
    pixels = read_image(path).pixels
    assert pixels.dtype in ("uint8", "uint16", "float32")
    assert pixels.dtype == expected.dtype
    assert pixels.dtype.isnative
    assert pixels.flags.c_contiguous
    np.testing.assert_array_equal(pixels, expected)


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize(
    "dtype", ["uint8", "uint16", "int8", "int16", "uint32", "int32", "float16", "float32", "float64"]
)
def test_grey_tiff_of_every_depth(tmp_path: Path, dtype: str, byteorder: str) -> None:
    pixels = ramp(dtype)
    path = save(tmp_path / "a.tif", pixels, byteorder=byteorder, rowsperstrip=5)
    expected = pixels if dtype in ("uint8", "uint16") else pixels.astype(np.float32)
    check(path, expected, dtype)


@pytest.mark.parametrize("bigtiff", [False, True])
@pytest.mark.parametrize("tile", [None, (16, 32)])
@pytest.mark.parametrize(
    ("compression", "predictor"),
    [
        *((name, False) for name in (None, "lzw", "zlib", "packbits", "zstd", "lzma")),
        *((name, True) for name in ("lzw", "zlib", "zstd", "lzma")),
    ],
)
def test_layouts_and_compressions(
    tmp_path: Path, compression: str | None, predictor: bool, tile: tuple[int, int] | None, bigtiff: bool
) -> None:
    options: dict[str, Any] = {"tile": tile} if tile else {"rowsperstrip": 8}
    for dtype in ("uint8", "uint16", "float32"):
        pixels = ramp(dtype)
        path = save(
            tmp_path / f"{dtype}.tif",
            pixels,
            compression=compression,
            bigtiff=bigtiff,
            predictor=predictor,
            **options,
        )
        check(path, pixels, dtype)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_predictor_works_in_both_byte_orders(tmp_path: Path, order: str) -> None:
    pixels = ramp("uint16")
    check(
        save(tmp_path / "a.tif", pixels, compression="lzw", predictor=True, byteorder=order), pixels, "uint16"
    )


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_colour_tiff_becomes_its_brightness(
    tmp_path: Path, planar: str, dtype: str, compression: str | None
) -> None:
    colours = np.stack([ramp(dtype) for _ in range(3)], axis=-1)
    colours[0] = colours[0, :, :1]  # a grey row keeps its value exactly
    written = colours if planar == "contig" else np.moveaxis(colours, -1, 0)
    path = save(tmp_path / "a.tif", written, photometric="rgb", planarconfig=planar, compression=compression)
    grey = read_image(path).pixels
    assert grey.dtype == dtype
    np.testing.assert_array_equal(grey[0], colours[0, :, 0])
    exact = colours.astype(float) @ [0.299, 0.587, 0.114]
    assert np.abs(grey - exact).max() <= (1 if dtype == "uint8" else 2)


def test_an_alpha_channel_is_no_brightness(tmp_path: Path) -> None:
    colours = np.repeat(ramp("uint8")[..., None], 4, axis=-1)
    colours[..., 3] = 0
    path = save(tmp_path / "a.tif", colours, photometric="rgb", extrasamples=["unassalpha"])
    np.testing.assert_array_equal(read_image(path).pixels, colours[..., 0])


def test_min_is_white_is_inverted(tmp_path: Path) -> None:
    pixels = ramp("uint16")
    path = save(tmp_path / "a.tif", pixels, photometric="miniswhite")
    np.testing.assert_array_equal(read_image(path).pixels, 65535 - pixels)


@pytest.mark.parametrize("photometric", ["minisblack", "miniswhite"])
def test_one_bit_fills_the_range(tmp_path: Path, photometric: str) -> None:
    bits = ramp("uint8") > 100
    path = save(tmp_path / "a.tif", bits, photometric=photometric, compression="packbits")
    lit = bits if photometric == "minisblack" else ~bits
    check(path, np.where(lit, 255, 0).astype(np.uint8), "uint8")


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt"])
def test_fax_compressions(tmp_path: Path, compression: str) -> None:
    bits = ramp("uint8") > 100
    Image.fromarray(bits).save(tmp_path / "a.tif", compression=compression)
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif").pixels, np.where(bits, 255, 0))


@pytest.mark.parametrize(("bits", "factor"), [(2, 85), (4, 17)])
def test_two_and_four_bits_fill_the_range(tmp_path: Path, bits: int, factor: int) -> None:
    pixels = ramp("uint8") >> (8 - bits)
    per_byte = 8 // bits
    padded = np.zeros((HEIGHT, -(-WIDTH // per_byte) * per_byte), np.uint8)
    padded[:, :WIDTH] = pixels
    packed = np.zeros((HEIGHT, padded.shape[1] // per_byte), np.uint8)
    for i in range(per_byte):
        packed |= padded[:, i::per_byte] << (8 - bits * (i + 1))
    data = tiff(grey_tags(WIDTH, HEIGHT, t258=bits), [packed.tobytes()])
    check(write(tmp_path / "a.tif", data), pixels * np.uint8(factor), "uint8")


def test_twelve_bits_keep_their_values(tmp_path: Path) -> None:
    pixels = np.array([[0x123, 0xFFF], [0x001, 0x800]], np.uint16)
    data = tiff(grey_tags(2, 2, t258=12), [bytes.fromhex("123fff001800")])
    check(write(tmp_path / "a.tif", data), pixels, "uint16")


def test_palette_is_applied(tmp_path: Path) -> None:
    """A ZEISS picture whose palette is a contrast ramp, not the identity."""
    pixels = ramp("uint8")
    levels = (np.linspace(1, 0, 256) ** 2 * 65535).astype(np.uint16)
    path = save(tmp_path / "a.tif", pixels, photometric="palette", colormap=np.stack([levels] * 3))
    check(path, (levels >> 8).astype(np.uint8)[pixels], "uint8")


def test_a_palette_of_eight_bit_values_is_understood(tmp_path: Path) -> None:
    pixels = ramp("uint8")
    levels = np.arange(256, dtype=np.uint16)
    path = save(tmp_path / "a.tif", pixels, photometric="palette", colormap=np.stack([levels] * 3))
    check(path, pixels, "uint8")


def test_a_sixteen_bit_palette(tmp_path: Path) -> None:
    pixels = ramp("uint16")
    levels = 65535 - np.arange(65536)
    tags = grey_tags(WIDTH, HEIGHT, t258=16, t262=3) | {320: (SHORT, [int(v) for v in levels] * 3)}
    check(write(tmp_path / "a.tif", tiff(tags, [pixels.tobytes()])), 65535 - pixels, "uint16")


def test_an_index_beyond_the_palette_is_black(tmp_path: Path) -> None:
    tags = grey_tags(2, 1, t262=3) | {320: (SHORT, [65535, 65535] * 3)}
    np.testing.assert_array_equal(
        read_image(write(tmp_path / "a.tif", tiff(tags, [b"\1\xff"]))).pixels, [[255, 0]]
    )


def smooth() -> np.ndarray:
    rows, columns = np.mgrid[:64, :96]
    return (rows + columns).astype(np.uint8)


@pytest.mark.parametrize("photometric", ["minisblack", "rgb"])
def test_jpeg_inside_tiff(tmp_path: Path, photometric: str) -> None:
    pixels = smooth() if photometric == "minisblack" else np.stack([smooth()] * 3, axis=-1)
    path = save(tmp_path / "a.tif", pixels, photometric=photometric, compression="jpeg", tile=(32, 48))
    assert np.abs(read_image(path).pixels.astype(int) - smooth()).max() <= 4


def test_jpeg_inside_tiff_in_ycbcr_with_shared_tables(tmp_path: Path) -> None:
    Image.fromarray(np.stack([smooth()] * 3, axis=-1)).save(
        tmp_path / "a.tif", compression="jpeg", quality=95
    )
    assert 347 in read_tags(tmp_path / "a.tif")
    assert np.abs(read_image(tmp_path / "a.tif").pixels.astype(int) - smooth()).max() <= 4


def read_tags(path: Path) -> set[int]:
    with tifffile.TiffFile(path) as file:
        return {tag.code for tag in file.pages[0].tags.values()}


def test_the_first_page_is_shown_and_said_so(tmp_path: Path) -> None:
    pages = np.stack([ramp("uint8") for _ in range(3)])
    path = save(tmp_path / "a.tif", pages, photometric="minisblack")
    info = read_info(path)
    assert info.pages == 3
    assert any("3 pages" in note for note in info.notes)
    np.testing.assert_array_equal(read_image(path).pixels, pages[0])


def test_a_thumbnail_that_comes_first_is_not_taken_for_the_picture(tmp_path: Path) -> None:
    pixels = ramp("uint8")
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        writer.write(pixels[::4, ::4], subfiletype=1, metadata=None)
        writer.write(pixels, metadata=None)
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif").pixels, pixels)


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (1, None),
        (2, Transpose.FLIP_LEFT_RIGHT),
        (3, Transpose.ROTATE_180),
        (4, Transpose.FLIP_TOP_BOTTOM),
        (5, Transpose.TRANSPOSE),
        (6, Transpose.ROTATE_270),
        (7, Transpose.TRANSVERSE),
        (8, Transpose.ROTATE_90),
        (99, None),
    ],
)
def test_orientation_is_applied_as_viewers_do(
    tmp_path: Path, orientation: int, turn: Transpose | None
) -> None:
    pixels = ramp("uint8")
    picture = Image.fromarray(pixels)
    upright = picture if turn is None else picture.transpose(turn)
    write(tmp_path / "a.tif", tiff(grey_tags(WIDTH, HEIGHT, t274=orientation), [pixels.tobytes()]))
    check(tmp_path / "a.tif", np.asarray(upright), "uint8")


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 100_000), (100_000, 1)])
def test_extreme_shapes(tmp_path: Path, width: int, height: int) -> None:
    pixels = RNG.integers(0, 255, (height, width), dtype=np.uint8)
    check(save(tmp_path / "a.tif", pixels, rowsperstrip=1), pixels, "uint8")
    Image.fromarray(pixels[:60_000, :60_000]).save(tmp_path / "a.png")
    check(tmp_path / "a.png", pixels[:60_000, :60_000], "uint8")


def test_undefined_pixels_stay_undefined(tmp_path: Path) -> None:
    pixels = np.full((4, 4), np.nan, np.float32)
    pixels[0, 0] = np.inf
    check(save(tmp_path / "a.tif", pixels), pixels, "float32")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_of_every_mode(tmp_path: Path, mode: str) -> None:
    grey = ramp("uint16" if mode == "I;16" else "uint8")
    picture = Image.fromarray(grey) if mode == "I;16" else Image.fromarray(grey).convert(mode)
    expected = np.asarray(picture) if mode == "I;16" else np.asarray(picture.convert("L"))
    picture.save(tmp_path / "a.png")
    check(tmp_path / "a.png", expected, "uint16" if mode == "I;16" else "uint8")


def test_png_with_a_palette_that_is_not_grey(tmp_path: Path) -> None:
    picture = Image.fromarray(ramp("uint8")).quantize(16)
    palette = RNG.integers(0, 255, 48).tolist()
    picture.putpalette(palette)
    picture.save(tmp_path / "a.png")
    check(tmp_path / "a.png", np.asarray(picture.convert("L")), "uint8")


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_jpeg_is_its_brightness(tmp_path: Path, mode: str, progressive: bool) -> None:
    Image.fromarray(ramp("uint8")).convert(mode).save(tmp_path / "a.jpg", progressive=progressive, quality=95)
    with Image.open(tmp_path / "a.jpg") as picture:
        expected = np.asarray(picture.convert("L")).astype(int)
    pixels = read_image(tmp_path / "a.jpg").pixels
    assert pixels.dtype == "uint8"
    assert np.abs(pixels - expected).max() <= 2


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_bmp(tmp_path: Path, mode: str) -> None:
    picture = Image.fromarray(ramp("uint8")).convert(mode)
    picture.save(tmp_path / "a.bmp")
    check(tmp_path / "a.bmp", np.asarray(picture.convert("L")), "uint8")


def test_jpeg_orientation(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(ramp("uint8")).save(tmp_path / "a.jpg", exif=exif)
    info = read_info(tmp_path / "a.jpg")
    assert (info.width, info.height) == (HEIGHT, WIDTH)
    assert read_image(tmp_path / "a.jpg").pixels.shape == (WIDTH, HEIGHT)


def test_a_databar_row_holds_for_the_stored_rows_only(tmp_path: Path) -> None:
    record = b"[System]\nSystemType=Quanta\n[Image]\nResolutionX=%d\nResolutionY=30\n" % WIDTH
    for orientation, row in ((1, 30), (2, 30), (3, None), (6, None)):
        tags = grey_tags(WIDTH, HEIGHT, t274=orientation, t34682=record)
        info = read_info(write(tmp_path / "a.tif", tiff(tags, [bytes(WIDTH * HEIGHT)])))
        assert info.metadata.databar_row == row
        assert any("turned" in note for note in info.notes) == (row is None)


def test_a_name_says_nothing_about_the_format(tmp_path: Path) -> None:
    pixels = ramp("uint8")
    Image.fromarray(pixels).save(tmp_path / "a.png")
    wrong = (tmp_path / "a.png").rename(tmp_path / "a.tif")
    assert read_info(wrong).format == "PNG"
    np.testing.assert_array_equal(read_image(wrong).pixels, pixels)


def test_screen_resolution_is_never_a_pixel_size(tmp_path: Path) -> None:
    path = save(tmp_path / "a.tif", ramp("uint8"), resolution=(96, 96), resolutionunit="inch")
    metadata = read_info(path).metadata
    assert metadata.vendor is None
    assert metadata.pixel_size_nm is None
    assert metadata.record == {}


@pytest.mark.parametrize("name", ["größe µ\u202e.tif", "a\nb.tif", "日本語.tif", b"\xff\xfe.tif"])
def test_odd_names(tmp_path: Path, name: str | bytes) -> None:
    import os

    path = tmp_path / (name if isinstance(name, str) else os.fsdecode(name))
    pixels = ramp("uint8")
    write(path, tiff(grey_tags(WIDTH, HEIGHT), [pixels.tobytes()]))
    np.testing.assert_array_equal(read_image(path).pixels, pixels)


def test_the_limit_holds_for_samples_and_can_be_raised(tmp_path: Path) -> None:
    path = save(tmp_path / "a.tif", np.zeros((20, 10, 3), np.uint8), photometric="rgb")
    with pytest.raises(UnreadableImageError, match="more than the limit"):
        read_info(path, limits=DecodeLimits(max_pixels=599))
    assert read_info(path, limits=DecodeLimits(max_pixels=600)).width == 10


def test_errors_name_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "empty.tif", b"")
    with pytest.raises(UnreadableImageError) as caught:
        read_info(path)
    assert caught.value.path == path
    assert caught.value.reason == "the file is empty"


def test_an_error_in_the_users_block_is_not_the_pictures(tmp_path: Path) -> None:
    path = save(tmp_path / "a.tif", ramp("uint8"))
    with pytest.raises(ZeroDivisionError), open_image(path):
        raise ZeroDivisionError


def test_nothing_is_logged_or_warned(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    data = tiff(
        grey_tags(WIDTH, HEIGHT, t700=b"<xmp", t34682=b"no text", t50431=b"\0" * 9), [ramp("uint8").tobytes()]
    )
    with caplog.at_level(logging.DEBUG, logger="tifffile"):
        read_image(write(tmp_path / "a.tif", data))
    assert not caplog.records


def test_a_strip_size_of_everything_means_one_strip(tmp_path: Path) -> None:
    pixels = ramp("uint8")
    tags = grey_tags(WIDTH, HEIGHT) | {278: (LONG, 0xFFFFFFFF)}
    np.testing.assert_array_equal(
        read_image(write(tmp_path / "a.tif", tiff(tags, [pixels.tobytes()]))).pixels, pixels
    )
