"""The mode Confusions: the matrix, the pairs that are confused most, and learning from corrections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from semgui.services.confusions import BY_GROUPS, OUT_OF_FOLD
from semgui.texts import tr
from semgui.ui.actions import Context
from semgui.ui.columns import ElidedLabel, label
from semgui.ui.confusion_bar import ConfusionBar
from semgui.ui.confusion_files import write_picture, write_table
from semgui.ui.confusion_learning import LearningPanel
from semgui.ui.confusion_legend import MatrixLegend
from semgui.ui.confusion_matrix import MatrixView
from semgui.ui.confusion_pairs import PairTable
from semgui.ui.confusion_row import MatrixRow
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.confusion_choice import Images
from semgui.viewmodels.confusion_learning import LearningModel
from semgui.viewmodels.confusions import ConfusionsModel
from semgui.viewmodels.tasks import Lane

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_SIDE = 400  # pixels, of the column at the right
_MESSAGE_WIDTH = 480
_NONE = (-1, -1)


class ConfusionPage(QWidget):
    """Choosers above, the matrix or three of them at the left, pairs and learning at the right."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._window = window
        session = window.session
        self.confusions = ConfusionsModel(window.runner, session, session.review, session.models)
        self.bar = ConfusionBar(self.confusions, session.models.in_use)
        self.matrices = MatrixRow(window.theme)
        self.learning: LearningModel = session.learning
        self.learn = LearningPanel(self.learning)
        self.pairs = PairTable(window.theme)
        self.said = ElidedLabel()
        self.legend = MatrixLegend(window.theme)
        self.remark = label(kind="dim", wrap=True)
        self.open_button = QPushButton(tr("Review these images"))
        self.open_button.setToolTip(tr("Enter, or a double click on the cell"))
        self.message = label(kind="dim", wrap=True)
        self.remedy = QPushButton()
        self._pointed = (0, -1, -1)  # number of the matrix, row, column under the mouse
        self._remedy: Callable[[], None] = lambda: None
        self._body = QStackedWidget()
        self._place()
        self._connect()
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Keep up with the project while it is looked at."""
        super().showEvent(event)
        self._window.session.models.refresh()
        self.confusions.watch()
        self.learning.count()

    def hideEvent(self, event: QHideEvent) -> None:
        """Count nothing while nobody looks."""
        super().hideEvent(event)
        self.confusions.unwatch()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.matrices.set_theme(theme)
        self.pairs.set_theme(theme)
        self.legend.set_theme(theme)

    @property
    def active(self) -> MatrixView:
        """The matrix that is meant."""
        return self.matrices.views[self.matrices.active]

    def copy(self) -> None:
        """Put the numbers into the clipboard."""
        self.active.copy()
        self._window.session.notices.info(tr("The matrix is in the clipboard."))

    def export_csv(self) -> None:
        """Write the matrix as a table."""
        rows = self.active.content.rows()
        self._export("confusion.csv", tr("Table (*.csv)"), lambda path: write_table(rows, path))

    def export_png(self) -> None:
        """Write the matrix as a picture."""
        image = self.active.image()
        self._export("confusion.png", tr("Picture (*.png)"), lambda path: write_picture(image, path))

    def open_current(self) -> None:
        """Open the images of the chosen cell."""
        cell = self.confusions.cell_place
        if cell != _NONE:
            self._open_cell(self.matrices.active, *cell)

    def refresh(self) -> None:
        """Show what there is."""
        model = self.confusions
        self.bar.in_use = self._window.session.models.in_use
        contents = model.contents
        if not contents:
            self._show_message()
            return
        self._body.setCurrentIndex(0)
        place = model.cell_place
        self.matrices.show_contents(contents, self._titles())
        self.matrices.set_current(*place)
        assert model.shown is not None  # there are contents
        self.pairs.show_pairs(model.shown.pairs)
        self.remark.setText(" · ".join(_remarks(model)))
        self._say()

    def splitters(self) -> dict[str, QSplitter]:
        """Return what the user can move the borders of, by names that never change."""
        return {"split": self._split}

    # Building

    def _place(self) -> None:
        below = QHBoxLayout()
        below.setContentsMargins(2 * GRID, 0, GRID, GRID)
        below.addWidget(self.said, stretch=1)
        below.addWidget(self.legend)
        below.addSpacing(GRID)
        below.addWidget(self.open_button)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        matrices = QHBoxLayout()
        matrices.setContentsMargins(2 * GRID, 0, GRID, 0)
        matrices.addWidget(self.matrices)
        column.addLayout(matrices, stretch=1)
        column.addLayout(below)
        split = self._split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self._right())
        for part, share in enumerate((3, 1)):  # long names want room, too
            split.setStretchFactor(part, share)
        split.setSizes([1000, _SIDE])
        self._body.addWidget(split)
        self._body.addWidget(self._message_page())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.bar)
        remarks = QHBoxLayout()
        remarks.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID)
        remarks.addWidget(self.remark)
        whole.addLayout(remarks)
        whole.addWidget(self._body, stretch=1)

    def _right(self) -> QWidget:
        right = QWidget()
        right.setObjectName("column")
        right.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        right.setMinimumWidth(300)
        column = QVBoxLayout(right)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(label(tr("Most confused"), "heading"))
        column.addWidget(self.pairs, stretch=1)
        column.addWidget(self.learn)
        return right

    def _message_page(self) -> QWidget:
        room = QWidget()
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setMaximumWidth(_MESSAGE_WIDTH)
        column = QVBoxLayout(room)
        column.addStretch(1)
        for part in (self.message, self.remedy):
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(part, stretch=8 if part is self.message else 0)
            row.addStretch(1)
            column.addLayout(row)
        column.addStretch(1)
        return room

    def _connect(self) -> None:
        model = self.confusions
        self.matrices.chosen.connect(model.choose)
        self.matrices.pointed.connect(self._point_at)
        self.matrices.opened.connect(self._open_cell)
        for view in self.matrices.views:
            view.menu_wanted.connect(self._show_menu)
        self.pairs.chosen.connect(model.choose_pair)
        self.pairs.opened.connect(lambda row: self._open(model.images_of_pair(row)))
        self.open_button.clicked.connect(self.open_current)
        self.remedy.clicked.connect(lambda: self._remedy())  # noqa: PLW0108 - it is another one each time
        self.learn.images_wanted.connect(lambda ids, what: self._open(Images(ids, what, None)))
        self.learn.matrices_wanted.connect(lambda learned: model.show_trial(learned.before, learned.after))
        self._window.session.activities.changed.connect(self.learn.refresh)
        model.changed.connect(self.refresh)
        model.cell_changed.connect(self._cell_changed)

    # Following

    def _cell_changed(self) -> None:
        place = self.confusions.cell_place
        self.matrices.set_current(*place)
        self._say()
        self._window.actions_.refresh()

    def _point_at(self, number: int, row: int, column: int) -> None:
        self._pointed = (number, row, column)
        self._say()

    def _say(self) -> None:
        """Say what the cell under the mouse means, else the chosen one."""
        number, *pointed = self._pointed
        place = tuple(pointed) if min(pointed) >= 0 else self.confusions.cell_place
        content = self.matrices.views[number].content if min(pointed) >= 0 else self.active.content
        inside = min(place) >= 0 and max(place) < len(content)
        hint = tr("Choose a cell: arrows or a click; Enter shows its images.")
        self.said.show_text(content.sentence(*place) if inside else hint)
        self.open_button.setEnabled(self.confusions.cell_place != _NONE)

    def _show_message(self) -> None:
        model = self.confusions
        self._body.setCurrentIndex(1)
        self.remark.setText("")
        excuse = model.excuse
        self.remedy.setVisible(bool(excuse))
        if excuse:
            begins_with_name = excuse.startswith(model.judge.name) and bool(model.judge.name)
            self.message.setText(excuse if begins_with_name else excuse[0].upper() + excuse[1:])
            self._offer_remedy()
        else:
            judging = tr("Judging each image by the others…")
            self.message.setText(judging if model.waiting else tr("Counting…"))

    def _offer_remedy(self) -> None:
        model = self.confusions
        if not model.judge.asked:
            self.remedy.setText(tr("Ask {name} now", name=model.judge.name))
            self.remedy.setEnabled(not model.asking)
            self._remedy = model.ask_now
        else:
            self.remedy.setText(tr("Label images"))
            self.remedy.setEnabled(True)
            self._remedy = lambda: self._window.modes.show("browse")

    # Doing

    def _open_cell(self, number: int, row: int, column: int) -> None:
        self._open(self.confusions.images(number, row, column))

    def _open(self, images: Images) -> None:
        session = self._window.session
        if not len(images.ids):
            session.notices.info(tr("No image is in this cell."))
            return
        words = tr("{n:,} image(s): {what}", "", len(images.ids), what=images.what)
        session.review.review_only(images.ids, words, images.pair)
        self._window.modes.show("review")

    def _show_menu(self, where: QPoint) -> None:
        self._window.menus.show(Context.CONFUSION, where)

    def _export(self, name: str, kind: str, write: Callable[[Path], None]) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Export the matrix"), name, kind)
        if not chosen:
            return
        notices, file = self._window.session.notices, Path(chosen)
        self._window.runner.run(
            Lane.READ,
            lambda: write(file),
            lambda _: notices.info(tr("The matrix lies in {file}.", file=file)),
            lambda error: notices.failed(tr("The matrix was not exported"), error),
        )

    def _titles(self) -> tuple[str, ...]:
        tables = self.confusions.tables
        if len(tables) < 2:
            return ("",)
        return (
            tr("Before: {name}", name=tables[0].name),
            tr("After: {name}", name=tables[1].name),
            tr("Difference"),
        )


def _remarks(model: ConfusionsModel) -> list[str]:
    table = model.tables[-1]
    count = len(table.ids)
    said = [
        tr(
            "{right:,} of {n:,} image(s) are called what they are labelled ({share:.1%})",
            "",
            count,
            right=table.right,
            share=table.right / count if count else 0.0,
        )
    ]
    if model.judge.key == OUT_OF_FOLD:
        said.append(tr("only near-duplicates are kept apart: on new samples it may be less"))
    if model.judge.key == BY_GROUPS:
        said.append(tr("each by a head that knows no other image of its group: so new ones are judged"))
    if len(model.tables) == 2:
        said.append(tr("only images that both judged are counted"))
    if table.trained_on is None:
        said.append(tr("the model does not say what it was trained on: these numbers may be too good"))
    elif table.trained_on:
        said.append(tr("the model was trained on {n:,} of them: these numbers flatter", "", table.trained_on))
    if table.unanswered and model.judge.key == BY_GROUPS:
        left = tr("{n:,} image(s) are left out: their classes lie in one group each", "", table.unanswered)
        said.append(left)
    elif table.unanswered:
        said.append(tr("{n:,} image(s) wait to be judged", "", table.unanswered))
    return said
