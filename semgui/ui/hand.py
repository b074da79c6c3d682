"""What the user is in the middle of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from semgui.ui.mark_panel import MarkPanel

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def hand_is_busy(w: MainWindow) -> bool:
    """Whether something is being dragged, chosen in a menu or typed that means the image on screen."""
    if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
        return True
    if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
        return True
    if any(typing.isVisible() for typing in (w.palette_, w.class_finder, w.class_splitter)):
        return True
    return any(marks.is_typed_in for marks in w.findChildren(MarkPanel))
