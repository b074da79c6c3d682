"""The header of a JPEG stream: size and what was written beside the picture.

Source: ITU-T T.81, annex B.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from semgui.imaging.failures import BadImageError, TruncatedError
from semgui.imaging.files import ImageFile
from semgui.imaging.tiff import is_tiff, read_tiff_header
from semgui.imaging.tiff_layout import orientation

_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE_MARKERS = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_APPLICATION_MARKERS = frozenset(range(0xE0, 0xF0))
_START_OF_SCAN, _END, _COMMENT = 0xDA, 0xD9, 0xFE
MAX_HEADER_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """What stands before the first scan.

    Parameters
    ----------
    width, height, channels, bits
        Of the stored picture.
    orientation
        EXIF orientation, 1…8.
    progressive
        Whether the decoder has to keep all coefficients in memory.
    segments
        (marker, payload) of application and comment segments.
    """

    width: int
    height: int
    channels: int
    bits: int
    orientation: int
    progressive: bool
    segments: tuple[tuple[int, bytes], ...]


def read_jpeg_header(data: bytes) -> JpegHeader:
    """Walk the markers up to the first scan.

    Raises
    ------
    BadImageError
        No frame header, or the data ends before it.
    """
    frame: tuple[int, int, int, int] | None = None
    progressive = False
    beside: list[tuple[int, bytes]] = []
    for marker, payload in _segments(data):
        if marker in _FRAME_MARKERS and frame is None and len(payload) >= 6:
            height, width = int.from_bytes(payload[1:3], "big"), int.from_bytes(payload[3:5], "big")
            frame = width, height, payload[5], payload[0]
            progressive = marker in _PROGRESSIVE_MARKERS
        elif marker == _COMMENT or marker in _APPLICATION_MARKERS:
            beside.append((marker, payload))
    if frame is None:
        raise BadImageError("it is a JPEG without a picture")
    return JpegHeader(*frame, _exif_orientation(beside), progressive, tuple(beside))


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and payload of everything before the first scan."""
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            raise BadImageError("its JPEG header is damaged")
        marker = data[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
        elif marker in _WITHOUT_LENGTH:
            position += 2
        elif marker in (_START_OF_SCAN, _END):
            return
        else:
            length = int.from_bytes(data[position + 2 : position + 4], "big")
            payload = data[position + 4 : position + 2 + length]
            if length < 2 or len(payload) != length - 2:
                break
            yield marker, payload
            position += 2 + length
    raise TruncatedError("inside its header")


def _exif_orientation(segments: list[tuple[int, bytes]]) -> int:
    for marker, payload in segments:
        if marker == 0xE1 and payload.startswith(b"Exif\0\0") and is_tiff(payload[6:10]):
            exif = payload[6:]
            try:
                return orientation(read_tiff_header(ImageFile(io.BytesIO(exif), len(exif))).page)
            except BadImageError:
                return 1
    return 1
