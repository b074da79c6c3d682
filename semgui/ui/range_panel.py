"""Ranges to narrow the gallery by: a slider with two handles for everything that was measured."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from superqt import QRangeSlider

from semgui.catalogue.query import MEASURES, Key, Range
from semgui.texts import tr
from semgui.ui.columns import label
from semgui.ui.theme import GRID
from semgui.viewmodels.filters import KEY_NAMES, range_of, value_words, with_range
from semgui.viewmodels.ranges import Extent, from_place, place_of
from semgui.viewmodels.session import Session
from semgui.viewmodels.tasks import Lane, TaskRunner

STEPS = 1000
_SETTLE_MS = 150


class RangeRow:
    """One measure: name, slider, what is chosen."""

    def __init__(self, key: Key, extent: Extent, changed: Callable[[], None]) -> None:
        self.key = key
        self.extent = extent
        self.name = QLabel(tr(KEY_NAMES[key]))
        self.slider = QRangeSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setValue((0, STEPS))
        self.slider.setMinimumWidth(220)
        self.slider.setAccessibleName(tr(KEY_NAMES[key]))
        self.said = label(kind="dim")
        self.slider.valueChanged.connect(lambda _: self._moved(changed))
        self.say()

    def _moved(self, changed: Callable[[], None]) -> None:
        self.say()
        changed()

    def wanted(self) -> Range:
        """Return what is chosen; a handle at its end is no bound."""
        low, high = self.slider.value()
        return Range(
            self.key,
            None if low <= 0 else from_place(self.key, self.extent, low / STEPS),
            None if high >= STEPS else from_place(self.key, self.extent, high / STEPS),
        )

    def show(self, wanted: Range) -> None:
        """Show a range that was chosen elsewhere."""
        low = 0.0 if wanted.low is None else place_of(self.key, self.extent, wanted.low)
        high = 1.0 if wanted.high is None else place_of(self.key, self.extent, wanted.high)
        self.slider.blockSignals(True)
        self.slider.setValue((round(low * STEPS), round(high * STEPS)))
        self.slider.blockSignals(False)
        self.say()

    def say(self) -> None:
        """Write what is chosen."""
        low, high = (
            value_words(self.key, from_place(self.key, self.extent, place / STEPS))
            for place in self.slider.value()
        )
        self.said.setText(f"{low} – {high}")


class RangePanel(QFrame):
    """A panel below its button; a click beside it closes it. What is chosen holds at once."""

    def __init__(self, session: Session, runner: TaskRunner, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("column")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._session = session
        self._runner = runner
        self._gallery = session.gallery
        self._rows: list[RangeRow] = []
        self._settled = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settled.timeout.connect(self._narrow)
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        self._content = QWidget()
        self._body.addWidget(self._content)
        self._gallery.filter_changed.connect(self._show_filter)

    def open_below(self, button: QWidget) -> None:
        """Open at a button, with the extents that the project has by now."""
        opened = self._session.opened
        if opened is None:
            return
        where = button.mapToGlobal(QPoint(0, button.height() + 2))
        self._runner.run(
            Lane.COUNT,
            opened.library.extents,
            lambda found: self._open(found, where),
            lambda error: self._session.notices.failed("The ranges could not be read", error),
        )

    def rows(self) -> dict[Key, RangeRow]:
        """Return the rows by what they measure."""
        return {row.key: row for row in self._rows}

    def _open(self, extents: dict[Key, Extent], where: QPoint) -> None:
        self._fill(extents)
        self._show_filter()
        self.adjustSize()
        self.move(where)
        self.show()

    def _fill(self, extents: dict[Key, Extent]) -> None:
        self._rows = [RangeRow(key, extents[key], self._settled.start) for key in MEASURES if key in extents]
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        for line, row in enumerate(self._rows):
            for column, widget in enumerate((row.name, row.slider, row.said)):
                grid.addWidget(widget, line, column)
            row.said.setMinimumWidth(170)
        if not self._rows:
            grid.addWidget(
                label(tr("Nothing was measured yet: classify the images, or wait for the scan."), "dim")
            )
        reset = QPushButton(tr("Take the ranges away"))
        reset.clicked.connect(self._reset)
        grid.addWidget(reset, len(self._rows) + 1, 0, 1, 3, Qt.AlignmentFlag.AlignRight)
        self._body.replaceWidget(self._content, content)
        self._content.deleteLater()
        self._content = content

    def _show_filter(self) -> None:
        for row in self._rows:
            if not row.slider.isSliderDown():
                row.show(range_of(self._gallery.filter, row.key))

    def _narrow(self) -> None:
        wanted = self._gallery.filter
        for row in self._rows:
            wanted = with_range(wanted, row.wanted())
        self._gallery.narrow(wanted)

    def _reset(self) -> None:
        for row in self._rows:
            row.show(Range(row.key))
        self._narrow()
