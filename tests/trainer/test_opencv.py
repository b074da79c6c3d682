"""What stands in for OpenCV gives OpenCV's numbers."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from trainer import _opencv


@pytest.mark.parametrize(("shape", "size"), [((7, 7), (224, 224)), ((14, 9), (448, 300)), ((1, 3), (50, 60))])
def test_a_map_is_enlarged_as_by_opencv(shape, size):
    heat = np.random.default_rng(0).random(shape, dtype=np.float32)
    enlarged = _opencv.resize(heat, size)
    assert enlarged.dtype == np.float32
    np.testing.assert_allclose(enlarged, cv2.resize(heat, size), atol=1e-6)


def test_what_it_cannot_do_it_refuses():
    with pytest.raises(NotImplementedError):
        _opencv.resize(np.zeros((8, 8), np.float32), (4, 4))
    assert not hasattr(_opencv, "applyColorMap")
