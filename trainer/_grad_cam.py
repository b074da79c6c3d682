"""grad-cam without what its import drags in; import it from here.

grad-cam draws legends with matplotlib, which nobody here asks for: importing pyplot takes a second, and in a
frozen application, whose cache of fonts is empty each time, several. Of OpenCV it uses one function. While
OpenCV is imported, its folder, which has a ``typing`` of its own, is on ``sys.path``: a process that another
thread spawns at that moment inherits the path and dies. Its wheel may point Qt at its own plugins, too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import trainer._torchvision_guard  # noqa: F401  grad-cam imports torchvision
from trainer import _opencv

_ONLY_DRAWS = {"matplotlib": "pyplot", "matplotlib.pyplot": "figure", "matplotlib.lines": "Line2D"}
"""Modules that grad-cam imports only to draw, each with the one name that has to be there."""


def _empty(name: str, attribute: str) -> ModuleType:
    module = ModuleType(name)
    setattr(module, attribute, None)
    return module


@contextmanager
def _stood_in() -> Iterator[None]:
    modules = {name: _empty(name, attribute) for name, attribute in _ONLY_DRAWS.items()} | {"cv2": _opencv}
    own = {name: module for name, module in modules.items() if name not in sys.modules}
    sys.modules.update(own)
    try:
        yield
    finally:
        for name in own:
            del sys.modules[name]


with _stood_in():
    from pytorch_grad_cam import FinerCAM, GradCAMPlusPlus, LayerCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget, FinerWeightedTarget

__all__ = ["ClassifierOutputTarget", "FinerCAM", "FinerWeightedTarget", "GradCAMPlusPlus", "LayerCAM"]
