"""Contrast and gamma below the picture: histogram with handles, sliders, automatic, keep, invert."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSlider, QToolButton, QWidget

from semgui.texts import tr
from semgui.ui.columns import label
from semgui.ui.histogram import HistogramView
from semgui.ui.icons import themed
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.look import GAMMAS, LookModel

_STEPS = 100  # of the gamma slider, to each side of 1


class ContrastBar(QWidget):
    """Controls of `LookModel`."""

    def __init__(self, look: LookModel, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("column")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._look = look
        self.histogram = HistogramView(look, theme)
        self.limits = label("", "dim")
        self.limits.setMinimumWidth(self.fontMetrics().horizontalAdvance("black 000000  white 000000 "))
        self.gamma = QSlider(Qt.Orientation.Horizontal)
        self.gamma.setRange(-_STEPS, _STEPS)
        self.gamma.setFixedWidth(120)
        self.gamma.setToolTip(tr("Gamma: to the left the dark parts become brighter"))
        self.gamma_value = label("", "dim")
        self.gamma_value.setMinimumWidth(self.fontMetrics().horizontalAdvance("0.00 "))
        self.auto = QPushButton(tr("Auto"))
        self.auto.setToolTip(tr("Back to the automatic contrast of this image"))
        self.keep = QPushButton(tr("Keep"))
        self.keep.setCheckable(True)
        self.keep.setToolTip(tr("Keep this setting for the next images; off: automatic for each of them"))
        self.invert = QPushButton(tr("Invert"))
        self.invert.setCheckable(True)
        self.invert.setToolTip(tr("Show black as white"))
        self.close_button = QToolButton()
        self.close_button.setToolTip(tr("Close"))
        self.note = label(tr("Display only: the classifier always sees the automatic contrast."), "dim")
        self.note.setToolTip(tr("Whatever is set here changes no prediction, heatmap or training image."))
        self._place()
        for button in (self.auto, self.keep, self.invert, self.close_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.gamma.valueChanged.connect(self._gamma_moved)
        self.auto.clicked.connect(look.reset)
        self.keep.clicked.connect(look.keep)
        self.invert.clicked.connect(look.invert)
        self.close_button.clicked.connect(self.hide)
        look.changed.connect(self.refresh)
        self.set_theme(theme)
        self.refresh()
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Count only while somebody looks."""
        super().showEvent(event)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.histogram.set_theme(theme)
        self.close_button.setIcon(themed("close", theme))

    def refresh(self) -> None:
        """Show the setting as it is."""
        look = self._look.look
        self.setEnabled(look is not None)
        if look is None:
            return
        if self.isVisible():
            self._look.ask_histogram()
        self.limits.setText(tr("black {low}  white {high}", low=_short(look.low), high=_short(look.high)))
        self.gamma.blockSignals(True)
        self.gamma.setValue(round(_STEPS * math.log(look.gamma) / math.log(GAMMAS[1])))
        self.gamma.blockSignals(False)
        self.gamma_value.setText(f"{look.gamma:.2f}")
        self.auto.setEnabled(not self._look.automatic)
        self.keep.setChecked(self._look.kept)
        self.invert.setChecked(look.inverted)

    def _gamma_moved(self, value: int) -> None:
        gamma = GAMMAS[1] ** (value / _STEPS)
        self._look.set_gamma(1.0 if abs(value) < 4 else gamma)  # the middle is easily met

    def _place(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(2 * GRID, GRID, GRID, GRID // 2)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.addWidget(self.histogram, 0, 0, 2, 1)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for row in (upper, lower):
            row.setSpacing(GRID)
        for widget in (QLabel(tr("Gamma")), self.gamma, self.gamma_value):
            upper.addWidget(widget)
        upper.addWidget(self.limits)
        upper.addStretch(1)
        upper.addWidget(self.close_button)
        for button in (self.auto, self.keep, self.invert):
            lower.addWidget(button)
        lower.addStretch(1)
        grid.addLayout(upper, 0, 1)
        grid.addLayout(lower, 1, 1)
        grid.addWidget(self.note, 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.4g}"
