"""The sheet of all shortcuts (F1), made from the table of actions."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from semgui.ui.actions import MENUS, ActionInfo
from semgui.ui.columns import label
from semgui.ui.theme import GRID

# What the list of thumbnails does by itself.
_LIST_KEYS = (
    ("Ctrl + click", "add to the selection"),
    ("Shift + click, Shift + arrows", "select a range"),
    ("Up, Down, Page Up, Page Down", "move among the thumbnails"),
    ("Wheel, drag", "zoom and move the picture"),
)


class ShortcutSheet(QDialog):
    """Lists every action that has a key; stays open beside the work."""

    def __init__(self, table: Iterable[ActionInfo], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = [info for info in table if info.shortcuts]
        columns = QHBoxLayout()
        columns.setSpacing(4 * GRID)
        for menus in (("File", "Edit", "Model", "Help"), ("View",), ("Label",)):
            column = QVBoxLayout()
            column.setSpacing(GRID)
            for menu in (m for m in MENUS if m in menus):
                rows = [(_keys(i), i.words) for i in shown if i.menu.partition("/")[0] == menu]
                self._add(column, menu, rows)
            if "Label" in menus:
                self._add(column, "Mouse and list", list(_LIST_KEYS))
            column.addStretch(1)
            columns.addLayout(column)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        outer.addLayout(columns)
        outer.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)

    def _add(self, column: QVBoxLayout, title: str, rows: list[tuple[str, str]]) -> None:
        if not rows:
            return
        column.addWidget(label(title, "heading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID // 2)
        for row, (keys, words) in enumerate(rows):
            grid.addWidget(label(keys), row, 0)
            grid.addWidget(label(words.rstrip("…").replace("&&", "&"), "dim"), row, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addSpacing(2 * GRID)


def _keys(info: ActionInfo) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(keys).toString(native) for keys in info.shortcuts)
