"""The scripts of `packaging` are no package: the name belongs to another one."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from tests.conftest import REPOSITORY


@pytest.fixture(scope="session")
def load() -> Callable[[str], ModuleType]:
    """Return a function that loads a script of the folder ``packaging`` by its path in it."""

    def loading(place: str) -> ModuleType:
        path = REPOSITORY / "packaging" / place
        spec = importlib.util.spec_from_file_location(f"semgui_packaging_{path.stem}", path)
        module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return loading
