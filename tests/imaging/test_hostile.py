"""Broken and hostile files: one sentence, bounded memory, no hanging, nothing outside the folder."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from semgui.domain.errors import UnreadableImageError
from semgui.imaging.budget import PROCESS_BUDGET, Share
from semgui.imaging.limits import DecodeLimits
from semgui.imaging.reader import read_info
from tests.imaging.files import ASCII, LONG, SHORT, UNDEFINED, chunk, grey_tags, png, read_image, tiff, write

MIB = 1 << 20
BOMB = 64 * MIB  # what the bombs below would unpack to


def refused(path: Path, **options: object) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(UnreadableImageError) as caught:
        read_image(path, **options)  # type: ignore[arg-type]
    assert caught.value.path == path
    reason = caught.value.reason
    assert reason
    assert "\n" not in reason
    assert len(reason) < 400
    return reason


@contextmanager
def memory_below(limit: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < limit, f"{peak / MIB:.1f} MiB"


# ---- size ----


@pytest.mark.parametrize("compression", [1, 5, 8])
def test_huge_dimensions_are_refused_unread(tmp_path: Path, compression: int) -> None:
    """A file of a few bytes that claims 900 million pixels."""
    path = write(tmp_path / "a.tif", tiff(grey_tags(30_000, 30_000, t259=compression), [b"\0" * 100]))
    with memory_below(4 * MIB):
        assert "more than the limit of 400 million" in refused(path)


def test_a_real_picture_of_900_million_pixels_in_a_megabyte(tmp_path: Path) -> None:
    strip = zlib.compress(bytes(30_000 * 1000), 9)
    path = write(tmp_path / "a.tif", tiff(grey_tags(30_000, 30_000, t259=8, t278=1000), [strip] * 30))
    assert path.stat().st_size < 2 * MIB
    with memory_below(4 * MIB):
        assert "more than the limit" in refused(path)


def test_channels_count(tmp_path: Path) -> None:
    tags = grey_tags(1000, 1000, t277=2000) | {258: (SHORT, 8)}
    assert "2000 channels" in refused(write(tmp_path / "a.tif", tiff(tags, [b""])))


@pytest.mark.parametrize("side", [2**31 - 1, 2**32 - 1])
def test_dimensions_that_overflow(tmp_path: Path, side: int) -> None:
    refused(write(tmp_path / "a.tif", tiff(grey_tags(side, side), [b"\0"])))
    refused(write(tmp_path / "a.png", png(2**31 - 1, 2**31 - 1, b"")))


@pytest.mark.parametrize(("width", "height"), [(0, 10), (10, 0)])
def test_no_pixels(tmp_path: Path, width: int, height: int) -> None:
    assert "no picture" in refused(write(tmp_path / "a.tif", tiff(grey_tags(width, height), [b""])))
    refused(write(tmp_path / "a.png", png(width, height, zlib.compress(b"\0" * 10))))


def test_no_samples(tmp_path: Path) -> None:
    assert "no picture" in refused(write(tmp_path / "a.tif", tiff(grey_tags(4, 4, t277=0), [b"\0" * 16])))


def test_negative_dimensions(tmp_path: Path) -> None:
    tags = grey_tags(4, 4) | {256: (9, struct.pack("<i", -4)[:4])}
    data = tiff(tags, [b"\0" * 16]).replace(
        struct.pack("<HHI", 256, 9, 4), struct.pack("<HHI", 256, 9, 1)
    )  # a signed LONG of -4
    refused(write(tmp_path / "a.tif", data))
    refused(write(tmp_path / "a.bmp", b"BM" + bytes(12) + struct.pack("<IiiHH", 40, -5, 7, 1, 8) + bytes(60)))


def test_a_picture_larger_than_the_memory_bound_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", tiff(grey_tags(1000, 1000), [bytes(10**6)]))
    assert "memory" in refused(path, limits=DecodeLimits(max_decoded_bytes=10**5))
    assert read_image(path).pixels.shape == (1000, 1000)


# ---- bombs ----


COMPRESSORS: dict[int, Callable[[bytes], bytes]] = {
    5: imagecodecs.lzw_encode,
    8: lambda data: zlib.compress(data, 9),
    32946: lambda data: zlib.compress(data, 9),
    32773: lambda data: b"\x81\0" * (len(data) // 128),  # runs of 128 zeros; the encoder takes minutes
    34925: imagecodecs.lzma_encode,
    50000: imagecodecs.zstd_encode,
}


@pytest.mark.parametrize("compression", COMPRESSORS)
def test_a_strip_that_inflates_past_its_declared_size(tmp_path: Path, compression: int) -> None:
    bomb = COMPRESSORS[compression](bytes(BOMB))
    path = write(tmp_path / "a.tif", tiff(grey_tags(100, 100, t259=compression), [bomb]))
    with memory_below(len(bomb) + 16 * MIB):  # LZMA keeps a dictionary of 8 MiB
        refused(path)


def test_a_bomb_is_called_one(tmp_path: Path) -> None:
    strip = zlib.compress(bytes(20_000))
    assert "inflates past its declared size" in refused(
        write(tmp_path / "a.tif", tiff(grey_tags(100, 100, t259=8), [strip]))
    )


def test_a_padded_last_strip_is_no_bomb(tmp_path: Path) -> None:
    strips = [zlib.compress(bytes([i]) * 400) for i in (1, 2)]  # the second one has 4 rows too many
    pixels = read_image(write(tmp_path / "a.tif", tiff(grey_tags(50, 12, t259=8, t278=8), strips))).pixels
    np.testing.assert_array_equal(pixels[:, 0], [1] * 8 + [2] * 4)


def test_a_png_that_inflates_past_its_declared_size(tmp_path: Path) -> None:
    path = write(tmp_path / "a.png", png(100, 100, zlib.compress(bytes(BOMB), 9)))
    with memory_below(4 * MIB):
        assert "inflates past its declared size" in refused(path)


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
def test_a_png_whose_text_inflates(tmp_path: Path, kind: bytes) -> None:
    bomb = zlib.compress(bytes(BOMB), 9)
    body = {b"zTXt": b"x\0\0", b"iTXt": b"x\0\1\0\0\0", b"iCCP": b"x\0\0"}[kind] + bomb
    idat = zlib.compress(bytes(11 * 10))
    path = write(tmp_path / "a.png", png(10, 10, idat, before=chunk(kind, body)))
    with memory_below(8 * MIB), suppress(UnreadableImageError):
        assert read_image(path).pixels.shape == (10, 10)


@pytest.mark.parametrize("interlaced", [False, True])
def test_a_png_of_just_its_size_is_no_bomb(tmp_path: Path, interlaced: bool) -> None:
    pixels = np.arange(13 * 9, dtype=np.uint8).reshape(9, 13)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    if interlaced:
        passes = [
            (0, 0, 8, 8),
            (0, 4, 8, 8),
            (4, 0, 8, 4),
            (0, 2, 4, 4),
            (2, 0, 4, 2),
            (0, 1, 2, 2),
            (1, 0, 2, 1),
        ]
        raw = b"".join(
            b"\0" + row.tobytes() for r, c, dr, dc in passes for row in pixels[r::dr, c::dc] if row.size
        )
        data = png(13, 9, zlib.compress(raw))
        ihdr = data[16:28] + b"\1"
        data = data[:16] + ihdr + struct.pack(">I", zlib.crc32(b"IHDR" + ihdr)) + data[33:]
        write(tmp_path / "a.png", data)
    np.testing.assert_array_equal(read_image(tmp_path / "a.png").pixels, pixels)


def test_a_jpeg_strip_with_other_dimensions(tmp_path: Path) -> None:
    large = imagecodecs.jpeg8_encode(np.zeros((8000, 8000), np.uint8))
    path = write(tmp_path / "a.tif", tiff(grey_tags(16, 16, t259=7), [large]))
    with memory_below(len(large) * 3 + 4 * MIB):
        assert "claims 8000 × 8000 pixels" in refused(path)
    small = imagecodecs.jpeg8_encode(np.zeros((8, 8), np.uint8))
    refused(write(tmp_path / "b.tif", tiff(grey_tags(16, 16, t259=7), [small])))


def test_a_progressive_jpeg_of_a_thousand_scans(tmp_path: Path) -> None:
    Image.new("L", (64, 64)).save(tmp_path / "a.jpg", progressive=True)
    whole = (tmp_path / "a.jpg").read_bytes()
    assert read_image(tmp_path / "a.jpg").pixels.shape == (64, 64)
    last_scan = whole[whole.rindex(b"\xff\xda") : -2]
    path = write(tmp_path / "b.jpg", whole[:-2] + last_scan * 1000 + b"\xff\xd9")
    assert "scans" in refused(path)


MEASURE = """
import resource, sys
from pathlib import Path
from semgui.imaging.reader import open_image
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open_image(Path(sys.argv[1])):
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("kind", ["colour png", "deep png", "lzw", "rows", "jpeg"])
def test_the_peak_is_what_the_bound_counts(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Resident memory of a fresh process that decodes 24 million pixels, against the share it takes."""
    width, height = 6000, 4000
    data = {
        "colour png": lambda: png(width, height, zlib.compress(bytes((3 * width + 1) * height), 1), colour=2),
        "deep png": lambda: png(width, height, zlib.compress(bytes((2 * width + 1) * height), 1), bits=16),
        "lzw": lambda: tiff(
            grey_tags(width, height, t259=5), [imagecodecs.lzw_encode(bytes(width * height))]
        ),
        "rows": lambda: tiff(grey_tags(width, height, t278=1), [bytes(width)] * height),
        "jpeg": lambda: imagecodecs.jpeg8_encode(np.zeros((height, width, 3), np.uint8)),
    }[kind]()
    path = write(tmp_path / "a.tif", data)
    shares: list[int] = []
    take = PROCESS_BUDGET.share

    def watched(nbytes: int, capacity: int) -> Share:
        shares.append(nbytes)
        return take(nbytes, capacity)

    monkeypatch.setattr(PROCESS_BUDGET, "share", watched)
    read_image(path)
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert int(measured.stdout) * 1024 < shares[0] + 24 * MIB


@pytest.mark.parametrize("code", [34683, 51023, 65000])
def test_xml_bombs_are_not_expanded(tmp_path: Path, code: int) -> None:
    laughs = b'<!ENTITY a0 "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 12)
    )
    xml = b'<?xml version="1.0"?><!DOCTYPE x [' + laughs + b"]><FeiImage><time>&a11;</time></FeiImage>"
    path = write(tmp_path / "a.tif", tiff(grey_tags(4, 4) | {code: (ASCII, xml)}, [b"\0" * 16]))
    with memory_below(4 * MIB):
        info = read_info(path)
    assert info.metadata.vendor is None
    assert read_image(path).pixels.shape == (4, 4)


def test_xml_that_names_another_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("12.5")
    xml = f'<!DOCTYPE x [<!ENTITY s SYSTEM "file://{tmp_path}/secret">]><FeiImage><time>&s;</time></FeiImage>'
    path = write(tmp_path / "a.tif", tiff(grey_tags(4, 4) | {34683: (ASCII, xml.encode())}, [b"\0" * 16]))
    info = read_info(path)
    assert "12.5" not in str(info)
    assert any("XML" in note for note in info.notes)


def test_xml_of_many_megabytes_and_great_depth(tmp_path: Path) -> None:
    for number, xml in enumerate([b"<a>" * 200_000, b"<FeiImage>" + b"<x/>" * 2_000_000 + b"</FeiImage>"]):
        path = write(tmp_path / f"{number}.tif", tiff(grey_tags(4, 4) | {34683: (ASCII, xml)}, [b"\0" * 16]))
        start = time.process_time()
        assert read_info(path).width == 4
        assert time.process_time() - start < 2


# ---- truncated, empty, not a picture ----


def test_every_truncation_of_a_tiff(tmp_path: Path) -> None:
    """Refused, or, where only the list of strip lengths is cut off, shown as it is."""
    strips = [bytes([i]) * 64 for i in range(4)]
    whole = tiff(grey_tags(16, 16, t278=4), strips)
    shown = 0
    for length in range(len(whole)):
        path = write(tmp_path / "a.tif", whole[:length])
        try:
            assert read_image(path).pixels.tobytes() == b"".join(strips)
            shown += 1
        except UnreadableImageError as error:
            assert error.reason
    assert shown <= 16


def test_a_truncated_picture_says_so(tmp_path: Path) -> None:
    import tifffile

    tifffile.imwrite(tmp_path / "a.tif", np.zeros((64, 64), np.uint8), metadata=None)
    cut = (tmp_path / "a.tif").read_bytes()[:-100]
    assert "ends in the middle of the picture" in refused(write(tmp_path / "a.tif", cut))


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp"])
def test_truncated_pictures(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / f"a.{suffix}")
    whole = (tmp_path / f"a.{suffix}").read_bytes()
    for part in (0.05, 0.3, 0.6, 0.95):
        reason = refused(write(tmp_path / f"b.{suffix}", whole[: int(len(whole) * part)]))
        assert "truncated" in reason or "damaged" in reason or "is not" in reason


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"\0" * 1000, "begins with zeros"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "EPS"),
        (b"8BPS\0\1" + bytes(50), "Photoshop"),
        (b"SIMPLE  =                    T", "FITS"),
        (b"<html></html>", "text"),
        (b"GIF89a" + bytes(50), "GIF"),
        (b"hello", "not a TIFF, PNG, JPEG or BMP"),
        (b"II*\0", "truncated"),
        (b"II*\0\xff\xff\xff\x7f", "truncated"),
        (b"\x89PNG\r\n\x1a\n", "truncated"),
        (b"\xff\xd8\xff", "truncated"),
        (b"BM", "truncated"),
    ],
)
def test_what_is_no_picture(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in refused(write(tmp_path / "a.tif", data))


def test_damaged_compressed_data(tmp_path: Path) -> None:
    good = bytearray(zlib.compress(np.random.default_rng(0).bytes(10_000)))
    good[2000:2100] = bytes(100)
    refused(write(tmp_path / "a.tif", tiff(grey_tags(100, 100, t259=8), [bytes(good)])))


# ---- directories of tags ----


def test_pages_in_a_circle(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", tiff(grey_tags(4, 4), [bytes(16)], next_page=-1))
    info = read_info(path)
    assert info.pages == 1
    assert any("circle" in note for note in info.notes)
    assert read_image(path).pixels.shape == (4, 4)


def test_a_chain_of_pages_that_leads_outside_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", tiff(grey_tags(4, 4), [bytes(16)], next_page=0x7FFFFFFF))
    assert read_info(path).pages == 1


def test_a_huge_number_of_tags(tmp_path: Path) -> None:
    data = b"II*\0\x08\0\0\0" + struct.pack("<H", 65535) + bytes(12 * 65535 + 4)
    assert "65,535 tags" in refused(write(tmp_path / "a.tif", data))
    big = b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 2**60) + bytes(100)
    refused(write(tmp_path / "b.tif", big))


@pytest.mark.parametrize("code", [256, 258, 273, 279, 320, 34682, 34118, 700])
def test_a_tag_that_claims_four_billion_values(tmp_path: Path, code: int) -> None:
    data = bytearray(tiff(grey_tags(4, 4) | {code: (SHORT, [1, 1, 1, 1])}, [bytes(16)]))
    at = data.index(struct.pack("<HHI", code, SHORT, 4))
    data[at + 4 : at + 8] = struct.pack("<I", 2**32 - 1)
    with memory_below(4 * MIB):
        try:
            read_image(write(tmp_path / "a.tif", bytes(data)))
        except UnreadableImageError:
            assert code < 30_000  # a vendor's tag must not make the picture unreadable


def test_a_million_strips(tmp_path: Path) -> None:
    count = 1 << 20
    path = write(tmp_path / "a.tif", tiff(grey_tags(1, count, t278=1), [bytes(range(256)) * (count // 256)]))
    data = bytearray(path.read_bytes())
    offsets = np.arange(8, 8 + count, dtype="<u4")
    counts = np.ones(count, "<u4")
    where = len(data)
    data += offsets.tobytes() + counts.tobytes()
    for code, place in ((273, where), (279, where + 4 * count)):
        at = data.index(struct.pack("<HHI", code, LONG, 1))
        data[at + 4 : at + 12] = struct.pack("<II", count, place)
    start = time.process_time()
    pixels = read_image(write(path, bytes(data))).pixels
    assert time.process_time() - start < 3
    np.testing.assert_array_equal(pixels[:, 0], np.arange(count) % 256)


@pytest.mark.parametrize("code", [273, 279])
def test_strips_outside_the_file(tmp_path: Path, code: int) -> None:
    refused(write(tmp_path / "a.tif", tiff(grey_tags(4, 4) | {code: (LONG, 2**31)}, [bytes(16)])))


def test_fewer_strips_than_rows(tmp_path: Path) -> None:
    assert "strips" in refused(write(tmp_path / "a.tif", tiff(grey_tags(4, 4, t278=1), [bytes(4)] * 2)))


def test_a_strip_shorter_than_its_rows(tmp_path: Path) -> None:
    """What follows in the file must not be shown as if it were the picture."""
    tags = grey_tags(4, 4) | {279: (LONG, 8)}
    assert "shorter" in refused(write(tmp_path / "a.tif", tiff(tags, [bytes(16)])))


@pytest.mark.parametrize("code", [258, 259, 262, 278, 284, 317, 322, 339])
@pytest.mark.parametrize("value", [0, 3, 99, 65535])
def test_nonsense_in_a_tag(tmp_path: Path, code: int, value: int) -> None:
    tags = grey_tags(4, 4) | {code: (SHORT, value)}
    if code == 322:
        tags |= {323: (SHORT, value)}
    try:
        assert read_image(write(tmp_path / "a.tif", tiff(tags, [bytes(16)]))).pixels.shape == (4, 4)
    except UnreadableImageError as error:
        assert error.reason


def test_a_missing_palette(tmp_path: Path) -> None:
    assert "palette" in refused(write(tmp_path / "a.tif", tiff(grey_tags(4, 4, t262=3), [bytes(16)])))


# ---- outside the folder ----


def test_ome_xml_that_names_another_file_is_not_followed(tmp_path: Path) -> None:
    """tifffile.imread would read ../other.tif."""
    folder = tmp_path / "folder"
    folder.mkdir()
    write(tmp_path / "other.tif", tiff(grey_tags(4, 4), [b"\x63" * 16]))
    ome = (
        '<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
        '<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint8" '
        'SizeX="4" SizeY="4" SizeC="2" '
        'SizeZ="1" SizeT="1">'
        '<TiffData IFD="0" FirstC="1"><UUID FileName="../other.tif">urn:uuid:x</UUID></TiffData>'
        "</Pixels></Image></OME>"
    )
    path = write(folder / "a.ome.tif", tiff(grey_tags(4, 4) | {270: (ASCII, ome.encode())}, [b"\x07" * 16]))
    np.testing.assert_array_equal(read_image(path, root=folder).pixels, np.full((4, 4), 7))


def test_links_that_lead_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    outside = write(tmp_path / "outside.tif", tiff(grey_tags(4, 4), [bytes(16)]))
    (folder / "a.tif").symlink_to(outside)
    (folder / "b").symlink_to(tmp_path)
    assert "out of the opened folder" in refused(folder / "a.tif", root=folder)
    assert "out of the opened folder" in refused(folder / "b" / "outside.tif", root=folder)
    assert "out of the opened folder" in refused(folder / ".." / "outside.tif", root=folder)
    # The user may open the same link by name, and a link inside the folder is followed.
    assert read_image(folder / "a.tif").pixels.shape == (4, 4)
    write(folder / "real.tif", outside.read_bytes())
    (folder / "c.tif").symlink_to("real.tif")
    assert read_image(folder / "c.tif", root=folder).pixels.shape == (4, 4)


def test_a_folder_that_begins_with_the_same_letters_is_outside(tmp_path: Path) -> None:
    (tmp_path / "ab").mkdir()
    (tmp_path / "a").mkdir()
    outside = write(tmp_path / "ab" / "x.tif", tiff(grey_tags(4, 4), [bytes(16)]))
    (tmp_path / "a" / "x.tif").symlink_to(outside)
    refused(tmp_path / "a" / "x.tif", root=tmp_path / "a")


def test_the_opened_folder_may_itself_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    write(tmp_path / "real" / "a.tif", tiff(grey_tags(4, 4), [bytes(16)]))
    (tmp_path / "link").symlink_to("real")
    assert read_image(tmp_path / "link" / "a.tif", root=tmp_path / "link").pixels.shape == (4, 4)


def test_links_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a.tif").symlink_to("b.tif")
    (tmp_path / "b.tif").symlink_to("a.tif")
    refused(tmp_path / "a.tif")


def test_a_sidecar_that_is_a_link_to_a_secret(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "passwd").write_text("$CM_MAG 1000\n$CM_INSTRUMENT secret\n")
    (folder / "a.txt").symlink_to(tmp_path / "passwd")
    path = write(folder / "a.tif", tiff(grey_tags(4, 4), [bytes(16)]))
    info = read_info(path, root=folder)
    assert info.metadata.vendor is None
    assert any("sidecar" in note for note in info.notes)
    assert "secret" not in str(read_info(path))  # nor when the picture was named by itself


# ---- devices, pipes, names ----


def test_pipes_and_devices_do_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.tif")
    os.mkfifo(tmp_path / "b.txt")
    picture = write(tmp_path / "b.tif", tiff(grey_tags(4, 4), [bytes(16)]))
    reasons: list[str] = []

    def look() -> None:
        reasons.append(refused(tmp_path / "a.tif"))
        reasons.append(refused(Path("/dev/zero")))
        reasons.append(refused(tmp_path))
        assert read_info(picture).width == 4

    worker = threading.Thread(target=look, daemon=True)
    worker.start()
    worker.join(10)
    assert not worker.is_alive()
    assert len(reasons) == 3


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.tif") == "there is no such file"
    refused(tmp_path / ("x" * 300))
    refused(tmp_path / "a\0b.tif")
    refused(write(tmp_path / "a.tif", b"II*\0") / "b.tif")


# ---- records ----


@pytest.mark.parametrize(
    "value", ["nan", "inf", "-inf", "1e999", "<b>5000</b>", "notafloat", "", "0x10", "5,0,0", "-"]
)
def test_numbers_that_are_none(tmp_path: Path, value: str) -> None:
    record = (
        f"[System]\nSystemType=Quanta\n[Beam]\nBeam=EBeam\n[EBeam]\nHV={value}\nWD={value}\nHFW={value}\n"
    )
    record += f"[Scan]\nPixelWidth={value}\n[Stage]\nStageT={value}\n[Image]\nResolutionY={value}\n"
    path = write(tmp_path / "a.tif", tiff(grey_tags(4, 4) | {34682: (ASCII, record.encode())}, [bytes(16)]))
    metadata = read_info(path).metadata
    assert metadata.vendor == "thermo"
    assert metadata.instrument == "Quanta"
    found = (metadata.hv_kv, metadata.wd_mm, metadata.pixel_size_nm, metadata.tilt_deg, metadata.databar_row)
    assert found == (None,) * 5


def test_texts_are_one_plain_line(tmp_path: Path) -> None:
    name = "<script>alert(1)</script>\x1b[31m\x07" + "x" * 10_000
    record = f"[System]\nSystemType={name}\n[Detectors]\nName=A\0B\u2028C\n"
    path = write(tmp_path / "a.tif", tiff(grey_tags(4, 4) | {34682: (ASCII, record.encode())}, [bytes(16)]))
    metadata = read_info(path).metadata
    assert metadata.instrument is not None
    assert metadata.instrument.startswith("<script>alert(1)</script> [31m")
    assert len(metadata.instrument) <= 500
    assert metadata.detector == "A B C"


@pytest.mark.parametrize(
    "code", [33560, 34118, 34119, 34680, 34682, 34683, 37500, 40092, 50431, 51023, 65000]
)
def test_garbage_in_a_vendor_tag_never_hides_the_picture(tmp_path: Path, code: int) -> None:
    rng = np.random.default_rng(code)
    for length in (1, 7, 64, 5000):
        for blob in (rng.bytes(length), b"\xff" * length, b"SIS0" + b"\xff" * length, b"[System]\n" * length):
            path = write(tmp_path / "a.tif", tiff(grey_tags(4, 4) | {code: (UNDEFINED, blob)}, [bytes(16)]))
            assert read_image(path).pixels.shape == (4, 4)
