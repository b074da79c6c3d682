"""Pictures of windows, kept for looking at: ``build/screens/AREA-STATE.png``."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

_FOLDER = Path(__file__).resolve().parents[2] / "build" / "screens"


def save_screen(window: QWidget, name: str) -> Path:
    """Write what a window shows now."""
    QApplication.processEvents()
    _FOLDER.mkdir(parents=True, exist_ok=True)
    file = _FOLDER / f"{name}.png"
    assert window.grab().save(str(file))
    return file
