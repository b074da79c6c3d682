"""A program of the system that the window asks for something gets the system's libraries."""

from __future__ import annotations

import os

import pytest
from PySide6.QtGui import QDesktopServices

from semgui.ui import reveal
from tests.conftest import REPOSITORY


@pytest.mark.parametrize("ask", [reveal.open_with_system, reveal.reveal])
def test_it_does_not_get_the_libraries_of_the_bundle(ask, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: seen.append(os.environ.get("LD_LIBRARY_PATH")) or True
    )
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/semgui/_internal")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/opt/lab/lib")
    assert ask(tmp_path / "report.html")
    assert seen == ["/opt/lab/lib"]
    assert os.environ["LD_LIBRARY_PATH"] == "/opt/semgui/_internal"  # programs of ours still need them


def test_nothing_else_asks_the_system():
    asking = [
        str(path.relative_to(REPOSITORY))
        for path in (REPOSITORY / "semgui").rglob("*.py")
        if "QDesktopServices" in path.read_text(encoding="utf-8")
    ]
    assert asking == ["semgui/ui/reveal.py"]
