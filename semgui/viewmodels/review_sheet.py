"""Thirty images at a time: what is wrong is clicked, all the rest is confirmed at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from psygnal import Signal

from semgui.domain.ids import ClassId, ImageId
from semgui.review.confirm import ConfirmClasses
from semgui.texts import tr
from semgui.viewmodels.desk import Desk
from semgui.viewmodels.review import ReviewModel
from semgui.viewmodels.tiles import Tile
from semgui.viewmodels.writer import Action

AT_ONCE = 30


class SheetModel:
    """The next images of the queue, sorted by what they are said to be.

    While it is on, the gallery shows the sheet, and what is selected there is what is wrong: keys of classes,
    flags and the rest act on it.

    Attributes
    ----------
    on
        Whether images are shown thirty at a time.
    classes
        What each image of the sheet is said to be: its label or, without one, the likeliest class.
    aside
        Images that were found wrong and are not relabelled yet; they wait at the front of the queue.
    """

    changed = Signal()

    def __init__(self, desk: Desk, review: ReviewModel) -> None:
        self._desk = desk
        self._gallery = desk.gallery
        self._review = review
        self.on = False
        self.classes: dict[ImageId, ClassId] = {}
        self.aside: tuple[ImageId, ...] = ()
        desk.labels.went_over.connect(self._went_over)
        desk.hand.marks.asked.connect(self._went_over)
        desk.hand.taken_back.connect(self._taken_back)
        desk.hand.not_saved.connect(self._taken_back)
        desk.gallery.selection_changed.connect(self._selected)
        desk.leaving.connect(self._forget)
        review.begun.connect(self._begun)
        review.changed.connect(self._follow)

    @property
    def wrong(self) -> tuple[ImageId, ...]:
        """Images of the sheet that were clicked on."""
        return self._gallery.selection if self.on else ()

    @property
    def right(self) -> tuple[ImageId, ...]:
        """Images of the sheet that `confirm` says are what they are said to be."""
        wrong = set(self.wrong)
        return tuple(i for i in self.classes if i not in wrong and not self._review.order.is_settled(i))

    def as_said(self, tile: Tile) -> Tile:
        """Return what a thumbnail shows: without a label, the class that `confirm` would give."""
        evidence, said = self._review.source.evidence, self.classes.get(tile.id)
        row = -1 if evidence is None else evidence.row_of(tile.id)
        if evidence is None or said is None or row < 0 or tile.label is not None:
            return tile
        sure = float(evidence.probabilities[row, evidence.index_of(said)])
        return replace(tile, predicted=said, confidence=sure)

    def show(self, *, on: bool) -> None:
        """Show thirty at a time, or one by one again: first those that were found wrong."""
        if on == self.on or not self._review.reviewing or self._review.blind:
            return
        self.on = self._review.by_sheet = on
        if on:
            self.turn()
        else:
            self.classes = {}
            aside, self.aside = self.aside, ()
            self._review.show_one(aside)
        self.changed.emit()

    def toggle(self, row: int) -> None:
        """Say of an image of the sheet that it is wrong, or that it is not."""
        self._gallery.toggle(row)
        if not self.wrong:
            self._gallery.go_to(None)  # what is not chosen must not be what keys act on

    def turn(self) -> None:
        """Show the next thirty that wait, without saying anything about these."""
        aside = np.array(self.aside, np.int64)
        shown = np.fromiter(self.classes, np.int64, len(self.classes))
        left = self._review.order.left_over()
        left = left[~np.isin(left, aside)]
        after = left[~np.isin(left, shown)]
        ids = (after if after.size else left)[:AT_ONCE]
        self.classes = self._sorted(ids)
        self._gallery.show_only(np.fromiter(self.classes, np.int64, len(self.classes)), None)
        self.changed.emit()
        if not self.classes:
            self.show(on=False)

    def confirm(self) -> None:
        """Say in one action that all but the chosen ones are what they are said to be, and go on."""
        right, wrong = self.right, self.wrong
        self.aside = (*self.aside, *(i for i in wrong if i not in self.aside))
        if right:
            said = [(i, self.classes[i]) for i in right]
            writer = self._desk.hand.writer
            writer.do(ConfirmClasses(said), tr("Confirmed"), about=right, done=self._told)
            self._review.order.settle(right)
        self.turn()

    # Inside

    def _sorted(self, ids: np.ndarray[tuple[int], np.dtype[np.int64]]) -> dict[ImageId, ClassId]:
        evidence = self._review.source.evidence
        if evidence is None:
            return {}
        rows = evidence.rows_of(ids)
        said = np.where(evidence.labels[rows] >= 0, evidence.labels[rows], evidence.predicted[rows])
        order = np.argsort(said, kind="stable")  # what differs stands out among its like
        return {ImageId(int(evidence.ids[rows[i]])): evidence.classes[int(said[i])] for i in order}

    def _told(self, action: Action | None) -> None:
        if action is not None:
            self._desk.notices.info(tr("{title}: done. Ctrl+Z takes it back.", title=action.title))

    def _went_over(self, ids: Sequence[ImageId]) -> None:
        """Let go of what was relabelled."""
        if self.on:
            self.aside = tuple(i for i in self.aside if i not in ids)
            self._gallery.go_to(None)
            self.changed.emit()

    def _taken_back(self, ids: tuple[ImageId, ...]) -> None:
        """Show again what a confirmation took away, also one that could not be saved."""
        if not self.on:
            return
        self._gallery.go_to(None)  # going to where it happened chose an image
        if self.classes and not set(ids) & set(self.classes):
            waiting = self._review.order.left_over()
            self.classes = self._sorted(waiting[np.isin(waiting, np.array(ids, np.int64))])
            self._gallery.show_only(np.fromiter(self.classes, np.int64, len(self.classes)), None)
            self.changed.emit()

    def _selected(self) -> None:
        if self.on:
            self.changed.emit()

    def _begun(self) -> None:
        """Show the queue, or another one, from its beginning."""
        if self.on:
            waiting = set(self._review.order.left_over().tolist())
            self.classes, self.aside = {}, tuple(i for i in self.aside if i in waiting)
            self.turn()

    def _follow(self) -> None:
        if self.on and not self._review.by_sheet:
            self.on = False
            self.classes = {}
            self.changed.emit()

    def _forget(self) -> None:
        self.on = False
        self.classes, self.aside = {}, ()
        self.changed.emit()
