"""Walls that lint cannot see: what an import drags in."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "torchvision", "timm", "PySide6", "napari", "numpy", "sqlalchemy", "pydantic", "pandas")


def _loaded_after(statement: str) -> set[str]:
    code = f"{statement}; import sys; print(' '.join(m for m in {HEAVY!r} if m in sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(answer.stdout.split())


def test_the_command_line_loads_nothing_heavy() -> None:
    assert _loaded_after("import semgui.cli.main") == set()


def test_the_domain_is_plain_python() -> None:
    domain = ["errors", "ids", "image", "labels", "metadata", "prediction", "progress", "split", "taxonomy"]
    assert _loaded_after("; ".join(f"import semgui.domain.{m}" for m in domain)) == set()


def test_importing_the_trainer_package_loads_nothing() -> None:
    assert _loaded_after("import trainer") == set()


@pytest.mark.parametrize("module", ["semgui.services.label", "semgui.services.scan"])
def test_labelling_and_scanning_need_no_network_and_no_screen(module: str) -> None:
    assert _loaded_after(f"import {module}") & {"torch", "torchvision", "timm", "PySide6", "napari"} == set()


def test_the_window_does_not_wait_for_pytorch() -> None:
    """It is imported in the background, with the first image to classify: that takes as long as all else."""
    loaded = _loaded_after("import semgui.ui.main_window, semgui.viewmodels.network")
    assert loaded & {"PySide6", "napari"} == {"PySide6", "napari"}  # it was the window
    assert loaded & {"torch", "torchvision", "timm", "pandas"} == set()
