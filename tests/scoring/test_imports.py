"""Scores are arithmetic: no network, no screen, and cleanlab only when it is asked."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import semgui.scoring

HEAVY = ("torch", "torchvision", "timm", "PySide6", "napari", "sqlalchemy", "cleanlab", "sklearn", "pandas")


def test_importing_all_scores_loads_nothing_heavy() -> None:
    names = [module.name for module in pkgutil.iter_modules(semgui.scoring.__path__, "semgui.scoring.")]
    assert "semgui.scoring.ridge" in names
    code = f"import sys, {', '.join(names)}; print(' '.join(m for m in {HEAVY!r} if m in sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []
