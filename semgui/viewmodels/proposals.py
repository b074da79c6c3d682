"""Groups of images that look alike, to be named one after the other: how a project without classes begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from semgui.catalogue.labels import LabelStore
from semgui.catalogue.predictions import PredictionStore
from semgui.domain.errors import Cancelled, SemguiError
from semgui.domain.ids import ImageId
from semgui.domain.progress import CancelToken, Progress
from semgui.services.groups import Grouped, ImageGroup, group_images
from semgui.texts import tr
from semgui.viewmodels.activity import Activity
from semgui.viewmodels.brain import Brain
from semgui.viewmodels.desk import Desk
from semgui.viewmodels.opened import Opened
from semgui.viewmodels.proposal import Proposal, described, zipped
from semgui.viewmodels.tasks import Lane, TaskRunner

_PARTS = 2  # that a group is split into


class GroupState(StrEnum):
    """What there is to see."""

    NO_MODEL = "no model"  # nothing knows which images look alike
    NOT_ASKED = "not asked"
    GROUPING = "grouping"
    READY = "ready"
    FAILED = "failed"


class ProposalModel:
    """The groups, and which of them are chosen.

    The images of the chosen groups are what `GalleryModel` shows, all selected: those that do not belong are
    taken out of the choice before it gets its name.

    Attributes
    ----------
    state
        What there is to see.
    problem
        Why there are no groups, in a sentence.
    which
        Images that are grouped.
    count
        How many groups are asked for; 0: as many as suit the images.
    groups
        The largest first, those that were put off last.
    chosen
        Numbers of groups, ascending.
    """

    changed = Signal()
    chosen_changed = Signal()

    def __init__(self, runner: TaskRunner, desk: Desk) -> None:
        self._runner = runner
        self._activities = desk.activities
        self._notices = desk.notices
        self._gallery = desk.gallery
        self._labels = desk.labels
        self._opened: Opened | None = None
        self._brain: Brain | None = None
        self._working: Activity | None = None
        self._ticket = 0
        self._reading = 0  # of labels
        self._watched = False
        self._waits_for_more = False
        self.state = GroupState.NOT_ASKED
        self.problem = ""
        self.which = Grouped.UNLABELLED
        self.count = 0
        self.groups: tuple[Proposal, ...] = ()
        self.chosen: tuple[int, ...] = ()
        desk.hand.committed.connect(self._labels_changed)
        desk.hand.changed.connect(self._labels_changed)

    def attach(self, opened: Opened | None, brain: Brain | None) -> None:
        """Group the images of another project, or of none."""
        if (opened, brain) == (self._opened, self._brain):
            return
        self._opened, self._brain = opened, brain
        self._ticket += 1
        self._working = None
        self.groups, self.chosen = (), ()
        self._read_labels()
        self._set_state(GroupState.NOT_ASKED if brain is not None else GroupState.NO_MODEL)

    def watch(self, *, on: bool) -> None:
        """Show the chosen groups in the gallery from now on, or leave it to others."""
        self._watched = on
        if on:
            self._show_chosen()
            self._read_labels()
        elif self.chosen:
            self._gallery.show_all()
            self._gallery.select_current()  # what is not seen any more is not chosen: a key would label it

    # Making groups

    def propose(self, among: NDArray[np.int64] | None = None) -> None:
        """Find groups; those that were there before go.

        Parameters
        ----------
        among
            Ids of the images that may be grouped; ``None``: all.
        """
        opened, brain = self._opened, self._brain
        if opened is None or brain is None or self._working is not None:
            return
        which, count = self.which, self.count or None

        def work(progress: Callable[[Progress], None], cancel: CancelToken) -> list[ImageGroup]:
            return group_images(
                opened.project, which, brain.id, count=count, among=among, progress=progress, cancel=cancel
            )

        self._group(work, self._take_groups, self._not_grouped)
        self._set_state(GroupState.GROUPING)

    def split(self) -> None:
        """Divide the chosen group in two."""
        opened, brain = self._opened, self._brain
        if opened is None or brain is None or len(self.chosen) != 1 or self._working is not None:
            return
        whole = self.groups[self.chosen[0]].ids

        def work(progress: Callable[[Progress], None], cancel: CancelToken) -> list[ImageGroup]:
            return group_images(
                opened.project,
                Grouped.ALL,
                brain.id,
                count=_PARTS,
                among=whole,
                progress=progress,
                cancel=cancel,
            )

        def done(found: list[ImageGroup]) -> None:
            there = next((n for n, group in enumerate(self.groups) if group.ids is whole), None)
            if there is not None:  # it may have been merged meanwhile
                parts = [Proposal(group.ids) for group in found]
                self._replace([*self.groups[:there], *parts, *self.groups[there + 1 :]], (there,))

        self._group(work, done, lambda error: self._notices.failed(tr("It was not split"), error))

    def merge(self) -> None:
        """Make one group of the chosen ones."""
        if len(self.chosen) < 2:
            return
        first, *_ = self.chosen
        parts = [self.groups[number].ids for number in self.chosen]
        whole = Proposal(zipped(parts))
        others = [g for n, g in enumerate(self.groups) if n not in self.chosen]
        self._replace([*others[:first], whole, *others[first:]], (first,))

    def skip(self) -> None:
        """Put the chosen groups off to the end of the list, or take them back."""
        if not self.chosen:
            return
        first, *_ = self.chosen
        moved = [replace(self.groups[n], skipped=not self.groups[n].skipped) for n in self.chosen]
        kept = [g for n, g in enumerate(self.groups) if n not in self.chosen]
        ready = [g for g in (*kept, *moved) if not g.skipped]
        off = [g for g in (*kept, *moved) if g.skipped]
        groups = [*ready, *off]
        self._replace(groups, (min(first, len(groups) - 1),))

    # Choosing and naming

    def choose(self, numbers: Sequence[int]) -> None:
        """Choose groups; their images are shown, and chosen."""
        chosen = tuple(sorted({n for n in numbers if 0 <= n < len(self.groups)}))
        if chosen != self.chosen:
            self.chosen = chosen
            self._show_chosen()
            self.chosen_changed.emit()

    def choose_next(self) -> None:
        """Go to the next group that waits for a name."""
        start = self.chosen[-1] + 1 if self.chosen else 0
        order = [*range(start, len(self.groups)), *range(start)]
        waiting = [n for n in order if self.groups[n].name is None and not self.groups[n].skipped]
        self.choose(waiting[:1])

    def name(self, name: str) -> int:
        """Give what is left of the choice, as far as it has no label, the class of a name; it is made if new.

        Returns
        -------
        int
            How many images get it.
        """
        labelled = {i for number in self.chosen for i in self.groups[number].labelled}
        ids = tuple(i for i in self._gallery.targets if i not in labelled)
        name = name.strip()
        if not ids or not name:
            return 0
        self._labels.set_named(ids, name)
        return len(ids)

    @property
    def waiting(self) -> int:
        """How many groups wait for a name."""
        return sum(1 for group in self.groups if group.name is None and not group.skipped)

    # Inside

    def _group(
        self,
        work: Callable[[Callable[[Progress], None], CancelToken], list[ImageGroup]],
        done: Callable[[list[ImageGroup]], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._ticket += 1
        ticket = self._ticket

        def ended(call: Callable[[], None]) -> None:
            if ticket == self._ticket:
                self._working = None
                call()

        self._working = self._activities.start(
            tr("Looking for groups"),
            work,
            done=lambda found: ended(lambda: done(found)),
            failed=lambda error: ended(lambda: failed(error)),
        )

    def _take_groups(self, found: list[ImageGroup]) -> None:
        self.state = GroupState.READY
        self._replace([Proposal(group.ids) for group in found], (0,) if found else ())

    def _not_grouped(self, error: Exception) -> None:
        if isinstance(error, Cancelled):
            self.problem = tr("Looking for groups was stopped.")
        elif isinstance(error, SemguiError):
            self.problem = str(error)
        else:
            self.problem = tr("The images could not be grouped.")
            self._notices.failed(self.problem, error)
        self.groups, self.chosen = (), ()
        self._read_labels()
        self._set_state(GroupState.FAILED)
        self._show_chosen()

    def _set_state(self, state: GroupState) -> None:
        self.state = state
        self.changed.emit()

    def _replace(self, groups: Sequence[Proposal], chosen: tuple[int, ...]) -> None:
        self.groups, self.chosen = tuple(groups), chosen
        self.changed.emit()
        self._show_chosen()
        self.chosen_changed.emit()
        self._read_labels()

    def _show_chosen(self) -> None:
        if not self._watched:
            return
        if not self.chosen:
            self._gallery.show_all()
            return
        ids = zipped([self.groups[number].ids for number in self.chosen])
        self._gallery.show_only(ids, ImageId(int(ids[0])))
        self._gallery.select_all()

    def _labels_changed(self, ids: Sequence[ImageId] = ()) -> None:
        if self.groups:
            self._read_labels()

    def _read_labels(self) -> None:
        """Read what people and the model say of images in groups; what is read of others is dropped."""
        opened, brain, groups = self._opened, self._brain, self.groups
        self._reading += 1
        reading = self._reading
        if opened is None or brain is None or not groups:
            return
        model_id = brain.id

        def work() -> list[Proposal]:
            every = [ImageId(int(i)) for i in np.concatenate([group.ids for group in groups])]
            said = LabelStore(opened.project).current(every)
            guessed = PredictionStore(opened.project).get(model_id, every)
            predicted = {i: found.predicted for i, found in guessed.items()}
            return [described(group, said, predicted) for group in groups]

        def done(found: list[Proposal]) -> None:
            if reading == self._reading:
                self.groups = tuple(found)
                self.changed.emit()

        self._runner.run(
            Lane.READ,
            work,
            done,
            lambda error: self._notices.failed(tr("The groups could not be read"), error),
        )
