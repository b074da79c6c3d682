"""What a run keeps of a picture: the canonical image, and the strip below it that the network never sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semgui.imaging.analyse import Analysed, analyse
from semgui.imaging.limits import DecodeLimits
from semgui.inference.prepare import Source, prepared_of
from trainer.preprocess import PreprocessParams, stretched_to
from trainer.run_folder import STRIP_SHAPE


@dataclass(frozen=True, slots=True)
class Canonical:
    """A picture as a run keeps it.

    Parameters
    ----------
    pixels
        (E, E) uint8, what the network sees.
    strip
        `STRIP_SHAPE` uint8, the databar; ``None`` where there is none.
    """

    pixels: NDArray[np.uint8]
    strip: NDArray[np.uint8] | None = None


def canonical_of(source: Source, params: PreprocessParams, limits: DecodeLimits) -> Canonical:
    """Decode a picture once for both.

    Raises
    ------
    UnreadableImageError
        For any bad file.
    """
    with analyse(
        source.path, root=source.root, databar=source.databar, contrast=source.contrast, limits=limits
    ) as analysed:
        pixels = np.ascontiguousarray(prepared_of(source, analysed, params).pixels)
        return Canonical(pixels, _strip(analysed))


def _strip(analysed: Analysed) -> NDArray[np.uint8] | None:
    """Return the databar at its canonical size.

    8-bit grey values stay as they are: the contrast of the specimen would carry over what the bar itself does
    not show. Deeper pictures are scaled by the range of the whole picture, whose lettering is its white.
    """
    picture = analysed.pixels
    bar = picture[analysed.databar.row :] if analysed.databar.row is not None else picture[:0]
    if not len(bar):
        return None
    low, high = (0.0, 255.0) if picture.dtype == np.uint8 else _range(picture)
    height, width = STRIP_SHAPE
    return np.ascontiguousarray(stretched_to(bar, low, high, (width, height)))


def _range(picture: NDArray[np.generic]) -> tuple[float, float]:
    finite = picture[np.isfinite(picture)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return low, max(high, low + 1e-6 + abs(low) * 1e-6)
