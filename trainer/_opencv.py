"""What grad-cam needs of OpenCV.

grad-cam imports all of OpenCV, 150 MB with its video codecs, for one call: to enlarge a heatmap. This is that
call, with the same numbers (``tests/trainer/test_opencv.py`` holds them together); nothing else of OpenCV is
there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

COLORMAP_JET = 2  # default of a function of grad-cam that nobody calls


def resize(source: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Enlarge a map bilinearly, between the centres of its cells.

    Parameters
    ----------
    source
        (rows, columns) float32, not larger than the result in either direction.
    size
        (columns, rows) of the result, as OpenCV has it.
    """
    if source.ndim != 2 or source.shape[0] > size[1] or source.shape[1] > size[0]:
        raise NotImplementedError("this stand-in for OpenCV only enlarges maps")
    enlarged = Image.fromarray(np.ascontiguousarray(source, np.float32))
    return np.asarray(enlarged.resize(size, Image.Resampling.BILINEAR))
