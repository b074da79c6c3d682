"""Two to four pictures side by side, in the place of the one."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from semgui.texts import mark, tr
from semgui.ui.columns import ElidedLabel
from semgui.ui.compare_cell import CompareCell
from semgui.ui.icons import themed
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.compare import CompareModel, Link
from semgui.viewmodels.labelling import LabelModel

_LINKS = {
    Link.FRACTION: mark("same part of each"),
    Link.SCALE: mark("same scale"),
    Link.NONE: mark("each by itself"),
}


class ComparePane(QWidget):
    """Cells of `CompareModel` in one or two rows, and what is the same in all of them.

    Attributes
    ----------
    menu_asked
        A context menu was asked for, for the picture that keys act on, at a place of the screen.
    """

    menu_asked = Signal(QPoint)

    def __init__(self, compare: CompareModel, labels: LabelModel, theme: Theme) -> None:
        super().__init__()
        self._compare = compare
        self._labels = labels
        self._theme = theme
        self.cells: list[CompareCell] = []
        self.link = QComboBox()
        for link, name in _LINKS.items():
            self.link.addItem(tr(name), link)
        self.link.setToolTip(tr("What is the same in all pictures while you zoom and move"))
        self.contrast = QPushButton(tr("Same contrast"))
        self.contrast.setCheckable(True)
        self.contrast.setToolTip(tr("Show all with the grey values of the first; off: each with its own"))
        self.fit = QPushButton(tr("Fit"))
        self.fit.setToolTip(tr("Show all of every picture"))
        self.close_button = QToolButton()
        self.close_button.setToolTip(tr("Back to one picture"))
        self._place()
        self.link.activated.connect(lambda _: compare.set_link(Link(self.link.currentData())))
        self.contrast.clicked.connect(compare.toggle_same_contrast)
        self.fit.clicked.connect(compare.fit)
        self.close_button.clicked.connect(compare.close)
        compare.changed.connect(self.refresh)
        compare.view_changed.connect(self._repaint)
        labels.taxonomy_changed.connect(self._repaint)
        self.set_theme(theme)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with a picture; the press that asked has put the keys on it."""
        if self.childAt(event.pos()) in self.cells:
            self.menu_asked.emit(event.globalPos())

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.close_button.setIcon(themed("close", theme))
        for cell in self.cells:
            cell.set_theme(theme)

    def refresh(self) -> None:
        """Show the cells as they are."""
        count = len(self._compare.cells)
        if count != len(self.cells):
            self._make_cells(count)
        self.link.setCurrentIndex(self.link.findData(self._compare.link))
        scale = self.link.model().item(self.link.findData(Link.SCALE))
        scale.setEnabled(self._compare.has_scales)
        scale.setToolTip("" if self._compare.has_scales else tr("Not every file tells its pixel size."))
        self.contrast.setChecked(self._compare.same_contrast)
        self._repaint()

    def _make_cells(self, count: int) -> None:
        for cell in self.cells:
            self._grid.removeWidget(cell)
            cell.deleteLater()
        self.cells = [CompareCell(self._compare, self._labels, k, self._theme) for k in range(count)]
        columns = 2 if count in (2, 4) else max(count, 1)
        for k, cell in enumerate(self.cells):
            self._grid.addWidget(cell, k // columns, k % columns)

    def _repaint(self) -> None:
        for cell in self.cells:
            cell.update()

    def _place(self) -> None:
        bar = QWidget()
        bar.setObjectName("column")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        row.addWidget(QLabel(tr("Compare")))
        row.addWidget(self.link)
        for widget in (self.contrast, self.fit):
            row.addWidget(widget)
        hint = ElidedLabel("dim")
        hint.show_text(tr("Keys act on the framed picture; double-click: this one alone"))
        row.addWidget(hint, stretch=1)
        row.addWidget(self.close_button)
        for widget in (self.link, self.contrast, self.fit, self.close_button):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._grid = QGridLayout()
        self._grid.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addLayout(self._grid, stretch=1)
