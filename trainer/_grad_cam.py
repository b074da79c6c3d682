"""grad-cam without what its import drags in; import it from here.

grad-cam draws legends with matplotlib, which nobody here asks for: importing pyplot takes a second, and in a
frozen application, whose cache of fonts is empty each time, several. OpenCV's wheel may point Qt at its own
plugins, which the window must not find.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import trainer._torchvision_guard  # noqa: F401  grad-cam imports torchvision

_QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
_STOOD_IN = {"matplotlib": "pyplot", "matplotlib.pyplot": "figure", "matplotlib.lines": "Line2D"}
"""Modules that grad-cam imports only to draw, each with the one name that has to be there."""


@contextmanager
def _qt_left_alone() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in _QT_VARIABLES}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _nothing_drawn() -> Iterator[None]:
    empty = {name: ModuleType(name) for name in _STOOD_IN if name not in sys.modules}
    for name, module in empty.items():
        setattr(module, _STOOD_IN[name], None)
    sys.modules.update(empty)
    try:
        yield
    finally:
        for name in empty:
            del sys.modules[name]


with _qt_left_alone(), _nothing_drawn():
    from pytorch_grad_cam import FinerCAM, GradCAMPlusPlus, LayerCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget, FinerWeightedTarget

__all__ = ["ClassifierOutputTarget", "FinerCAM", "FinerWeightedTarget", "GradCAMPlusPlus", "LayerCAM"]
