"""All that the user changes in a project: written one by one in the background, told after the commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from psygnal import Signal

from semgui.domain.errors import SemguiError
from semgui.domain.ids import BatchId, ImageId
from semgui.review.commands import Command
from semgui.texts import tr
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane, TaskRunner


class Saved(StrEnum):
    """Whether everything the user did is on the disk."""

    YES = "saved"
    WRITING = "saving"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Action:
    """A user action that is on the disk.

    Parameters
    ----------
    title
        What it did, as a menu says it ("Label 3 images as Tips").
    ids
        Images that it touched; none where it changed classes only.
    cropped
        Those among them whose crop line moved.
    """

    title: str
    ids: tuple[ImageId, ...]
    cropped: tuple[ImageId, ...] = ()


class Sink(Protocol):
    """Where actions go.

    Each call is one transaction, committed when it returns; ``None`` means that there was nothing to do.
    """

    def do(self, command: Command) -> Action | None:
        """Carry a command out."""

    def repeat(self, ids: Sequence[ImageId]) -> Action | None:
        """Do to these images what was done to images last."""

    def undo(self) -> Action | None:
        """Take back the last action."""

    def redo(self) -> Action | None:
        """Do again what was taken back last."""

    def go_back_to(self, batch_id: BatchId) -> Action | None:
        """Undo what was done after this action; with 0, everything."""

    def go_forward_to(self, batch_id: BatchId) -> Action | None:
        """Redo what was undone up to this action."""


class Writer:
    """Hands the user's actions to the project, in their order.

    Attributes
    ----------
    saved
        State of what was written last.
    said
        What is being written or was written last, in a word or two ("Nanowires").
    """

    databars_moved = Signal(tuple)  # ids; before `committed`
    committed = Signal(Action)
    taken_back = Signal(Action)  # by an undo, a redo or a step in the history; after `committed`
    not_saved = Signal(tuple)  # ids that an action was about which could not be written
    saved_changed = Signal()

    def __init__(self, runner: TaskRunner, notices: Notices) -> None:
        self._runner = runner
        self._notices = notices
        self._sink: Sink | None = None
        self._pending = 0
        self.saved = Saved.YES
        self.said = ""

    @property
    def possible(self) -> bool:
        """Whether there is a project to write into."""
        return self._sink is not None

    def attach(self, sink: Sink | None) -> None:
        """Write into another project, or into none."""
        self._sink = sink
        self.said = ""
        self._set_saved(Saved.YES)

    def do(
        self,
        command: Command,
        said: str,
        *,
        about: Sequence[ImageId] = (),
        done: Callable[[Action | None], None] | None = None,
        refused: Callable[[SemguiError], None] | None = None,
    ) -> None:
        """Carry a command out.

        Parameters
        ----------
        said
            What it is, in a word or two; stands beside "saving" and "saved".
        about
            Images that count as done from now on; `not_saved` names them if they are not.
        done
            Called after the commit; by default, that nothing had to be changed is said.
        refused
            Gets a refusal in the place of the user's notices, to show it where the mistake was made.
        """
        if self._sink is None:
            return
        sink = self._sink

        def ended(action: Action | None) -> None:
            if action is not None:
                self._tell(action)
            if done is not None:
                done(action)
            elif action is None:
                self._notices.info(tr("Nothing to change: all of it is so already."))

        self._begin(lambda: sink.do(command), ended, said, refused, about)

    def repeat(self, ids: Sequence[ImageId]) -> None:
        """Do to these images what was done to images last, before or after a restart, whoever did it."""
        if self._sink is None or not ids:
            return
        sink = self._sink

        def ended(action: Action | None) -> None:
            if action is None:
                self._notices.info(tr("Nothing to repeat, or these images say so already."))
                return
            self._tell(action)
            self._notices.info(tr("Repeated: {title}", title=action.title))

        self._begin(lambda: sink.repeat(ids), ended, tr("Repeated"), None, ids)

    def undo(self) -> None:
        """Take back the last action."""
        if self._sink is not None:
            self._take_back(tr("Undone"), tr("Nothing to undo."), self._sink.undo)

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self._sink is not None:
            self._take_back(tr("Redone"), tr("Nothing to redo."), self._sink.redo)

    def go_back_to(self, batch_id: BatchId) -> None:
        """Undo what was done after this action; with 0, everything."""
        if self._sink is not None:
            sink, nothing = self._sink, tr("Nothing was done after this.")
            self._take_back(tr("Undone"), nothing, lambda: sink.go_back_to(batch_id))

    def go_forward_to(self, batch_id: BatchId) -> None:
        """Redo what was undone up to this action."""
        if self._sink is not None:
            sink, nothing = self._sink, tr("Nothing to redo.")
            self._take_back(tr("Redone"), nothing, lambda: sink.go_forward_to(batch_id))

    def _take_back(self, what: str, nothing: str, work: Callable[[], Action | None]) -> None:
        def ended(action: Action | None) -> None:
            if action is None:
                self._notices.info(nothing)
                return
            self._tell(action)
            self.taken_back.emit(action)
            self._notices.info(f"{what}: {action.title}")

        self._begin(work, ended, what, None)

    def _tell(self, action: Action) -> None:
        if action.cropped:
            self.databars_moved.emit(action.cropped)
        self.committed.emit(action)

    def _begin(
        self,
        work: Callable[[], Action | None],
        done: Callable[[Action | None], None],
        said: str,
        refused: Callable[[SemguiError], None] | None,
        about: Sequence[ImageId] = (),
    ) -> None:
        def succeeded(action: Action | None) -> None:
            self._ended(Saved.YES)
            done(action)

        def failed(error: Exception) -> None:
            if refused is not None and isinstance(error, SemguiError):
                self._ended(Saved.YES)  # what was there before is as safe as it was
                refused(error)
                return
            self._ended(Saved.FAILED)
            self._notices.failed(tr("Nothing was changed"), error)
            if about:
                self.not_saved.emit(tuple(about))

        self._pending += 1
        self.said = said
        self._set_saved(Saved.WRITING)
        self._runner.run(Lane.WRITE, work, succeeded, failed)

    def _ended(self, outcome: Saved) -> None:
        self._pending -= 1
        if outcome is Saved.FAILED or self._pending == 0:
            self._set_saved(outcome)

    def _set_saved(self, saved: Saved) -> None:
        # Told also when it stays: the words beside it may be others.
        self.saved = saved
        self.saved_changed.emit()
