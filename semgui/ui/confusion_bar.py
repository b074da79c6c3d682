"""Who judges which images, against whom, and how the matrix is shown."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from semgui.services.confusion_table import Order
from semgui.services.confusions import BY_GROUPS, OUT_OF_FOLD, Judge, Part
from semgui.texts import mark, tr
from semgui.ui.chooser import Chooser
from semgui.ui.columns import label
from semgui.ui.theme import GRID
from semgui.viewmodels.confusions import ConfusionsModel

PART_NAMES = {
    Part.LABELLED: mark("all labelled images"),
    Part.TEST: mark("held-out images"),
    Part.NEW: mark("images new to it"),
}
"""As people read them; marked for translation."""
ORDER_NAMES = {
    Order.CONFUSION: mark("confused together"),
    Order.PROJECT: mark("as listed"),
    Order.NAME: mark("by name"),
    Order.SIZE: mark("largest first"),
}
"""As people read them; marked for translation."""
_HOW = {
    OUT_OF_FOLD: mark(
        "Each image is judged by a head that learned from all labelled images but its own fold; "
        "near-duplicates are in one fold. It knows every sample: right for finding wrong labels"
    ),
    BY_GROUPS: mark(
        "Each image is judged by a head that learned from all labelled images but its own fold; what the "
        "project keeps together is in one fold. It knows no other image of the group: so it judges a new one"
    ),
}
_GROUPS = {"folder": mark("folder"), "day": mark("day"), "sample": mark("sample")}
"""Names of what a project is divided by, where they are no words of a file; marked for translation."""


class ConfusionBar(QWidget):
    """Choosers above the matrix.

    Parameters
    ----------
    in_use
        Returns the name of the model that classifies.
    """

    def __init__(self, confusions: ConfusionsModel, in_use: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._confusions = confusions
        self.in_use = in_use
        self.judge = Chooser(tr("Who judges"), letters=17)
        self.part = Chooser(tr("Which images"), letters=15)
        self.against = Chooser(tr("Compare with"), letters=15)
        self.order = Chooser(tr("Order of the classes"), letters=12)
        for order, words in ORDER_NAMES.items():
            self.order.addItem(tr(words), order)
        self.percent = _switch(tr("%"), tr("Share of the images of a class, instead of numbers"))
        self.both = _switch(tr("Before and after"), tr("Both matrices side by side, and the difference"))
        self.judge.activated.connect(lambda _: confusions.ask(self.judge.currentData()))
        self.part.activated.connect(lambda _: confusions.count(Part(self.part.currentData())))
        self.against.activated.connect(lambda _: confusions.compare_with(self.against.currentData()))
        self.order.activated.connect(lambda _: confusions.sort(Order(self.order.currentData())))
        self.percent.clicked.connect(lambda on: confusions.set_percent(on=on))
        self.both.clicked.connect(lambda on: confusions.set_side_by_side(on=on))
        self._place()
        confusions.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is chosen."""
        model = self._confusions
        _fill(self.judge, ((j.key, self._named(j)) for j in model.judges), model.judge.key)
        how = _HOW.get(model.judge.key)
        self.judge.setToolTip(self.judge.currentText() if how is None else tr(how))
        parts = [p for p in Part if p is not Part.NEW or how is None]
        if model.on_trial:
            _fill(self.part, [(model.part, tr("images new to both"))], model.part)
        else:
            _fill(self.part, ((p, tr(PART_NAMES[p])) for p in parts), model.part)
        self.part.setEnabled(not model.on_trial)
        other = model.compared_with
        choices = [("", tr("nothing")), *((j.key, self._named(j)) for j in model.can_compare)]
        _fill(self.against, choices, other.key if other else "")
        self.order.setCurrentIndex(self.order.findData(model.order))
        self.percent.setChecked(model.percent)
        self.both.setEnabled(model.shown is not None and model.shown.both is not None)
        self.both.setChecked(len(model.tables) == 2)

    def _named(self, judge: Judge) -> str:
        if judge.key == OUT_OF_FOLD:
            return tr("Out of fold")
        if judge.key == BY_GROUPS:
            return tr("Out of fold by {groups}", groups=tr(_GROUPS.get(judge.name, judge.name)))
        if not judge.asked:
            return tr("{name} (not asked yet)", name=judge.name)
        return tr("{name} (in use)", name=judge.name) if judge.name == self.in_use else judge.name

    def _place(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        row.setSpacing(GRID)
        for words, choice in (
            (tr("Judged by"), self.judge),
            (tr("on"), self.part),
            (tr("Compared with"), self.against),
            (tr("Classes"), self.order),
        ):
            row.addWidget(label(words, "dim"))
            row.addWidget(choice)
        row.addStretch(1)
        row.addWidget(self.both)
        row.addWidget(self.percent)


def _switch(words: str, tip: str) -> QToolButton:
    made = QToolButton()
    made.setObjectName("switch")
    made.setText(words)
    made.setToolTip(tip)
    made.setCheckable(True)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made


def _fill(box: QComboBox, choices: Iterable[tuple[str, str]], chosen: str) -> None:
    """Show choices; nothing is touched where they are the same, so that an open list stays open."""
    wanted = list(choices)
    if [(box.itemData(i), box.itemText(i)) for i in range(box.count())] != wanted:
        box.clear()
        for key, words in wanted:
            box.addItem(words, key)
    box.setCurrentIndex(box.findData(chosen))
