"""Doing, undoing and redoing: one user action is one transaction, however many images it touches.

What can be undone is read from the project inside the write transaction, so that the window, the command
line and a restart all continue the same history. It is one history per project: undo takes back the last
action in it, whoever did it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from semgui.catalogue import batches
from semgui.catalogue.batches import Batch, PastAction, Stacks
from semgui.catalogue.classes import append_classes, reverse_classes
from semgui.catalogue.databars import append_databars, reverse_databars
from semgui.catalogue.labels import append_labels, move_labels, reverse_labels
from semgui.catalogue.marks import append_marks, reverse_marks
from semgui.catalogue.project import Project
from semgui.catalogue.verdicts import append_verdicts, reverse_verdicts
from semgui.domain.errors import UsageError
from semgui.domain.ids import BatchId
from semgui.review.commands import Changes, Command
from semgui.review.repeat import RepeatableAction, last_repeatable

_GONE = (
    "one of these files was just found to be an image of the project that has moved here; nothing was "
    "written, choose the images again."
)


class History:
    """The one way in which labels, marks and classes of a project change.

    Every method returns after the commit: what it returned is on the disk.

    Parameters
    ----------
    project
        The open project.
    annotator
        Name of the person, written into every event.
    """

    def __init__(self, project: Project, annotator: str) -> None:
        self._project = project
        self._annotator = annotator

    def do(self, command: Command) -> Batch | None:
        """Carry a command out; what was undone before can then no longer be redone.

        Returns
        -------
        batch
            The action, or ``None`` if everything was so already: then nothing is written.

        Raises
        ------
        UsageError
            The command makes no sense in the project as it is now; nothing is written.
        ProjectError
            The project cannot be written; nothing is written.
        """
        return self._carry_out(command, batches.append_do)

    def set_up(self, command: Command) -> Batch | None:
        """Carry out what a new project starts with: it is no user action, and undo stops before it."""
        return self._carry_out(command, batches.append_setup)

    def set_up_empty(self, title: str) -> Batch:
        """Log that a new project starts with nothing, on purpose."""
        with self._project.write() as connection:
            return batches.append_setup(connection, title, self._annotator, datetime.now(UTC))

    def has_begun(self) -> bool:
        """Whether anything was ever done or set up, undone or not."""
        with self._project.read() as connection:
            return batches.has_begun(connection)

    def undo(self) -> Batch | None:
        """Take the last action back.

        Returns
        -------
        batch
            The undo itself, titled like the action that it took back; ``None`` if there was nothing to undo.
        """
        with self._project.write() as connection:
            top = batches.read_stacks(connection).undo
            return top and self._reverse(connection, top, batches.append_undo)

    def redo(self) -> Batch | None:
        """Do again what was undone last; ``None`` if there was nothing to redo."""
        with self._project.write() as connection:
            top = batches.read_stacks(connection).redo
            return top and self._reverse(connection, top, batches.append_redo)

    def stacks(self) -> Stacks:
        """Return what undo and redo would take back now, for menus."""
        with self._project.read() as connection:
            return batches.read_stacks(connection)

    def go_back_to(self, batch_id: BatchId) -> list[Batch]:
        """Undo everything that was done after an action, which stays; with 0, everything.

        It is a sequence of undos in one transaction: redo brings it all back step by step.

        Returns
        -------
        undos
            Newest action first; empty if nothing was done since.

        Raises
        ------
        UsageError
            The action is not in force: it was undone itself. Nothing is written.
        """
        steps = []
        with self._project.write() as connection:
            while (top := batches.read_stacks(connection).undo) is not None:
                begun = batches.begun_as(connection, top)
                if begun <= batch_id:
                    break
                steps.append(self._reverse(connection, top, batches.append_undo))
            if batch_id and not batches.is_in_force(connection, batch_id):
                raise UsageError("that action was undone; go forward to it, or choose one that is in force.")
        return steps

    def go_forward_to(self, batch_id: BatchId) -> list[Batch]:
        """Redo what was undone up to an action, which is in force again afterwards.

        Returns
        -------
        redos
            Oldest action first; empty if it is in force.

        Raises
        ------
        UsageError
            It can no longer be redone, since something else was done. Nothing is written.
        """
        steps = []
        with self._project.write() as connection:
            while (top := batches.read_stacks(connection).redo) is not None:
                if batches.begun_as(connection, top) > batch_id:
                    break
                steps.append(self._reverse(connection, top, batches.append_redo))
            if not batches.is_in_force(connection, batch_id):
                raise UsageError("that action can no longer be redone, since something else was done then.")
        return steps

    def batches(self, limit: int = 100) -> list[PastAction]:
        """Return the newest actions, newest first, and which of them are undone."""
        with self._project.read() as connection:
            return batches.read_past(connection, limit)

    def last_action(self) -> RepeatableAction | None:
        """Return the last action in force that did one thing to images, to be done to others.

        ``do(action.on(ids))`` repeats it. Changes of classes and imports are passed over.
        """
        with self._project.read() as connection:
            return last_repeatable(connection)

    def last_batch_id(self) -> int:
        """Return a number that grows whenever anybody, in any process, changes labels, marks or classes."""
        with self._project.read() as connection:
            return batches.last_batch_id(connection)

    def _carry_out(
        self, command: Command, log: Callable[[sa.Connection, str, str, datetime], Batch]
    ) -> Batch | None:
        with self._project.write() as connection:
            at = datetime.now(UTC)
            changes = command.plan(connection, self._annotator, at)
            if not changes:
                return None
            batch = log(connection, changes.title, self._annotator, at)
            try:
                self._append(connection, batch, changes, at)
            except IntegrityError as error:
                if "FOREIGN KEY" not in str(error):  # nothing but an image can be missing
                    raise
                raise UsageError(_GONE) from None
        return batch

    def _append(self, connection: sa.Connection, batch: Batch, changes: Changes, at: datetime) -> None:
        if changes.classes:
            append_classes(connection, batch.id, changes.classes)
        if changes.labels:
            append_labels(connection, batch.id, changes.labels)
        if changes.merged:
            move_labels(connection, batch.id, *changes.merged, self._annotator, at)
        if changes.marks:
            append_marks(connection, batch.id, changes.marks)
        if changes.databars:
            append_databars(connection, batch.id, changes.databars)
        if changes.verdicts:
            append_verdicts(connection, batch.id, changes.verdicts)

    def _reverse(
        self,
        connection: sa.Connection,
        reversed_batch: Batch,
        log: Callable[[sa.Connection, Batch, str, datetime], Batch],
    ) -> Batch:
        at = datetime.now(UTC)
        batch = log(connection, reversed_batch, self._annotator, at)
        reverse_labels(connection, reversed_batch.id, batch.id, self._annotator, at)
        reverse_marks(connection, reversed_batch.id, batch.id, self._annotator, at)
        reverse_databars(connection, reversed_batch.id, batch.id, self._annotator, at)
        reverse_verdicts(connection, reversed_batch.id, batch.id, self._annotator, at)
        reverse_classes(connection, reversed_batch.id, batch.id)
        return batch
