"""What is known of an image where many are shown at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from semgui.domain.ids import ClassId, ImageId
from semgui.domain.image import ImageStatus
from semgui.domain.prediction import PredictionStatus


@dataclass(frozen=True, slots=True)
class Tile:
    """State of one thumbnail."""

    id: ImageId
    path: Path
    status: ImageStatus = ImageStatus.OK
    error: str | None = None
    label: ClassId | None = None
    predicted: ClassId | None = None
    confidence: float = 0.0
    trust: PredictionStatus | None = None

    @property
    def disagrees(self) -> bool:
        """Whether the label and the model's class differ."""
        return self.label is not None and self.predicted is not None and self.label != self.predicted

    @property
    def doubtful(self) -> bool:
        """Whether the model is not sure, and nobody has labelled the image."""
        return self.label is None and self.trust in (PredictionStatus.UNCERTAIN, PredictionStatus.NOT_SEM)


class Show(StrEnum):
    """Which images the gallery shows."""

    ALL = "all"
    UNLABELLED = "unlabelled"
    DISAGREE = "disagree"
    UNCERTAIN = "uncertain"
    NOT_SEM = "not_sem"
    UNREADABLE = "unreadable"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class GalleryFilter:
    """What the gallery is narrowed to; all parts must hold.

    Parameters
    ----------
    class_id
        Labelled with this class or, where there is no label, predicted as it.
    folder
        Absolute folder; those below it count.
    text
        Part of the path, without regard to case.
    """

    show: Show = Show.ALL
    class_id: ClassId | None = None
    folder: Path | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class FolderCount:
    """A folder of the project and how many images lie in it and below it."""

    path: Path
    depth: int
    count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers beside the filters."""

    shows: dict[Show, int] = field(default_factory=dict)
    labelled: int = 0
    classes: dict[ClassId, int] = field(default_factory=dict)
    folders: tuple[FolderCount, ...] = ()

    @property
    def total(self) -> int:
        """All images."""
        return self.shows.get(Show.ALL, 0)
