"""The actions of a project as a list that one can go back and forth in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from psygnal import Signal

from semgui.catalogue.batches import ActionState, PastAction
from semgui.domain.ids import BatchId
from semgui.texts import tr
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane, TaskRunner
from semgui.viewmodels.writer import Writer

PastReader: TypeAlias = Callable[[int], list[PastAction]]
START = BatchId(0)
"""Stands for the time before the first action."""

_STEP = 200  # actions read at once


class HistoryModel:
    """The newest actions, read only while somebody looks at them.

    Attributes
    ----------
    actions
        Newest first; those that were undone and can no longer be redone are left out.
    more
        Whether there are older ones than those read.
    """

    changed = Signal()

    def __init__(self, writer: Writer, runner: TaskRunner, notices: Notices) -> None:
        self._writer = writer
        self._runner = runner
        self._notices = notices
        self._source: PastReader | None = None
        self._watched = False
        self._ticket = 0
        self._limit = _STEP
        self.actions: tuple[PastAction, ...] = ()
        self.more = False

    def attach(self, source: PastReader | None) -> None:
        """Read from another project, or from none."""
        self._source = source
        self._limit = _STEP
        self._ticket += 1
        self._take([], 0)
        self.refresh()

    def watch(self, *, on: bool) -> None:
        """Read from now on whenever something is done, or no longer."""
        self._watched = on
        self.refresh()

    def read_more(self) -> None:
        """Read older actions, too."""
        self._limit += _STEP
        self.refresh()

    def refresh(self) -> None:
        """Read the actions again."""
        if self._source is None or not self._watched:
            return
        self._ticket += 1
        source, ticket, limit = self._source, self._ticket, self._limit

        def done(found: list[PastAction]) -> None:
            if ticket == self._ticket:
                self._take(found, limit)

        self._runner.run(
            Lane.READ,
            lambda: source(limit),
            done,
            lambda error: self._notices.failed(tr("The history could not be read"), error),
        )

    @property
    def here(self) -> BatchId:
        """The last action in force."""
        done = (a.id for a in self.actions if a.state is ActionState.DONE and a.can_be_undone)
        return next(done, START)

    @property
    def can_redo(self) -> bool:
        """Whether something is undone that can be done again."""
        return bool(self.actions) and self.actions[0].state is ActionState.UNDONE

    def go_to(self, batch_id: BatchId) -> None:
        """Make this action the last one in force, by undoing or redoing."""
        undone = {a.id for a in self.actions if a.state is ActionState.UNDONE}
        if batch_id in undone:
            self._writer.go_forward_to(batch_id)
        elif batch_id != self.here:
            self._writer.go_back_to(batch_id)

    def redo_all(self) -> None:
        """Do everything again that is undone."""
        if self.can_redo:
            self._writer.go_forward_to(self.actions[0].id)

    def _take(self, found: list[PastAction], limit: int) -> None:
        self.more = bool(limit) and len(found) == limit
        self.actions = tuple(a for a in found if a.state is not ActionState.DROPPED)
        self.changed.emit()
