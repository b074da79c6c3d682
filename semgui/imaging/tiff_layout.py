"""How the samples of a TIFF page are stored, checked before any of them is read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from semgui.imaging.failures import BadImageError, TruncatedError
from semgui.imaging.tiff import ByteOrder, TiffPage


class Photometric(IntEnum):
    """Meaning of the samples (TIFF tag 262)."""

    MIN_IS_WHITE = 0
    MIN_IS_BLACK = 1
    RGB = 2
    PALETTE = 3
    MASK = 4
    CMYK = 5
    YCBCR = 6


class Compression(IntEnum):
    """Compression schemes that are read (TIFF tag 259)."""

    NONE = 1
    CCITT_RLE = 2
    CCITT_FAX3 = 3
    CCITT_FAX4 = 4
    LZW = 5
    JPEG = 7
    DEFLATE = 8
    DEFLATE_OLD = 32946
    PACKBITS = 32773
    LZMA = 34925
    ZSTD = 50000


_OTHER_COMPRESSIONS = {
    6: "old-style JPEG",
    34712: "JPEG 2000",
    33003: "JPEG 2000",
    50001: "WebP",
    50002: "JPEG XL",
}
_UINT, _INT, _FLOAT, _VOID = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class TiffLayout:
    """Everything the decoder needs to know.

    Parameters
    ----------
    width, height, samples
        Of the page; `samples` per pixel.
    bits
        Per sample.
    sample_format
        1 unsigned, 2 signed, 3 float.
    segment_width, segment_height
        Of a strip or tile.
    planar
        Whether each sample has a plane of its own.
    offsets, counts
        Of the segments, (n,) int64; a count of 0 means the file does not say.
    palette
        (entries, 3) uint16, or ``None``.
    order
        Byte order, ``<`` or ``>``.
    lsb_first
        Whether the bits of each byte are stored in reverse.
    jpeg_tables
        Shared JPEG tables, or ``None``.
    orientation
        1…8 as in EXIF.
    """

    width: int
    height: int
    samples: int
    bits: int
    sample_format: int
    compression: Compression
    photometric: int
    planar: bool
    predictor: int
    segment_width: int
    segment_height: int
    offsets: NDArray[np.int64]
    counts: NDArray[np.int64]
    palette: NDArray[np.uint16] | None
    order: ByteOrder
    lsb_first: bool
    jpeg_tables: bytes | None
    orientation: int

    @property
    def sample_dtype(self) -> np.dtype[np.generic]:
        """Native numpy type that holds one stored sample."""
        if self.sample_format == _FLOAT:
            return np.dtype(f"f{self.bits // 8}")
        size = next(size for size in (1, 2, 4, 8) if self.bits <= size * 8)
        return np.dtype(f"{'i' if self.sample_format == _INT else 'u'}{size}")

    @property
    def pixel_dtype(self) -> np.dtype[np.generic]:
        """Type of the decoded grey picture: uint8, uint16 or float32."""
        stored = self.sample_dtype
        return stored if stored in (np.dtype("u1"), np.dtype("u2")) else np.dtype("f4")

    @property
    def segments_across(self) -> int:
        """Tiles side by side; 1 for strips."""
        return -(-self.width // self.segment_width)

    @property
    def segments_per_plane(self) -> int:
        """Strips or tiles that make up one plane."""
        return self.segments_across * -(-self.height // self.segment_height)

    @property
    def samples_in_segment(self) -> int:
        """Samples per pixel inside one segment."""
        return 1 if self.planar else self.samples

    @property
    def row_bytes(self) -> int:
        """Decoded bytes of one row of a segment."""
        return -(-self.segment_width * self.samples_in_segment * self.bits // 8)


def image_size(page: TiffPage) -> tuple[int, int, int]:
    """Width, height and samples per pixel.

    Raises
    ------
    BadImageError
        If the page has no picture.
    """
    if 256 not in page or 257 not in page:
        raise BadImageError("its tags describe no picture (width or height is missing)")
    return page.integer(256, 0), page.integer(257, 0), page.integer(277, 1)


def read_layout(page: TiffPage) -> TiffLayout:
    """Collect and check the tags that describe the pixels.

    Raises
    ------
    BadImageError
        If they contradict each other, point outside the file, or ask for what is not supported.
    """
    width, height, samples = image_size(page)
    if min(width, height, samples) <= 0:
        raise BadImageError(f"its header says {width} × {height} pixels: there is no picture in it")
    bits = _bits(page)
    sample_format = page.integer(339, _UINT)
    sample_format = _UINT if sample_format == _VOID else sample_format
    if sample_format not in (_UINT, _INT, _FLOAT) or not _supported(bits, sample_format):
        raise BadImageError(
            f"its samples ({bits} bits, TIFF sample format {sample_format}) are not supported"
        )
    compression = _compression(page)
    tiled = 322 in page and 323 in page
    segment_width, segment_height = (page.integer(322, 0), page.integer(323, 0)) if tiled else (width, height)
    if not tiled:
        segment_height = min(page.integer(278, height) or height, height)
    if segment_width <= 0 or segment_height <= 0:
        raise BadImageError("its tiles have no size; the file is damaged")
    planar = page.integer(284, 1) == 2 and samples > 1
    photometric = page.integer(262, Photometric.MIN_IS_BLACK)
    count = -(-width // segment_width) * -(-height // segment_height) * (samples if planar else 1)
    offsets, counts = _segments(page, 324 if tiled else 273, 325 if tiled else 279, count, compression)
    return TiffLayout(
        width=width,
        height=height,
        samples=samples,
        bits=bits,
        sample_format=sample_format,
        compression=compression,
        photometric=photometric,
        planar=planar,
        predictor=page.integer(317, 1),
        segment_width=segment_width,
        segment_height=segment_height,
        offsets=offsets,
        counts=counts,
        palette=_palette(page) if photometric == Photometric.PALETTE else None,
        order=page.order,
        lsb_first=page.integer(266, 1) == 2,
        jpeg_tables=page.blob(347),
        orientation=orientation(page),
    )


def orientation(page: TiffPage) -> int:
    """EXIF orientation 1…8; 1 if missing or nonsense."""
    value = page.integer(274, 1)
    return value if 1 <= value <= 8 else 1


def _bits(page: TiffPage) -> int:
    values = page.integers(258)
    if values is None:
        return 1
    if (values != values[0]).any():
        raise BadImageError("its channels have different numbers of bits, which is not supported")
    return int(values[0])


def _supported(bits: int, sample_format: int) -> bool:
    if sample_format == _FLOAT:
        return bits in (16, 32, 64)
    if sample_format == _INT:
        return bits in (8, 16, 32, 64)
    return 1 <= bits <= 16 or bits in (32, 64)


def _compression(page: TiffPage) -> Compression:
    value = page.integer(259, 1)
    try:
        return Compression(value)
    except ValueError:
        name = _OTHER_COMPRESSIONS.get(value, f"TIFF compression {value}")
        raise BadImageError(f"{name} inside a TIFF is not supported; save it without compression") from None


def _segments(
    page: TiffPage, offset_tag: int, count_tag: int, needed: int, compression: Compression
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    offsets = page.integers(offset_tag)
    if offsets is None:
        raise BadImageError(
            "it does not say where its pixels are, or only outside the file (truncated copy?)"
        )
    counts = page.integers(count_tag)
    if counts is None:
        # Old writers leave it out for a single strip, which then reaches to the end of the file.
        if compression is not Compression.NONE and offsets.size > 1:
            raise BadImageError("it does not say how long its compressed strips are; the file is damaged")
        rest = page.file.size - offsets
        counts = np.zeros_like(offsets) if compression is Compression.NONE else rest
    if offsets.size < needed or counts.size < needed:
        raise BadImageError(
            f"it lists {min(offsets.size, counts.size):,} of {needed:,} strips; the file is damaged"
        )
    offsets, counts = offsets[:needed], counts[:needed]
    if (offsets + counts > page.file.size).any():
        raise TruncatedError
    return offsets, counts


def _palette(page: TiffPage) -> NDArray[np.uint16]:
    values = page.integers(320, limit=3 << 16)
    if values is None or values.size < 3:
        raise BadImageError("it is a palette picture without a palette")
    entries = values.size // 3
    return values[: entries * 3].reshape(3, entries).T.clip(0, 65535).astype(np.uint16)
