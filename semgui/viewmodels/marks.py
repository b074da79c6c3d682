"""Flags, exclusions, notes and tags of the images chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from psygnal import Signal

from semgui.domain.errors import SemguiError
from semgui.domain.ids import ImageId
from semgui.domain.marks import Marks
from semgui.review.mark_commands import AddTag, RemoveTag, SetNote
from semgui.review.toggles import ToggleExcluded, ToggleFlag
from semgui.texts import tr
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane, TaskRunner
from semgui.viewmodels.writer import Action, Writer


class MarkSource(Protocol):
    """Where marks are read; called off-thread."""

    def current(self, image_ids: Sequence[ImageId]) -> dict[ImageId, Marks]:
        """Return the marks of every image asked for."""

    def tag_counts(self) -> dict[str, int]:
        """Return how many images have each tag."""


@dataclass(frozen=True, slots=True)
class MarkSummary:
    """Marks of one image or of a selection.

    Parameters
    ----------
    ids
        The images.
    flagged, excluded
        How many of them are.
    note
        Of the one image, or the note that all of them have; empty where there is none or they differ.
    noted
        How many have a note.
    tags
        Tags and how many of the images have each, by the alphabet.
    """

    ids: tuple[ImageId, ...] = ()
    flagged: int = 0
    excluded: int = 0
    note: str = ""
    noted: int = 0
    tags: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, ids: Sequence[ImageId], marks: dict[ImageId, Marks]) -> MarkSummary:
        """Sum up the marks of images."""
        every = [marks[i] for i in ids]
        tags = Counter(tag for one in every for tag in one.tags)
        notes = {one.note for one in every}
        return cls(
            ids=tuple(ids),
            flagged=sum(one.flagged for one in every),
            excluded=sum(one.excluded for one in every),
            note=notes.pop() if len(notes) == 1 else "",
            noted=sum(bool(one.note) for one in every),
            tags=tuple(sorted(tags.items(), key=lambda item: item[0].casefold())),
        )


class MarkModel:
    """What is marked on the images chosen, and the ways to mark them.

    Attributes
    ----------
    summary
        Marks of the images chosen; those of the images before stay until the new ones are read.
    known_tags
        Tags in use in the project, the most frequent first, for completing what is typed.
    """

    changed = Signal()
    turned = Signal()  # other images are chosen, whose marks are not read yet
    asked = Signal(tuple)  # ids of images that are being flagged or excluded; not on the disk yet
    refused = Signal(str)  # a tag or a note that cannot be; the sentence says why

    def __init__(self, writer: Writer, runner: TaskRunner, notices: Notices) -> None:
        self._writer = writer
        self._runner = runner
        self._notices = notices
        self._source: MarkSource | None = None
        self._ticket = 0
        self._wanted: tuple[ImageId, ...] = ()
        self._turned = False
        self.summary = MarkSummary()
        self.known_tags: tuple[str, ...] = ()

    def attach(self, source: MarkSource | None) -> None:
        """Read from another project, or from none."""
        self._source = source
        self._ticket += 1
        self._wanted = ()
        self._take(MarkSummary(), ())

    def show(self, ids: Sequence[ImageId]) -> None:
        """Read the marks of these images."""
        self._ticket += 1
        source, ticket, wanted = self._source, self._ticket, tuple(ids)
        if wanted != self._wanted:
            self._wanted, self._turned = wanted, True
            self.turned.emit()
        if source is None or not wanted:
            self._take(MarkSummary(), self.known_tags)
            return

        def work() -> tuple[MarkSummary, tuple[str, ...]] | None:
            if ticket != self._ticket:  # behind a quick hand only the last one matters
                return None
            counts = source.tag_counts()
            return (
                MarkSummary.of(wanted, source.current(wanted)),
                tuple(sorted(counts, key=lambda tag: (-counts[tag], tag.casefold()))),
            )

        def done(found: tuple[MarkSummary, tuple[str, ...]] | None) -> None:
            if found is not None and ticket == self._ticket:
                self._take(*found)

        self._runner.run(
            Lane.DETAIL, work, done, lambda error: self._notices.failed(tr("Notes could not be read"), error)
        )

    def refresh(self) -> None:
        """Read the marks of the images chosen again: something was written."""
        self.show(self._wanted)

    def toggle_flag(self, ids: Sequence[ImageId]) -> None:
        """Flag images, or take the flags off where all have one."""
        if ids:
            self._writer.do(ToggleFlag(ids), tr("Flag"), about=ids, done=self._told(ids))
            self.asked.emit(tuple(ids))

    def toggle_excluded(self, ids: Sequence[ImageId]) -> None:
        """Leave images out of training and queues, or take them in again where all are out."""
        if ids:
            self._writer.do(
                ToggleExcluded(ids), tr("Exclusion"), about=ids, done=self._told(ids, always=True)
            )
            self.asked.emit(tuple(ids))

    def set_note(self, ids: Sequence[ImageId], text: str) -> None:
        """Write one note on all these images; an empty one takes their notes away."""
        if ids:
            self._writer.do(SetNote(ids, text), tr("Note"), done=self._told(ids), refused=self._refused)

    def add_tag(self, ids: Sequence[ImageId], tag: str) -> None:
        """Give images a tag."""
        if ids and tag.strip():
            self._writer.do(AddTag(ids, tag), tag, done=self._told(ids), refused=self._refused)

    def remove_tag(self, ids: Sequence[ImageId], tag: str) -> None:
        """Take a tag off images."""
        if ids:
            self._writer.do(RemoveTag(ids, tag), tag, done=self._told(ids), refused=self._refused)

    def _told(self, ids: Sequence[ImageId], *, always: bool = False) -> Callable[[Action | None], None]:
        def done(action: Action | None) -> None:
            if action is not None and (always or len(ids) > 1):
                self._notices.info(tr("{title}: done. Ctrl+Z takes it back.", title=action.title))

        return done

    def _refused(self, error: SemguiError) -> None:
        self.refused.emit(str(error))

    def _take(self, summary: MarkSummary, known_tags: tuple[str, ...]) -> None:
        turned, self._turned = self._turned, False
        if turned or (summary, known_tags) != (self.summary, self.known_tags):
            self.summary, self.known_tags = summary, known_tags
            self.changed.emit()
