"""Labels by the user's hand: written one by one in the background, acknowledged after the commit only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from psygnal import Signal

from semgui.domain.ids import ClassId, ImageId
from semgui.domain.taxonomy import Taxonomy
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
        Images whose labels it touched.
    """

    title: str
    ids: tuple[ImageId, ...]


class LabelSink(Protocol):
    """Where labels go.

    Each call is one transaction, committed when it returns; ``None`` means that there was nothing to do.
    """

    def set_label(self, ids: Sequence[ImageId], class_id: ClassId) -> Action | None:
        """Label images."""

    def clear_label(self, ids: Sequence[ImageId]) -> Action | None:
        """Remove the labels."""

    def accept(self, ids: Sequence[ImageId]) -> Action | None:
        """Label images as the model predicts them."""

    def undo(self) -> Action | None:
        """Take back the last action."""

    def redo(self) -> Action | None:
        """Do again what was taken back last."""


class LabelModel:
    """The palette and what is done with it.

    Attributes
    ----------
    taxonomy
        Classes offered.
    saved
        State of what was written last.
    auto_advance
        Go on to the next image after labelling a single one.
    """

    committed = Signal(tuple)  # ids of the images whose labels are now on the disk
    saved_changed = Signal()
    taxonomy_changed = Signal()
    advance_asked = Signal()
    taken_back = Signal(tuple)  # ids touched by an undo or a redo

    def __init__(self, runner: TaskRunner, notices: Notices, *, auto_advance: bool) -> None:
        self._runner = runner
        self._notices = notices
        self._sink: LabelSink | None = None
        self._pending = 0
        self.taxonomy = Taxonomy(())
        self.saved = Saved.YES
        self.auto_advance = auto_advance

    @property
    def possible(self) -> bool:
        """Whether there is a project to write labels into."""
        return self._sink is not None

    def attach(self, sink: LabelSink | None, taxonomy: Taxonomy) -> None:
        """Write into another project, or into none."""
        self._sink = sink
        self._set_saved(Saved.YES)
        self.set_taxonomy(taxonomy)

    def set_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Offer these classes."""
        if taxonomy != self.taxonomy:
            self.taxonomy = taxonomy
            self.taxonomy_changed.emit()

    def set_label(self, ids: Sequence[ImageId], class_id: ClassId) -> None:
        """Label images with a class."""
        if self._sink is not None and ids:
            sink = self._sink
            self._write(lambda: sink.set_label(ids, class_id), bulk=len(ids) > 1)
            self._advance(ids)

    def clear_label(self, ids: Sequence[ImageId]) -> None:
        """Remove the labels of images."""
        if self._sink is not None and ids:
            sink = self._sink
            self._write(lambda: sink.clear_label(ids), bulk=len(ids) > 1)

    def accept(self, ids: Sequence[ImageId]) -> None:
        """Take the model's class as the label."""
        if self._sink is not None and ids:
            sink = self._sink
            self._write(lambda: sink.accept(ids), bulk=len(ids) > 1)
            self._advance(ids)

    def undo(self) -> None:
        """Take back the last action."""
        if self._sink is not None:
            self._take_back("Undone", "Nothing to undo.", self._sink.undo)

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self._sink is not None:
            self._take_back("Redone", "Nothing to redo.", self._sink.redo)

    def _advance(self, ids: Sequence[ImageId]) -> None:
        # Going on is no acknowledgement: the next key must find the next image, however slow the disk is.
        if self.auto_advance and len(ids) == 1:
            self.advance_asked.emit()

    def _write(self, work: Callable[[], Action | None], *, bulk: bool) -> None:
        def done(action: Action | None) -> None:
            self._ended(Saved.YES)
            if action is None:
                self._notices.info("Nothing to change: these images say so already or have no prediction.")
                return
            self.committed.emit(action.ids)
            if bulk:
                self._notices.info(f"{action.title}: done. Ctrl+Z takes it back.")

        self._begin(work, done)

    def _take_back(self, what: str, nothing: str, work: Callable[[], Action | None]) -> None:
        def done(action: Action | None) -> None:
            self._ended(Saved.YES)
            if action is None:
                self._notices.info(nothing)
                return
            self.committed.emit(action.ids)
            self.taken_back.emit(action.ids)
            self._notices.info(f"{what}: {action.title}")

        self._begin(work, done)

    def _begin(self, work: Callable[[], Action | None], done: Callable[[Action | None], None]) -> None:
        self._pending += 1
        self._set_saved(Saved.WRITING)
        self._runner.run(Lane.WRITE, work, done, self._failed)

    def _failed(self, error: Exception) -> None:
        self._ended(Saved.FAILED)
        self._notices.failed("Nothing was changed", error)

    def _ended(self, outcome: Saved) -> None:
        self._pending -= 1
        if outcome is Saved.FAILED or self._pending == 0:
            self._set_saved(outcome)

    def _set_saved(self, saved: Saved) -> None:
        if saved != self.saved:
            self.saved = saved
            self.saved_changed.emit()
