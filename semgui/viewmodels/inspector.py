"""All that is known of the image on screen: record, the model's answer, label and history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from psygnal import Signal

from semgui.domain.ids import ClassId, ImageId
from semgui.domain.image import ImageStatus
from semgui.domain.marks import Marks
from semgui.services.nearest import Known
from semgui.viewmodels.answer import Answer
from semgui.viewmodels.facts import Fact
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.picture import PictureKey
from semgui.viewmodels.tasks import Lane, TaskRunner


@dataclass(frozen=True, slots=True)
class Detail:
    """One image.

    Parameters
    ----------
    picture
        How to load it; ``None`` if there is nothing to load.
    facts
        Metadata line.
    values
        What the file says, one by one.
    known
        The known images most like it; of an image by itself.
    neighbours
        Pictures likely to be asked for next.
    """

    path: Path
    status: ImageStatus = ImageStatus.OK
    error: str | None = None
    id: ImageId | None = None
    picture: PictureKey | None = None
    facts: str = ""
    answer: Answer | None = None
    label: ClassId | None = None
    history: tuple[str, ...] = ()
    marks: Marks = field(default_factory=Marks)
    values: tuple[Fact, ...] = ()
    known: tuple[Known, ...] = ()
    neighbours: tuple[PictureKey, ...] = field(default=(), compare=False)

    def as_text(self) -> str:
        """Return all values, one a line, name and value divided by a tab."""
        lines = [f"path\t{self.path}", f"facts\t{self.facts}", f"label\t{self.label or ''}"]
        lines += [f"{fact.name}\t{fact.text}" for fact in self.values]
        if self.marks.tags:
            lines.append(f"tags\t{', '.join(self.marks.tags)}")
        if self.marks.note:
            lines.append(f"note\t{' / '.join(self.marks.note.splitlines())}")
        if self.error:
            lines.append(f"error\t{self.error}")
        if self.answer is not None:
            lines += [f"model\t{self.answer.model}", f"novelty\t{self.answer.novelty:.3f}"]
            lines += [f"p {bar.name}\t{bar.probability:.4f}" for bar in self.answer.bars]
        lines += [f"like\t{known.path or known.caption}\t{known.similarity:.3f}" for known in self.known]
        return "\n".join(lines)


class DetailSource(Protocol):
    """Where details come from; called off-thread."""

    def detail(self, image_id: ImageId, neighbours: Sequence[ImageId]) -> Detail:
        """Read all about one image; ``KeyError`` if there is none."""


class InspectorModel:
    """Details of the current image; those of the image before stay until the new ones are there."""

    changed = Signal()

    def __init__(self, runner: TaskRunner, notices: Notices) -> None:
        self._runner = runner
        self._notices = notices
        self._source: DetailSource | None = None
        self._ticket = 0
        self.detail: Detail | None = None

    def attach(self, source: DetailSource | None) -> None:
        """Read from another project, or from none."""
        self._source = source
        self.put(None)

    def put(self, detail: Detail | None) -> None:
        """Show details that are there already."""
        self._ticket += 1
        if detail != self.detail:
            self.detail = detail
            self.changed.emit()

    def read(self, image_id: ImageId | None, neighbours: Sequence[ImageId] = ()) -> None:
        """Read and show the details of an image."""
        if self._source is None or image_id is None:
            self.put(None)
            return
        self._ticket += 1
        source, ticket = self._source, self._ticket

        def work() -> Detail | None:
            # Behind a quick hand there may be many of these: only the last one matters.
            return source.detail(image_id, neighbours) if ticket == self._ticket else None

        def done(detail: Detail | None) -> None:
            if detail is not None and ticket == self._ticket:
                self.put(detail)

        def failed(error: Exception) -> None:
            self._notices.failed("The image could not be read", error)
            other = self.detail is not None and self.detail.id != image_id
            if other and ticket == self._ticket:  # nothing must be taken for what is known of this one
                self.put(None)

        self._runner.run(Lane.DETAIL, work, done, failed)
