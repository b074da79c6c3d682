"""Let torchvision be imported beside a CPU build of torch; import this before whatever imports torchvision.

torchvision's wheel may be linked against CUDA. Beside a CPU torch its compiled operators then cannot be
loaded, and ``import torchvision`` fails only because it registers fake kernels for two schemas that nobody
defined (``torchvision::nms`` and ``qnms``). Models and transforms need neither. Defining the schemas although
the operators did load would abort the process, so the real library is tried first.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


def _load_compiled_operators() -> bool:
    """Load torchvision's own library as torchvision does; False if it cannot be loaded here."""
    package = importlib.util.find_spec("torchvision")
    if package is None or package.origin is None:
        return False
    folder = Path(package.origin).parent
    loader = (importlib.machinery.ExtensionFileLoader, importlib.machinery.EXTENSION_SUFFIXES)
    finder = importlib.machinery.FileFinder(str(folder), loader)
    for name in ("_C", "_C_stable"):  # torchvision 0.29 renamed it
        found = finder.find_spec(name)
        if found is None or found.origin is None:
            continue
        try:
            torch.ops.load_library(found.origin)  # type: ignore[no-untyped-call]
        except OSError:  # a library it is linked against (CUDA) is not there
            continue
        return True
    return False


def _schemas_known() -> bool:
    return hasattr(torch.ops.torchvision, "nms")


if not _schemas_known() and not _load_compiled_operators():
    # Kept for the life of the process: its definitions go when it is collected.
    _LIBRARY = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for _schema in _SCHEMAS:
        _LIBRARY.define(_schema)  # type: ignore[no-untyped-call]
