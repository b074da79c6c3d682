"""Small building blocks of the side columns."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractSpinBox, QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from semgui.ui.theme import GRID


def label(text: str = "", kind: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label whose text can be copied.

    Parameters
    ----------
    kind
        Object name that the style sheet knows: ``heading``, ``dim``, ``title``, ``big``, ``error`` or
        ``warning``.
    """
    made = QLabel(text)
    made.setObjectName(kind)
    made.setWordWrap(wrap)
    made.setTextFormat(Qt.TextFormat.PlainText)  # a file name or a tag is never markup
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return made


def with_room(box: QAbstractSpinBox) -> None:
    """Keep the number in a spin box off its frame; with buttons of our own no style sheet reaches it."""
    box.lineEdit().setTextMargins(GRID, 0, 0, 0)


class ElidedLabel(QLabel):
    """One line that is shortened with … where there is no room; all of it as a tooltip."""

    def __init__(self, kind: str = "") -> None:
        super().__init__()
        self.setObjectName(kind)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.full_text = ""

    def show_text(self, text: str) -> None:
        """Show a line."""
        self.full_text = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._shorten()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten to the new width."""
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        metrics = QFontMetrics(self.font())
        self.setText(metrics.elidedText(self.full_text, Qt.TextElideMode.ElideRight, self.width()))


class Column(QFrame):
    """A panel with sections one below the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("column")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(2 * GRID, GRID + 4, 2 * GRID, GRID)
        self.body.setSpacing(GRID)

    def section(self, title: str) -> QLabel:
        """Begin a section under a heading."""
        heading = label(title, "heading")
        if self.body.count():
            self.body.addSpacing(GRID)
        self.body.addWidget(heading)
        return heading


def restyle(widget: QWidget, kind: str) -> None:
    """Give a widget another kind of the style sheet."""
    if widget.objectName() != kind:
        widget.setObjectName(kind)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
