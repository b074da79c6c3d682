"""PNG, JPEG and BMP: headers read here, pixels through Pillow.

Pillow's format classes are called directly: `PIL.Image.open` would look for other formats too and
apply its own size limit, where ours (`semgui.imaging.limits`) already holds.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.ImageFile import ImageFile as PillowFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from semgui.imaging.colour import ColourSample
from semgui.imaging.failures import BadImageError, TruncatedError
from semgui.imaging.files import ImageFile
from semgui.imaging.jpeg import MAX_HEADER_BYTES, read_jpeg_header

_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Adam7: (first row, first column, row step, column step) of the seven passes.
_ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
_INFLATE_STEP = 1 << 18
_BLOCK_PIXELS = 1 << 20
_MOST_SCANS = 200
_USUAL_JPEG_HEADER_BYTES = 1 << 15


@dataclass(frozen=True, slots=True)
class RasterHeader:
    """What the header of a PNG, JPEG or BMP says.

    Parameters
    ----------
    format
        ``PNG``, ``JPEG`` or ``BMP``.
    width, height, channels, bits
        Of the stored picture; `bits` per channel.
    orientation
        EXIF orientation, 1…8 (JPEG only).
    progressive
        Whether a JPEG's coefficients are all kept in memory while decoding.
    texts
        Payloads of JPEG application and comment segments, where some vendors put their record.
    """

    format: str
    width: int
    height: int
    channels: int
    bits: int
    orientation: int = 1
    texts: tuple[bytes, ...] = ()
    progressive: bool = False


def read_png_header(file: ImageFile) -> RasterHeader:
    """Read the IHDR chunk.

    Raises
    ------
    BadImageError
        If it is missing or nonsense.
    """
    head = file.read_at(0, 33) if file.size >= 33 else b""
    if not head:
        raise TruncatedError("inside its header")
    width, height, bits, colour = struct.unpack(">IIBB", head[16:26])
    if head[12:16] != b"IHDR" or colour not in _PNG_CHANNELS or bits not in (1, 2, 4, 8, 16):
        raise BadImageError("its PNG header is damaged")
    return RasterHeader("PNG", width, height, _PNG_CHANNELS[colour], bits)


def read_jpeg(file: ImageFile) -> RasterHeader:
    """Read the markers up to the first scan; errors as `read_jpeg_header`."""
    try:
        header = read_jpeg_header(file.head(_USUAL_JPEG_HEADER_BYTES))
    except TruncatedError:  # large EXIF, colour profile or vendor text
        header = read_jpeg_header(file.head(MAX_HEADER_BYTES))
    texts = tuple(payload for _, payload in header.segments)
    return RasterHeader(
        "JPEG",
        header.width,
        header.height,
        header.channels,
        header.bits,
        header.orientation,
        texts,
        header.progressive,
    )


def read_bmp_header(file: ImageFile) -> RasterHeader:
    """Read the sizes in either kind of BMP header.

    Raises
    ------
    BadImageError
        If the header is cut off or of an unknown kind.
    """
    head = file.head(34)
    if len(head) < 26:
        raise TruncatedError("inside its header")
    kind = struct.unpack("<I", head[14:18])[0]
    if kind == 12:
        width, height, _, depth = struct.unpack("<HHHH", head[18:26])
    elif kind >= 40 and len(head) >= 30:
        width, height, _, depth = struct.unpack("<iiHH", head[18:30])
    else:
        raise BadImageError("its BMP header is damaged")
    return RasterHeader("BMP", width, abs(height), 1 if depth <= 8 else max(1, depth // 8), min(depth, 8))


def raster_memory_needed(header: RasterHeader) -> int:
    """Peak bytes of decoding: Pillow's picture, in four bytes a pixel if it is coloured, and our array."""
    deep = 2 if header.bits > 8 and header.channels == 1 else 1
    per_pixel = deep + (deep if header.channels == 1 else 4)
    if header.progressive:
        per_pixel += 2 * header.channels
    if header.format == "BMP":
        per_pixel += 2  # run lengths are unpacked on the way
    return header.width * header.height * per_pixel + _BLOCK_PIXELS * 4


def decode_raster(file: ImageFile, header: RasterHeader) -> tuple[NDArray[Any], ColourSample | None]:
    """Decode to one grey channel, and keep a sample of the colours if there are any.

    Returns
    -------
    (height, width) uint8, or uint16 for a 16-bit grey PNG.

    Raises
    ------
    BadImageError
        Data cut off, damaged, or more than the header declares.
    """
    if header.format == "PNG":
        _refuse_png_bomb(file, header)
    if header.progressive:
        _refuse_endless_scans(file)
    file.stream.seek(0)
    with _OPENERS[header.format](file.stream) as picture:
        if picture.size != (header.width, header.height):
            raise BadImageError("its header gives two different sizes; the file is damaged")
        if header.format == "JPEG":
            picture.draft("YCbCr", None)  # no scaling: as it is stored, brightness apart from colour
        try:
            picture.load()
        except OSError as error:
            if "truncated" in str(error):
                raise TruncatedError from None
            raise
        return _grey_pixels(picture), _colours(picture)


_OPENERS: dict[str, Callable[..., PillowFile]] = {
    "PNG": PngImageFile,
    "JPEG": JpegImageFile,
    "BMP": BmpImageFile,
}


def _colours(picture: Image.Image) -> ColourSample | None:
    if picture.mode not in ("P", "RGB", "RGBA", "YCbCr"):
        return None
    sample = ColourSample(picture.height, picture.width)
    rows, columns = sample.colours.shape[:2]
    sample.colours = np.asarray(
        picture.resize((columns, rows), Image.Resampling.NEAREST).convert("RGB"), dtype=np.float32
    )
    return sample


def _grey_pixels(picture: Image.Image) -> NDArray[Any]:
    """Copy the brightness block by block: of a large picture, Pillow would make three copies at once."""
    deep = picture.mode == "I" or picture.mode.startswith("I;16")  # 16-bit grey PNG, by older or newer name
    width, height = picture.size
    pixels = np.empty((height, width), np.uint16 if deep else np.uint8)
    rows = max(1, _BLOCK_PIXELS // width)
    for top in range(0, height, rows):
        part = picture if rows >= height else picture.crop((0, top, width, min(top + rows, height)))
        if deep:
            pixels[top : top + rows] = np.asarray(part).clip(0, 65535)
        else:
            pixels[top : top + rows] = np.asarray(part if part.mode == "L" else part.convert("L"))
    return pixels


def _refuse_png_bomb(file: ImageFile, header: RasterHeader) -> None:
    """Inflate the picture data in small steps and stop one byte after what the header declares."""
    declared = _png_bytes(header, interlaced=file.read_at(28, 1) == b"\1")
    inflate = zlib.decompressobj()
    total = 0
    for data in _png_data(file):
        rest = data
        while rest and not inflate.eof:
            total += len(inflate.decompress(rest, _INFLATE_STEP))
            rest = inflate.unconsumed_tail
            if total > declared:
                raise BadImageError("its picture data inflates past its declared size; it was not unpacked")


def _refuse_endless_scans(file: ImageFile) -> None:
    """Refuse a progressive JPEG that goes over the picture a thousand times: it would take hours."""
    scans, last = 0, b""
    for start in range(0, file.size, _INFLATE_STEP):
        piece = last + file.read_at(start, min(_INFLATE_STEP, file.size - start))
        scans += piece.count(b"\xff\xda")
        last = piece[-1:]
    if scans > _MOST_SCANS:
        raise BadImageError(
            f"it is a progressive JPEG of {scans:,} scans (real ones have about 10); it was not unpacked"
        )


def _png_bytes(header: RasterHeader, *, interlaced: bool) -> int:
    """Bytes of all rows, each with its filter byte."""
    if not interlaced:
        return header.height * (1 + -(-header.width * header.channels * header.bits // 8))
    total = 0
    for row, column, row_step, column_step in _ADAM7:
        wide = max(0, -(-(header.width - column) // column_step))
        high = max(0, -(-(header.height - row) // row_step))
        if wide:
            total += high * (1 + -(-wide * header.channels * header.bits // 8))
    return total


def _png_data(file: ImageFile) -> Iterator[bytes]:
    """Payloads of the IDAT chunks in pieces of bounded size."""
    position = 8
    while position + 8 <= file.size:
        length, kind = struct.unpack(">I4s", file.read_at(position, 8))
        start = position + 8
        if start + length > file.size:
            raise TruncatedError
        if kind == b"IDAT":
            for piece in range(start, start + length, _INFLATE_STEP):
                yield file.read_at(piece, min(_INFLATE_STEP, start + length - piece))
        elif kind == b"IEND":
            return
        position = start + length + 4
