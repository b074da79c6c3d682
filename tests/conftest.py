"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

# PySide's import hook, which pytest-qt brings, breaks `from pydantic import Field` where that comes first.
import pydantic.fields  # noqa: F401
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples

REPOSITORY = Path(__file__).resolve().parent.parent

# The screen, the hub and the user's own folders must not decide whether a test passes.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("NAPARI_CONFIG", "")

# How busy the machine is must not decide it either: hypothesis measures wall time.
examples.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("busy")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real SEM images that is not part of the project."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real images of ../shared/data are not on this machine")
    return folder


@pytest.fixture(scope="session", autouse=True)
def common_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what fixtures of modules and sessions write out of the user's folders, too."""
    os.environ["SEMGUI_HOME"] = str(tmp_path_factory.mktemp("common-home"))


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep settings, caches and models of every test in a folder of its own."""
    home = tmp_path_factory.mktemp("home")
    # A patch of its own, so that what a test does to `os` is undone before the folder is removed.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEMGUI_HOME", str(home))
        yield home
        # Three thousand homes, caches and all, would fill the disk of a small machine.
        shutil.rmtree(home, ignore_errors=True)
