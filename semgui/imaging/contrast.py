"""Grey values to show as black and white: a percentile stretch of the specimen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.domain.metadata import ContrastLimits

LOW_PERCENT, HIGH_PERCENT = 0.5, 99.5
_MOST_SAMPLES = 1 << 20  # percentiles of a regular grid of a million pixels are good to a grey level


def contrast_limits(pixels: NDArray[Any], *, databar_row: int | None) -> ContrastLimits:
    """Limits of the specimen area, the databar and undefined pixels left out.

    Parameters
    ----------
    pixels
        (H, W) grey; uint8, uint16 or float32.
    databar_row
        First row of the databar, or ``None``.

    Returns
    -------
    Limits with ``low < high``, also for a constant or wholly undefined picture.
    """
    specimen = pixels if databar_row is None or databar_row <= 0 else pixels[:databar_row]
    step = max(1, int(np.ceil(np.sqrt(specimen.size / _MOST_SAMPLES))))
    # A thin picture has too few rows to step over: take every nth pixel along the longer side alone.
    if min(specimen.shape) < step:
        step *= step
        sample = specimen[
            :: step if specimen.shape[0] >= step else 1, :: step if specimen.shape[1] >= step else 1
        ]
    else:
        sample = specimen[::step, ::step]
    if sample.dtype.kind == "f":
        sample = sample[np.isfinite(sample)]
    if sample.size == 0:
        return ContrastLimits(0.0, 1.0)
    low, high = (float(value) for value in np.percentile(sample, (LOW_PERCENT, HIGH_PERCENT)))
    if low < high:
        return ContrastLimits(low, high)
    return _widened(sample, low)


def _widened(sample: NDArray[Any], level: float) -> ContrastLimits:
    """More than 99 % of the pixels have one level: use the full range, or a step around it."""
    low, high = float(sample.min()), float(sample.max())
    if low < high:
        return ContrastLimits(low, high)
    return ContrastLimits(level, level + max(1.0, abs(level) * 1e-6))
