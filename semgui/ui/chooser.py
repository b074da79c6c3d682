"""A chooser that gives way where there is little room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

_FEWEST_LETTERS = 4


class Chooser(QComboBox):
    """A box of a bar: as wide as some letters, narrower rather than that the window grows.

    Parameters
    ----------
    name
        What is chosen, for the tooltip and for those who hear it.
    letters
        How many it likes to show.
    """

    def __init__(self, name: str, letters: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(letters)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return the width of a few letters."""
        wanted = super().minimumSizeHint()
        letters = max(0, self.minimumContentsLength() - _FEWEST_LETTERS)
        return QSize(wanted.width() - letters * self.fontMetrics().horizontalAdvance("X"), wanted.height())
