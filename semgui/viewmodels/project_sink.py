"""An open project as the user's actions are written into it."""

from __future__ import annotations

from collections.abc import Sequence

from semgui.catalogue.batches import Batch
from semgui.catalogue.databars import DatabarStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.project import Project
from semgui.domain.ids import BatchId, ImageId
from semgui.review.commands import Command
from semgui.review.history import History
from semgui.viewmodels.writer import Action


class ProjectSink:
    """`semgui.viewmodels.writer.Sink` of a project.

    Parameters
    ----------
    project
        The open project.
    annotator
        Signs the actions.
    """

    def __init__(self, project: Project, annotator: str) -> None:
        self._history = History(project, annotator)
        self._labels = LabelStore(project)
        self._databars = DatabarStore(project)

    def do(self, command: Command) -> Action | None:
        """See `Sink.do`."""
        return self._action(self._history.do(command))

    def repeat(self, ids: Sequence[ImageId]) -> Action | None:
        """See `Sink.repeat`."""
        last = self._history.last_action()
        return None if last is None else self.do(last.on(ids))

    def undo(self) -> Action | None:
        """See `Sink.undo`."""
        return self._action(self._history.undo())

    def redo(self) -> Action | None:
        """See `Sink.redo`."""
        return self._action(self._history.redo())

    def go_back_to(self, batch_id: BatchId) -> Action | None:
        """See `Sink.go_back_to`."""
        return self._walk(self._history.go_back_to(batch_id))

    def go_forward_to(self, batch_id: BatchId) -> Action | None:
        """See `Sink.go_forward_to`."""
        return self._walk(self._history.go_forward_to(batch_id))

    def _action(self, batch: Batch | None) -> Action | None:
        if batch is None:
            return None
        return self._since(batch.id, batch.title)

    def _walk(self, steps: Sequence[Batch]) -> Action | None:
        if not steps:
            return None
        title = steps[-1].title if len(steps) == 1 else f"{len(steps):,} actions"
        return self._since(min(step.id for step in steps), title)

    def _since(self, first: BatchId, title: str) -> Action:
        touched = tuple(self._labels.touched_since(first - 1))
        return Action(title, touched, tuple(self._databars.moved_since(first - 1)))
