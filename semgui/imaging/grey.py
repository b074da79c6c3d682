"""Colour to grey: the same weights wherever a picture comes from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# ITU-R BT.601 luma in 16-bit fixed point, as Pillow does it; the sum is 65536, so that a grey colour
# (R = G = B) keeps its value exactly.
_RED, _GREEN, _BLUE = 19595, 38470, 7471


def luma(colours: NDArray[Any]) -> NDArray[Any]:
    """Brightness of RGB colours.

    Parameters
    ----------
    colours
        (..., 3 or more); uint8, uint16 or float32. Channels after the third are ignored.

    Returns
    -------
    (...) array of the same dtype.
    """
    red, green, blue = colours[..., 0], colours[..., 1], colours[..., 2]
    if colours.dtype.kind == "f":
        grey = red * (_RED / 65536) + green * (_GREEN / 65536) + blue * (_BLUE / 65536)
        return grey.astype(np.float32, copy=False)
    wide = red.astype(np.uint32) * _RED
    wide += green.astype(np.uint32) * _GREEN
    wide += blue.astype(np.uint32) * _BLUE
    # 65535 * 65536 + 32768 still fits into 32 bits.
    wide += 1 << 15
    wide >>= 16
    return wide.astype(colours.dtype)
