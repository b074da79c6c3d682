"""A heatmap laid over its picture, as in reports and figures."""

from __future__ import annotations

import functools
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_STRONGEST = 0.65  # opacity of the map where it is 1: the picture stays visible below it
_EDGE = 400


def overlaid(grey: NDArray[np.uint8], heat: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Blend a map over a grey picture: opaque where it is strong, the bare picture where it is 0.

    Parameters
    ----------
    grey
        (H, W) uint8.
    heat
        (H, W) in [0, 1].

    Returns
    -------
    (H, W, 3) uint8. The colours are perceptually uniform (colorcet's ``bmy``) and of a hue that no grey
    picture has.
    """
    colours = _colours()
    levels = np.rint(heat * 255).astype(np.uint8)
    opacity = (np.arange(256) / 255 * _STRONGEST).astype(np.float32)
    weight = opacity[levels][..., None]
    blended = grey[..., None] * (1 - weight) + colours[levels] * weight
    return np.asarray(np.rint(blended), dtype=np.uint8)


def small_jpeg(grey: NDArray[np.uint8], heat: NDArray[np.float32]) -> bytes:
    """Return the blend as a JPEG for a report, at most 400 pixels along an edge."""
    small = Image.fromarray(overlaid(grey, heat))
    small.thumbnail((_EDGE, _EDGE))
    encoded = io.BytesIO()
    small.save(encoded, "JPEG", quality=80)
    return encoded.getvalue()


def map_colours() -> NDArray[np.float64]:
    """Return the (256, 3) colours of a figure's map, in [0, 1]."""
    return _colours().astype(np.float64) / 255


@functools.cache
def _colours() -> NDArray[np.float32]:
    from colorcet import bmy

    return np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in bmy], dtype=np.float32)
