"""Lines of text one below the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from semgui.ui.fact_list import CopyLabel


class LineList(QWidget):
    """Lines that are copied with a click.

    Parameters
    ----------
    say
        Gets the sentence that says what was copied.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__()
        self._say = say
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)

    def text(self) -> str:
        """Return what is shown, line by line."""
        shown = (self._rows.itemAt(n).widget() for n in range(self._rows.count()))
        return "\n".join(line.full_text for line in shown if not line.isHidden())

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show these."""
        while self._rows.count() < len(lines):
            self._rows.addWidget(CopyLabel(self._say))
        for number in range(self._rows.count()):
            line: CopyLabel = self._rows.itemAt(number).widget()
            line.setVisible(number < len(lines))
            if number < len(lines):
                line.show_copyable(lines[number], lines[number])
        self.setVisible(bool(lines))
