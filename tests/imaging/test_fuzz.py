"""Whatever bytes a picture file holds: its picture, or one sentence; in bounded memory and time."""

from __future__ import annotations

import contextlib
import io
import time
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from semgui.domain.errors import UnreadableImageError
from semgui.imaging.limits import DecodeLimits
from tests.imaging.files import ASCII, grey_tags, png, read_image, tiff, write

LIMITS = DecodeLimits(max_pixels=1_000_000, max_decoded_bytes=16 << 20)
_PIXELS = np.random.default_rng(5).integers(0, 255, (24, 32), dtype=np.uint8)
_RECORD = b"[System]\nSystemType=Quanta\n[Beam]\nBeam=EBeam\n[EBeam]\nHV=5000\n[Image]\nResolutionY=20\n"


def _tifffile(**options: object) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, _PIXELS, metadata=None, **options)
    return buffer.getvalue()


def _pillow(form: str, mode: str = "L") -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(_PIXELS).convert(mode).save(buffer, form)
    return buffer.getvalue()


SEEDS = {
    "plain": tiff(
        grey_tags(32, 24, t278=5) | {34682: (ASCII, _RECORD)},
        [_PIXELS[i : i + 5].tobytes() for i in range(0, 24, 5)],
    ),
    "big endian": tiff(grey_tags(32, 24), [_PIXELS.tobytes()], order=">"),
    "deflate": tiff(grey_tags(32, 24, t259=8), [zlib.compress(_PIXELS.tobytes())]),
    "lzw": _tifffile(compression="lzw", rowsperstrip=6),
    "packbits": _tifffile(compression="packbits"),
    "tiled": _tifffile(compression="zstd", tile=(16, 16), bigtiff=True),
    "jpeg in tiff": _tifffile(compression="jpeg"),
    "png": png(32, 24, zlib.compress(b"".join(b"\0" + row.tobytes() for row in _PIXELS))),
    "png palette": _pillow("PNG", "P"),
    "jpeg": _pillow("JPEG"),
    "bmp": _pillow("BMP"),
}

Edit = tuple[float, int, bytes]
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 6),
        st.one_of(
            st.binary(max_size=6),
            st.sampled_from([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\1"]),
        ),
    ),
    min_size=1,
    max_size=6,
)


def damaged(data: bytes, edits: list[Edit]) -> bytes:
    """Overwrite, insert or cut out a few bytes; an edit of 6 bytes and no text cuts the file off."""
    for place, length, text in edits:
        at = int(place * len(data))
        data = data[:at] if length == 6 and not text else data[:at] + text + data[at + length :]
    return data


@pytest.mark.parametrize("seed", SEEDS)
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(edits=EDITS)
def test_damaged_files(tmp_path: Path, seed: str, edits: list[Edit]) -> None:
    path = write(tmp_path / "a.tif", damaged(SEEDS[seed], edits))
    start = time.process_time()
    tracemalloc.start()
    try:
        with contextlib.suppress(UnreadableImageError):
            decoded = read_image(path, limits=LIMITS)
            assert decoded.pixels.shape == (decoded.info.height, decoded.info.width)
            assert decoded.pixels.size <= LIMITS.max_pixels
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()
    assert time.process_time() - start < 5


@pytest.mark.parametrize("seed", SEEDS)
def test_the_undamaged_file_is_read(tmp_path: Path, seed: str) -> None:
    pixels = read_image(write(tmp_path / "a", SEEDS[seed])).pixels
    assert np.abs(pixels.astype(int) - _PIXELS).max() <= (0 if "jpeg" not in seed else 60)
