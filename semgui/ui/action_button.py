"""A button that does what an entry of the action table does, and can be pressed when that can be done."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton


class ActionButton(QPushButton):
    """Follows an action in whether it can be used, and in what it says.

    Parameters
    ----------
    words
        Shorter than the action's own text, where the page says the rest; empty: the action's text.
    """

    def __init__(self, action: QAction, words: str = "", kind: str = "") -> None:
        super().__init__()
        self._action = action
        self._words = words
        self.setObjectName(kind)
        self.clicked.connect(lambda _=False: action.trigger())
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setText(self._words or self._action.text())
        self.setToolTip(self._action.toolTip())
