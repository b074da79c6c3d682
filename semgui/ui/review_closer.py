"""The switch of the closer look in Review: what it costs, how far it is, and how to stop it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from semgui.texts import tr
from semgui.ui.columns import label
from semgui.ui.pace import duration
from semgui.ui.theme import GRID
from semgui.viewmodels.closer import CloserModel, Stage
from semgui.viewmodels.session import Session


class CloserSwitch(QWidget):
    """A switch, and a line below it while there is something to say or to decide."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._closer: CloserModel = session.closer
        self.switch = QToolButton()
        self.switch.setObjectName("switch")
        self.switch.setText(tr("Look closer"))
        self.switch.setToolTip(
            tr(
                "Judge by four times as many pixels and several depths of the network: that finds more wrong "
                "labels. Every image has to be looked at once more; it says how long that takes."
            )
        )
        self.switch.setCheckable(True)
        self.switch.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.switch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.words = label(kind="dim", wrap=True)
        self.go = QPushButton()
        self.stop = QPushButton()
        for button in (self.go, self.stop):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.switch.clicked.connect(self._switch)
        self.go.clicked.connect(self._go)
        self.stop.clicked.connect(self._closer.stop)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID // 2)
        grid.addWidget(self.switch, 0, 0, 1, 2)
        grid.addWidget(self.words, 1, 0, 1, 2)
        grid.addWidget(self.go, 2, 0)
        grid.addWidget(self.stop, 2, 1)
        self._closer.changed.connect(self.refresh)
        session.activities.changed.connect(self._follow)
        self.refresh()

    def refresh(self) -> None:
        """Show how it is now."""
        closer, stage = self._closer, self._closer.stage
        self.switch.setChecked(closer.on or stage is not Stage.RESTING)
        self.switch.setEnabled(closer.missing is not None)
        waits = closer.on and stage is Stage.RESTING and bool(closer.missing)
        self.words.setText(self._sentence())
        self.words.setVisible(bool(self.words.text()))
        self.go.setVisible(waits or stage is Stage.OFFERED)
        self.go.setText(tr("Look at them") if waits else tr("Begin"))
        self.stop.setVisible(stage is not Stage.RESTING)
        self.stop.setText(tr("Not now") if stage is Stage.OFFERED else tr("Stop"))
        self.stop.setEnabled(closer.activity is None or not closer.activity.cancelling)

    def _sentence(self) -> str:
        closer, stage = self._closer, self._closer.stage
        missing = closer.missing or 0
        if stage is Stage.TRYING:
            return tr("A few images tell how long it takes…")
        if stage is Stage.OFFERED:
            return tr(
                "{n:,} image(s) take about {time}. You can go on reviewing meanwhile.",
                "",
                missing,
                time=duration(closer.seconds),
            )
        if stage is Stage.LOOKING:
            return "" if closer.activity is None else closer.activity.sentence()
        if closer.on and missing:
            return tr("{n:,} image(s) wait for a closer look and are left out.", "", missing)
        return ""

    def _switch(self, on: bool) -> None:
        self._closer.switch(on=on)
        self.refresh()  # the switch stays as it was while nothing changes

    def _go(self) -> None:
        if self._closer.stage is Stage.OFFERED:
            self._closer.begin()
        else:
            self._closer.find_out()

    def _follow(self) -> None:
        if self._closer.stage is not Stage.RESTING:
            self.refresh()
