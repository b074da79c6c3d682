"""Places to type in that keep their keys: what is typed must never label an image."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_UNDO = {Qt.Key.Key_Z, Qt.Key.Key_Y, Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_X}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TypingLine(QLineEdit):
    """One line; Enter tells `entered`, Escape gives the keys back.

    Parameters
    ----------
    leave
        Gives the keyboard back to where it belongs.
    """

    entered = Signal(str)
    left = Signal()

    def __init__(self, leave: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._leave = leave

    def event(self, event: QEvent) -> bool:
        """Claim the keys before a shortcut sees them."""
        if _claimed(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Escape end the typing."""
        if event.key() in _ENTER:
            self.entered.emit(self.text())
        elif event.key() == Qt.Key.Key_Escape:
            self.undo_typing()
            self._leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the keyboard has gone elsewhere."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def undo_typing(self) -> None:
        """Forget what was typed."""
        while self.isUndoAvailable():
            self.undo()


class TypingBox(QPlainTextEdit):
    """Some lines; Ctrl+Enter or going elsewhere tells `entered`, Escape drops what was typed."""

    entered = Signal(str)

    def __init__(self, leave: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._leave = leave
        self._before = ""
        self.setTabChangesFocus(True)

    @property
    def changed(self) -> bool:
        """Whether something was typed that nobody was told."""
        return self.toPlainText() != self._before

    def show_text(self, text: str) -> None:
        """Show what is written already."""
        if text != self._before or self.toPlainText() != text:
            self._before = text
            self.setPlainText(text)

    def event(self, event: QEvent) -> bool:
        """Claim the keys before a shortcut sees them."""
        if _claimed(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter and Escape end the typing."""
        if event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._leave()
        elif event.key() == Qt.Key.Key_Escape:
            self.setPlainText(self._before)
            self._leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take what was typed as meant."""
        super().focusOutEvent(event)
        self.tell()

    def tell(self) -> None:
        """Tell what was typed."""
        if self.changed:
            self._before = self.toPlainText()
            self.entered.emit(self._before)


def _claimed(event: QEvent) -> bool:
    if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.modifiers() & _COMMANDS:
        return event.key() in {*_UNDO, *_ENTER}
    return not Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
