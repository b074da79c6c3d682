"""The frozen application, on a screen of its own, for a user who has nothing.

These run in `make test-package` (files ``bundle_*.py``, which `make test` does not collect).
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.ui.conftest import display

__all__ = ["display"]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Where it lies and how it is started."""

    folder: Path

    @property
    def program(self) -> Path:
        return self.folder / "semgui"

    @property
    def inside(self) -> Path:
        return self.folder / "_internal"


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """What `make package` built, or what SEMGUI_BUNDLE names."""
    found = Bundle(Path(os.environ.get("SEMGUI_BUNDLE", REPOSITORY / "dist" / "semgui")).absolute())
    assert found.program.is_file(), f"{found.folder}: there is no bundle; `make package` makes it"
    return found


@pytest.fixture
def nobody(tmp_path: Path, display: str) -> dict[str, str]:
    """Environment of a user with an empty home and no Python, nor anything else, on the path."""
    for name in ("home", "bin"):
        (tmp_path / name).mkdir()
    return {
        "HOME": str(tmp_path / "home"),
        "PATH": str(tmp_path / "bin"),
        "DISPLAY": display,
        "LANG": "C.UTF-8",
        "QT_QPA_PLATFORM": "xcb",
    }


def tool(name: str) -> str:
    """Return the absolute path of a program of the system."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        pytest.fail(f"{name} is needed (Debian: apt install {PACKAGES.get(name, name)})")
    return found


PACKAGES = {"unshare": "util-linux", "Xvfb": "xvfb"}
