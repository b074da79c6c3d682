"""Curves of a run: loss, and accuracy on the validation images, over epochs."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtWidgets import QHBoxLayout, QWidget

from semgui.texts import tr
from semgui.ui.theme import GRID, Theme
from trainer.events import Epoch

# Okabe–Ito blue and orange: told apart with any colour vision, on dark and on light; the second is dashed.
_TRAIN, _VALID = "#0072b2", "#e69f00"


class RunCurves(QWidget):
    """Two plots side by side."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        self.loss = _Plot(tr("Loss"), (tr("training"), tr("validation")))
        self.score = _Plot(tr("On validation images"), (tr("accuracy"), tr("macro-F1")))
        self.score.plot.setYRange(0, 1, padding=0.02)
        for plot in (self.loss, self.score):
            row.addWidget(plot.plot, stretch=1)
        self.setMinimumHeight(180)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for plot in (self.loss, self.score):
            plot.set_theme(theme)

    def show_epochs(self, epochs: tuple[Epoch, ...]) -> None:
        """Show these; what was not measured leaves a gap."""
        across = [e.epoch for e in epochs]
        self.loss.show_lines(across, [e.train_loss for e in epochs], [e.valid_loss for e in epochs])
        self.score.show_lines(across, [e.valid_accuracy for e in epochs], [e.valid_macro_f1 for e in epochs])


class _WholeNumbers(pg.AxisItem):
    """Epochs are counted: there is no half one."""

    def tickValues(self, minimum: float, maximum: float, size: float) -> list[tuple[float, list[float]]]:
        """Keep the ticks at whole numbers, no number twice."""
        levels = super().tickValues(minimum, maximum, size)
        return [(step, list(values)) for step, values in levels if step >= 1]


class _Plot:
    def __init__(self, title: str, names: tuple[str, str]) -> None:
        self._title = title
        self.plot = pg.PlotWidget(axisItems={"bottom": _WholeNumbers("bottom")})
        self.plot.setAccessibleName(title)
        self.plot.setMenuEnabled(False)
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.hideButtons()
        self.plot.showGrid(x=True, y=True, alpha=0.15)
        self.plot.setLabel("bottom", tr("epoch"))
        self._legend = self.plot.addLegend(offset=(-8, 8))
        dots = {"symbol": "o", "symbolSize": 5}
        self.lines = [
            self.plot.plot(
                name=names[0], pen=pg.mkPen(_TRAIN, width=2), symbolBrush=_TRAIN, symbolPen=_TRAIN, **dots
            ),
            self.plot.plot(
                name=names[1],
                pen=pg.mkPen(_VALID, width=2, style=pg.QtCore.Qt.PenStyle.DashLine),
                symbolBrush=_VALID,
                symbolPen=_VALID,
                **dots,
            ),
        ]

    def set_theme(self, theme: Theme) -> None:
        self.plot.setBackground(theme.panel)
        self.plot.setTitle(self._title, color=theme.text, size="10pt")
        self._legend.setLabelTextColor(theme.text)
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(theme.dim)
            axis.setTextPen(theme.dim)
        for _, words in self._legend.items:
            words.setText(words.text, color=theme.text)

    def show_lines(self, across: list[int], *lines: list[float | None]) -> None:
        for line, values in zip(self.lines, lines, strict=True):
            known = [(x, y) for x, y in zip(across, values, strict=True) if y is not None]
            line.setData([x for x, _ in known], [y for _, y in known])
