"""Where the user types about the image on screen, and what is in the middle of being said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow
    from semgui.ui.mark_panel import MarkPanel


def mark_panel(w: MainWindow) -> MarkPanel | None:
    """Return the panel of tags and note that is seen; ``None``: none is."""
    review = w.modes.built.get("review")
    panels = (w.inspector.marks,) if review is None else (w.inspector.marks, review.panel.marks)
    return next((panel for panel in panels if panel.isVisible()), None)


def hand_is_busy(w: MainWindow) -> bool:
    """Whether something is compared, dragged, chosen in a menu or typed that means the image on screen."""
    if w.session.compare.on or w.session.crop.is_moved:
        return True
    if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
        return True
    if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
        return True
    if any(typing.isVisible() for typing in (w.palette_, w.class_finder, w.class_splitter)):
        return True
    return is_typing(w)


def is_typing(w: MainWindow) -> bool:
    """Whether a tag or a note is being typed, for the image on screen."""
    marks = mark_panel(w)
    return marks is not None and marks.is_typed_in
