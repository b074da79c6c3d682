"""Grey pixels of a TIFF page, strip by strip into an array that is allocated once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.imaging.colour import ColourSample
from semgui.imaging.failures import BadImageError, TruncatedError
from semgui.imaging.files import ImageFile
from semgui.imaging.grey import luma
from semgui.imaging.tiff_layout import Compression, Photometric, TiffLayout
from semgui.imaging.tiff_segments import decode_segment, unpack

_BLOCK_BYTES = 4 << 20  # uncompressed rows read at once
_TURNED_PIXELS = 1 << 19  # colours turned grey at once


def memory_needed(layout: TiffLayout) -> int:
    """Peak bytes of `decode_grey`: the grey picture, and one strip encoded, decoded and turned grey."""
    grey = layout.width * layout.height * layout.pixel_dtype.itemsize
    segment = layout.segment_height * layout.segment_width * layout.samples_in_segment
    # Colour is added up in 32 bits; grey needs a copy at most.
    turning = min(segment, _TURNED_PIXELS * layout.samples_in_segment) * (16 if layout.samples >= 3 else 4)
    encoded = 0
    if _plain_strips(layout):
        segment = min(segment, max(_BLOCK_BYTES, layout.row_bytes) * 8 // layout.bits)
    else:
        encoded = int(layout.counts.max())
    # A decompressor collects its output in pieces and joins them; predictors make another copy.
    per_sample = layout.sample_dtype.itemsize * (2 + (layout.predictor > 1))
    if layout.bits < 8:
        per_sample += layout.bits  # a byte for every bit
    if layout.compression is Compression.JPEG:
        per_sample += 2  # coefficients of a progressive one
    planes = 2 * layout.samples if layout.planar else 1  # each plane, and all of them stacked
    return grey + encoded + segment * planes * per_sample + turning


def decode_grey(file: ImageFile, layout: TiffLayout) -> tuple[NDArray[Any], ColourSample | None]:
    """Decode a page to one grey channel, and keep a sample of its colours if it has any.

    Returns
    -------
    (height, width) array of `layout.pixel_dtype`, C-contiguous, native byte order.

    Raises
    ------
    BadImageError
        If the data is damaged, cut off, or larger than declared.
    """
    _check_uncompressed_size(file, layout)
    grey = np.empty((layout.height, layout.width), dtype=layout.pixel_dtype)
    to_grey = _GreyRule(layout)
    sample = ColourSample(layout.height, layout.width) if to_grey.sees_colour else None
    blocks = _row_blocks(file, layout) if _plain_strips(layout) else _segments(file, layout)
    for top, left, samples in blocks:
        wide = min(samples.shape[1], layout.width - left)
        at_once = max(1, _TURNED_PIXELS // wide)
        for row in range(0, len(samples), at_once):
            part = samples[row : row + at_once, :wide]
            grey[top + row : top + row + len(part), left : left + wide] = to_grey(part)
        if sample is not None:
            sample.take(top, left, samples[:, :wide])
    if sample is not None and layout.palette is not None:
        sample.look_up(layout.palette)
    return grey, sample


def _plain_strips(layout: TiffLayout) -> bool:
    whole_rows = layout.segment_width == layout.width and not layout.planar and not layout.lsb_first
    return layout.compression is Compression.NONE and whole_rows


def _check_uncompressed_size(file: ImageFile, layout: TiffLayout) -> None:
    """Refuse what the file cannot hold before memory for it is taken."""
    if layout.compression is not Compression.NONE:
        return
    tiled = layout.segments_across > 1 or layout.segment_width != layout.width
    last = layout.segment_height if tiled else (layout.height - 1) % layout.segment_height + 1
    rows = np.full(layout.offsets.size, layout.segment_height, dtype=np.int64)
    rows[layout.segments_per_plane - 1 :: layout.segments_per_plane] = last
    needed = rows * layout.row_bytes
    if (layout.offsets + needed > file.size).any():
        raise TruncatedError
    if ((layout.counts > 0) & (layout.counts < needed)).any():
        raise BadImageError("one of its strips is shorter than its rows; the file is damaged")


def _row_blocks(file: ImageFile, layout: TiffLayout) -> Iterator[tuple[int, int, NDArray[Any]]]:
    """Rows of uncompressed strips, those that follow each other in the file read together.

    Microscopes like one strip a row; reading each on its own would take longer than all the rest.
    """
    row_bytes, per_strip = layout.row_bytes, layout.segment_height
    starts = np.flatnonzero(np.diff(layout.offsets) != per_strip * row_bytes) + 1
    edges = [0, *starts.tolist(), layout.offsets.size]
    at_once = max(1, _BLOCK_BYTES // row_bytes)
    for first, after in pairwise(edges):
        top, bottom = first * per_strip, min(after * per_strip, layout.height)
        offset = int(layout.offsets[first])
        for row in range(top, bottom, at_once):
            rows = min(at_once, bottom - row)
            data = file.read_at(offset + (row - top) * row_bytes, rows * row_bytes)
            yield row, 0, unpack(data, layout, rows)


def _segments(file: ImageFile, layout: TiffLayout) -> Iterator[tuple[int, int, NDArray[Any]]]:
    """Compressed, tiled or planar segments; the planes of one place are stacked along the last axis."""
    planes = layout.samples if layout.planar else 1
    for index in range(layout.segments_per_plane):
        top = index // layout.segments_across * layout.segment_height
        left = index % layout.segments_across * layout.segment_width
        rows = min(layout.segment_height, layout.height - top)
        parts = []
        for number in range(index, index + planes * layout.segments_per_plane, layout.segments_per_plane):
            data = file.read_at(int(layout.offsets[number]), _encoded_bytes(layout, number, rows))
            parts.append(decode_segment(data, layout, rows))
        yield top, left, parts[0] if planes == 1 else np.concatenate(parts, axis=2)


def _encoded_bytes(layout: TiffLayout, number: int, rows: int) -> int:
    if layout.compression is Compression.NONE:
        return rows * layout.row_bytes
    return int(layout.counts[number])


class _GreyRule:
    """From stored samples (rows, columns, channels) to grey (rows, columns) of the picture's type."""

    def __init__(self, layout: TiffLayout) -> None:
        self._layout = layout
        self._top = (1 << layout.bits) - 1
        self._palette = None if layout.palette is None else _grey_palette(layout)

    @property
    def sees_colour(self) -> bool:
        """Whether the samples are red, green and blue, or indices into a palette."""
        return self._palette is not None or (self._layout.samples >= 3 and self._is_colour())

    def __call__(self, samples: NDArray[Any]) -> NDArray[Any]:
        layout = self._layout
        if self._palette is not None:
            return np.take(self._palette, samples[..., 0])
        if layout.photometric == Photometric.CMYK and layout.samples >= 4:
            return self._from_inks(samples)
        if layout.samples >= 3 and self._is_colour():
            return luma(self._as_pixels(samples))
        single = samples[..., 0]
        if layout.photometric == Photometric.MIN_IS_WHITE and layout.sample_format == 1:
            single = self._top - single
        return self._as_pixels(single)

    def _is_colour(self) -> bool:
        in_jpeg = self._layout.compression is Compression.JPEG and not self._layout.planar
        return self._layout.photometric == Photometric.RGB or (
            self._layout.photometric == Photometric.YCBCR and in_jpeg  # the JPEG decoder gives RGB
        )

    def _from_inks(self, samples: NDArray[Any]) -> NDArray[Any]:
        light = self._as_pixels(self._top - samples[..., :4])
        grey = luma(light).astype(np.float32) * light[..., 3] / np.float32(self._top)
        return np.asarray(grey, dtype=self._layout.pixel_dtype)

    def _as_pixels(self, samples: NDArray[Any]) -> NDArray[Any]:
        if self._layout.bits < 8 and self._layout.sample_format == 1:
            # 1, 2 and 4 bits fill the 8-bit range evenly (factors 255, 85 and 17).
            return np.asarray(samples.astype(np.uint16) * 255 // self._top, dtype=np.uint8)
        with np.errstate(over="ignore", invalid="ignore"):  # float64 beyond float32 becomes inf: masked later
            return samples.astype(self._layout.pixel_dtype, copy=False)


def _grey_palette(layout: TiffLayout) -> NDArray[Any]:
    """Grey value of every index; an index that the palette lacks is black."""
    assert layout.palette is not None
    colours = layout.palette
    if colours.max() < 256 and layout.bits <= 8:
        colours = colours * np.uint16(257)  # old writers store 8-bit palettes
    grey = np.zeros(1 << layout.bits, dtype=np.uint16)
    known = min(grey.size, len(colours))
    grey[:known] = luma(colours[:known])
    return grey if layout.bits > 8 else (grey >> 8).astype(np.uint8)
