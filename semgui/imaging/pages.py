"""Memory for pictures, in pages of their own."""

from __future__ import annotations

import mmap
import sys

import numpy as np
from numpy.typing import NDArray

_LARGE = 1 << 17  # bytes; below, what is left over of the last page would be too much


def own_pages(nbytes: int) -> NDArray[np.uint8]:
    """Return memory for one large array, shape (nbytes,), that the system has back when nobody uses it.

    The C library puts arrays of some hundred kilobytes between smaller pieces. Pictures that come and go for
    an hour leave holes there, which the next one seldom fits into.
    """
    if nbytes < _LARGE:
        return np.empty(nbytes, np.uint8)
    if sys.platform == "win32":
        pages = mmap.mmap(-1, nbytes)
    else:
        pages = mmap.mmap(-1, nbytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return np.frombuffer(pages, np.uint8)
