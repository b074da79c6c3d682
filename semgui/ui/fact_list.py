"""Names and values; a click on a value copies it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from semgui.texts import tr
from semgui.ui.columns import ElidedLabel, label
from semgui.ui.theme import GRID
from semgui.viewmodels.facts import Fact


class CopyLabel(ElidedLabel):
    """A line whose text, or another one, goes to the clipboard with a click.

    Parameters
    ----------
    say
        Gets the sentence that says what was copied.
    """

    def __init__(self, say: Callable[[str], None], kind: str = "") -> None:
        super().__init__(kind)
        self._say = say
        self._copied = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_copyable(self, shown: str, copied: str) -> None:
        """Show a line; a click copies `copied`."""
        self._copied = copied
        self.show_text(shown)
        self.setToolTip(tr("{text}\nA click copies it.", text=shown))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Copy."""
        if event.button() is Qt.MouseButton.LeftButton and self._copied:
            QGuiApplication.clipboard().setText(self._copied)
            self._say(tr("Copied: {text}", text=self._copied))


class FactList(QWidget):
    """What the file says, one value a line."""

    def __init__(self, say: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._say = say
        self._facts: tuple[Fact, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these values."""
        if tuple(facts) == self._facts:
            return
        self._facts = tuple(facts)
        for row in range(max(len(facts), self._grid.rowCount())):
            self._show_row(row, facts[row] if row < len(facts) else None)

    def value_label(self, name: str) -> CopyLabel:
        """Return the value that can be clicked on."""
        row = next(n for n, fact in enumerate(self._facts) if fact.name == name)
        return self._grid.itemAtPosition(row, 1).widget()

    def _show_row(self, row: int, fact: Fact | None) -> None:
        if self._grid.itemAtPosition(row, 0) is None:
            if fact is None:
                return
            self._grid.addWidget(label(kind="dim"), row, 0)
            self._grid.addWidget(CopyLabel(self._say), row, 1)
        name = self._grid.itemAtPosition(row, 0).widget()
        value = self._grid.itemAtPosition(row, 1).widget()
        name.setVisible(fact is not None)
        value.setVisible(fact is not None)
        if fact is not None:
            name.setText(fact.name)
            value.show_copyable(fact.text, fact.value)
