"""From a file to its header, its metadata and its grey pixels; every bad file gives one sentence."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.domain.errors import UnreadableImageError
from semgui.domain.metadata import SemMetadata
from semgui.imaging.budget import PROCESS_BUDGET, Share
from semgui.imaging.failures import BadImageError
from semgui.imaging.files import ImageFile, open_regular
from semgui.imaging.limits import DecodeLimits, check_size
from semgui.imaging.raster import (
    RasterHeader,
    decode_raster,
    raster_memory_needed,
    read_bmp_header,
    read_jpeg,
    read_png_header,
)
from semgui.imaging.tiff import is_tiff, read_tiff_header
from semgui.imaging.tiff_layout import TiffLayout, read_layout
from semgui.imaging.tiff_pixels import decode_grey, memory_needed
from semgui.imaging.vendors import MetadataSources, read_metadata

SUFFIXES = frozenset({".tif", ".tiff", ".png", ".jpg", ".jpeg", ".jpe", ".bmp"})

_DEFAULT_LIMITS = DecodeLimits()
_FOREIGN = (
    (b"%!PS", "an EPS or PostScript file"),
    (b"\xc5\xd0\xd3\xc6", "an EPS file"),
    (b"8BPS", "a Photoshop file"),
    (b"SIMPLE  =", "a FITS file"),
    (b"%PDF", "a PDF file"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x89HDF", "an HDF5 file"),
    (b"<", "a text file"),
)


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What a file says about its picture without decoding it.

    Parameters
    ----------
    path
        As it was given.
    width, height
        Of the picture as it is shown (EXIF orientation applied).
    dtype
        Numpy name of the stored samples; fewer than 8 bits count as ``uint8``.
    pages
        Pages in the file; the first is shown.
    format
        ``TIFF``, ``PNG``, ``JPEG`` or ``BMP``.
    metadata
        From the vendor's tags or sidecar.
    notes
        What was odd, a sentence each.
    """

    path: Path
    width: int
    height: int
    dtype: str
    pages: int
    format: str
    metadata: SemMetadata
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecodedImage:
    """A picture in memory.

    Parameters
    ----------
    info
        Its header.
    pixels
        (H, W) grey; uint8, uint16 or float32 in native byte order, C-contiguous.
    colours
        (h, w, 3) coarse sample of the colours before they were turned grey; ``None`` if stored grey.
    """

    info: ImageInfo
    pixels: NDArray[Any]
    colours: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class _Header:
    """An `ImageInfo` and what the decoder of its format needs."""

    info: ImageInfo
    orientation: int
    layout: TiffLayout | RasterHeader


def read_info(path: Path, *, root: Path | None = None, limits: DecodeLimits = _DEFAULT_LIMITS) -> ImageInfo:
    """Read header, vendor tags and sidecar; no pixels.

    Parameters
    ----------
    path
        The picture.
    root
        The opened folder: links that lead out of it are refused, and no sidecar outside it is read.
        ``None``: the picture was named by the user, and only its own folder is looked into.
    limits
        Size beyond which it is refused.

    Raises
    ------
    UnreadableImageError
        With one sentence saying why.
    """
    with _opened(path, root) as file:
        return _read_header(path, file, root, limits).info


@contextmanager
def open_image(
    path: Path, *, root: Path | None = None, limits: DecodeLimits = _DEFAULT_LIMITS
) -> Iterator[DecodedImage]:
    """Decode a picture and hold its share of the process-wide memory bound until the block ends.

    Parameters and errors as for `read_info`. Waits while other threads hold too much.
    """
    share, decoded = _decode(path, root, limits)
    with share:
        yield decoded


def decode_to_the_end(path: Path, root: Path | None, limits: DecodeLimits) -> ImageInfo:
    """Return the header of a picture whose pixels are sound, too; for `semgui.imaging.decoders`.

    Parameters and errors as for `read_info`.
    """
    with open_image(path, root=root, limits=limits) as decoded:
        return decoded.info


def _decode(path: Path, root: Path | None, limits: DecodeLimits) -> tuple[Share, DecodedImage]:
    with _opened(path, root) as file:
        header = _read_header(path, file, root, limits)
        share = PROCESS_BUDGET.share(_memory_needed(header), limits.max_decoded_bytes)
        with share.kept_unless_error():
            pixels, colours = _pixels(file, header)
            share.shrink(pixels.nbytes)
    return share, DecodedImage(header.info, pixels, colours)


@contextmanager
def _opened(path: Path, root: Path | None) -> Iterator[ImageFile]:
    """Open the file; turn every error of reading it into a sentence about it."""
    try:
        with open_regular(path, root) as file:
            yield file
    except BadImageError as error:
        raise UnreadableImageError(path, str(error)) from None
    except MemoryError:
        raise UnreadableImageError(path, "there is not enough memory to decode it") from None
    except zlib.error:
        raise UnreadableImageError(path, "its compressed data is damaged") from None
    except Exception as error:  # decoders of other people throw anything at damaged data
        reason = str(error).strip().splitlines()
        detail = f" ({reason[0][:200]})" if reason else ""
        raise UnreadableImageError(path, f"the file is damaged{detail}") from error


def _read_header(path: Path, file: ImageFile, root: Path | None, limits: DecodeLimits) -> _Header:
    head = file.head(16)
    if not head:
        raise BadImageError("the file is empty")
    folder_root = root if root is not None else path.parent
    if is_tiff(head):
        return _read_tiff(path, file, folder_root, limits)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        header = read_png_header(file)
    elif head.startswith(b"\xff\xd8\xff"):
        header = read_jpeg(file)
    elif head.startswith(b"BM"):
        header = read_bmp_header(file)
    else:
        raise BadImageError(_what_it_is(head))
    check_size(header.width, header.height, header.channels, limits)
    sources = MetadataSources(path, folder_root, header.width, header.height, texts=header.texts)
    metadata, notes = _upright(*read_metadata(sources), header.orientation)
    if header.bits > 8 and header.channels > 1:
        notes += ("its colours are read with 8 bits",)
    width, height = _turned(header.width, header.height, header.orientation)
    dtype = "uint16" if header.bits > 8 else "uint8"
    info = ImageInfo(path, width, height, dtype, 1, header.format, metadata, notes)
    return _Header(info, header.orientation, header)


def _read_tiff(path: Path, file: ImageFile, root: Path, limits: DecodeLimits) -> _Header:
    tiff = read_tiff_header(file)
    layout = read_layout(tiff.page)
    check_size(layout.width, layout.height, layout.samples, limits)
    sources = MetadataSources(path, root, layout.width, layout.height, page=tiff.page)
    metadata, notes = _upright(*read_metadata(sources), layout.orientation)
    width, height = _turned(layout.width, layout.height, layout.orientation)
    info = ImageInfo(
        path, width, height, str(layout.sample_dtype), tiff.pages, "TIFF", metadata, tiff.notes + notes
    )
    return _Header(info, layout.orientation, layout)


def _upright(
    metadata: SemMetadata, notes: tuple[str, ...], orientation: int
) -> tuple[SemMetadata, tuple[str, ...]]:
    """Forget the databar row that a record states for the stored rows where the picture is shown turned."""
    if orientation <= 2:  # as stored, or mirrored left to right
        return metadata, notes
    return replace(metadata, databar_row=None), (*notes, "it is shown turned, as its orientation tag asks")


def _what_it_is(head: bytes) -> str:
    for magic, name in _FOREIGN:
        if head.startswith(magic):
            return f"it is {name}, not a TIFF, PNG, JPEG or BMP picture"
    if not any(head):
        return "it begins with zeros only: a failed copy; copy it again from the microscope"
    return "it is not a TIFF, PNG, JPEG or BMP picture"


def _memory_needed(header: _Header) -> int:
    layout = header.layout
    needed = memory_needed(layout) if isinstance(layout, TiffLayout) else raster_memory_needed(layout)
    turned_copy = 0 if header.orientation == 1 else layout.width * layout.height * 4
    return needed + turned_copy


def _pixels(file: ImageFile, header: _Header) -> tuple[NDArray[Any], NDArray[np.float32] | None]:
    """Decode; return grey pixels and a sample of the colours, both upright."""
    layout, turn = header.layout, _TURNS[header.orientation]
    if isinstance(layout, TiffLayout):
        stored, sample = decode_grey(file, layout)
    else:
        stored, sample = decode_raster(file, layout)
    upright = np.ascontiguousarray(turn(stored))
    if sample is None:
        return upright, None
    return upright, np.stack([turn(sample.colours[..., k]) for k in range(3)], axis=-1)


def _turned(width: int, height: int, orientation: int) -> tuple[int, int]:
    return (height, width) if orientation >= 5 else (width, height)


# EXIF orientation: what viewers do to the stored rows so that the picture stands upright.
_TURNS: dict[int, Any] = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.T,
    6: lambda a: a.T[:, ::-1],
    7: lambda a: a[::-1, ::-1].T,
    8: lambda a: a.T[::-1],
}
