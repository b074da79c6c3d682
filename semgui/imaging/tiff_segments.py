"""One strip or tile of a TIFF, decompressed into a buffer whose size is known beforehand.

Every decompressor here is told how many bytes the strip may become. One more than that is an error
raised before it is inflated, so a bomb costs as much memory as the picture it claims to be.
"""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from semgui.imaging.failures import BadImageError, TruncatedError
from semgui.imaging.jpeg import read_jpeg_header
from semgui.imaging.tiff_layout import Compression, Photometric, TiffLayout

_BOMB = "one of its compressed strips inflates past its declared size; it was not unpacked"
_LZMA_MEMORY = 256 << 20


def decode_segment(data: bytes, layout: TiffLayout, rows: int) -> NDArray[Any]:
    """Decompress, unpack and un-predict one segment.

    Parameters
    ----------
    data
        Encoded bytes.
    layout
        Of the page.
    rows
        Rows of the segment that lie inside the picture.

    Returns
    -------
    (rows, segment_width, samples) array of `layout.sample_dtype`.

    Raises
    ------
    BadImageError
        Too much or too little data.
    """
    if layout.compression is Compression.JPEG:
        return _decode_jpeg(data, layout, rows)
    if layout.lsb_first:
        data = bytes(imagecodecs.bitorder_decode(data))
    most = layout.segment_height * layout.row_bytes
    decoded = _decompress(data, layout, rows, most)
    if len(decoded) < rows * layout.row_bytes:
        raise TruncatedError("in the middle of a strip")
    # Writers may pad the last strip to its full height; a row more than that is still no bomb.
    if len(decoded) > most + layout.row_bytes:
        raise BadImageError(_BOMB)
    return unpack(decoded, layout, rows)


def unpack(data: bytes | memoryview, layout: TiffLayout, rows: int) -> NDArray[Any]:
    """Turn decompressed bytes into samples; arguments and result as for `decode_segment`."""
    shape = (rows, layout.segment_width, layout.samples_in_segment)
    per_row = layout.segment_width * layout.samples_in_segment
    data = memoryview(data)[: rows * layout.row_bytes]
    if layout.bits == layout.sample_dtype.itemsize * 8:
        stored = np.frombuffer(data, dtype=layout.sample_dtype.newbyteorder(layout.order)).reshape(shape)
        return _unpredict(stored, layout)
    if layout.bits < 8:
        return _unpack_bits(data, layout.bits, rows, per_row).reshape(shape)
    unpacked = imagecodecs.packints_decode(bytes(data), layout.sample_dtype.str, layout.bits, runlen=per_row)
    return np.asarray(unpacked).reshape(shape)


def _unpack_bits(data: memoryview, bits: int, rows: int, per_row: int) -> NDArray[np.uint8]:
    """Unpack samples of 1, 2, … 7 bits, each row beginning with a whole byte."""
    single = np.unpackbits(np.frombuffer(data, np.uint8).reshape(rows, -1), axis=1)[:, : per_row * bits]
    if bits == 1:
        return single
    weights = 1 << np.arange(bits - 1, -1, -1, dtype=np.uint8)
    return np.asarray(single.reshape(rows, per_row, bits) @ weights, dtype=np.uint8)


def _unpredict(stored: NDArray[Any], layout: TiffLayout) -> NDArray[Any]:
    if layout.predictor == 2 and layout.sample_format != 3:
        return np.asarray(imagecodecs.delta_decode(stored, axis=1))
    if layout.predictor == 3 and layout.sample_format == 3:
        return np.asarray(imagecodecs.floatpred_decode(stored, axis=1))
    if layout.predictor in (1, 2, 3):
        return stored
    raise BadImageError(f"TIFF predictor {layout.predictor} is not supported")


def _inflate(data: bytes, most: int) -> bytes:
    return zlib.decompressobj().decompress(data, most)


def _lzma(data: bytes, most: int) -> bytes:
    return lzma.LZMADecompressor(memlimit=_LZMA_MEMORY).decompress(data, most)


def _bounded(codec: Callable[..., bytes | bytearray]) -> Callable[[bytes, int], bytes]:
    return lambda data, most: bytes(codec(data, out=most))


_DECOMPRESSORS: dict[Compression, Callable[[bytes, int], bytes]] = {
    Compression.LZW: _bounded(imagecodecs.lzw_decode),
    Compression.DEFLATE: _inflate,
    Compression.DEFLATE_OLD: _inflate,
    Compression.PACKBITS: _bounded(imagecodecs.packbits_decode),
    Compression.LZMA: _lzma,
    Compression.ZSTD: _bounded(imagecodecs.zstd_decode),
}
_FAX = {
    Compression.CCITT_RLE: imagecodecs.ccittrle_decode,
    Compression.CCITT_FAX3: imagecodecs.ccittfax3_decode,
    Compression.CCITT_FAX4: imagecodecs.ccittfax4_decode,
}


def _decompress(data: bytes, layout: TiffLayout, rows: int, most: int) -> bytes:
    if layout.compression is Compression.NONE:
        return data
    if layout.compression in _FAX:
        if layout.bits != 1 or layout.samples_in_segment != 1:
            raise BadImageError("its fax-compressed strips are not black and white; the file is damaged")
        bits = _FAX[layout.compression](data, rows, layout.segment_width)
        return np.packbits(np.asarray(bits, dtype=bool), axis=-1).tobytes()
    # One row more than allowed tells a bomb from a padded strip.
    return _DECOMPRESSORS[layout.compression](data, most + layout.row_bytes + 1)


def _decode_jpeg(data: bytes, layout: TiffLayout, rows: int) -> NDArray[Any]:
    header = read_jpeg_header(data)
    if header.width > layout.segment_width or header.height > layout.segment_height:
        raise BadImageError(
            f"a JPEG strip inside it claims {header.width} × {header.height} pixels where the TIFF says "
            f"{layout.segment_width} × {layout.segment_height}; it was not unpacked"
        )
    colours = layout.samples_in_segment
    in_space, out_space = _jpeg_colour_spaces(layout, colours)
    decoded = np.asarray(
        imagecodecs.jpeg_decode(
            data,
            tables=layout.jpeg_tables,
            colorspace=in_space,
            outcolorspace=out_space,
            bitspersample=layout.bits,
        )
    )
    if decoded.ndim == 2:
        decoded = decoded[..., None]
    if decoded.shape[0] < rows or decoded.shape[1] < min(layout.segment_width, layout.width):
        raise BadImageError("a JPEG strip inside it is smaller than the TIFF says; the file is damaged")
    if decoded.shape[2] != colours or decoded.dtype != layout.sample_dtype:
        raise BadImageError(
            "a JPEG strip inside it has other channels than the TIFF says; the file is damaged"
        )
    return decoded[:rows]


def _jpeg_colour_spaces(layout: TiffLayout, colours: int) -> tuple[int | None, int | None]:
    """Colour space that a JPEG strip is in and the one wanted (TIFF photometric numbers)."""
    if colours != 3:
        return None, None
    if layout.photometric == Photometric.RGB:
        return Photometric.RGB, Photometric.RGB
    return None, Photometric.RGB
