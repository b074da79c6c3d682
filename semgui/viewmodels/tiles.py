"""What is known of an image where many are shown at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from semgui.catalogue.facets import Facets
from semgui.catalogue.naming import path_key
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.image import ImageStatus
from semgui.domain.marks import Marks
from semgui.domain.metadata import SemMetadata
from semgui.domain.prediction import PredictionStatus


@dataclass(frozen=True, slots=True)
class Tile:
    """State of one thumbnail.

    Parameters
    ----------
    known
        Classes that the model can say.
    """

    id: ImageId
    path: Path
    status: ImageStatus = ImageStatus.OK
    error: str | None = None
    label: ClassId | None = None
    predicted: ClassId | None = None
    confidence: float = 0.0
    trust: PredictionStatus | None = None
    marks: Marks = field(default_factory=Marks)
    metadata: SemMetadata = field(default_factory=SemMetadata)
    known: frozenset[ClassId] = frozenset()

    @property
    def disagrees(self) -> bool:
        """Whether the model says another class than the label, which it could have said."""
        return self.label in self.known and self.predicted is not None and self.label != self.predicted

    @property
    def doubtful(self) -> bool:
        """Whether the model is not sure, and nobody has labelled the image."""
        return self.label is None and self.trust in (PredictionStatus.UNCERTAIN, PredictionStatus.NOT_SEM)


@dataclass(frozen=True, slots=True)
class FolderBranch:
    """A folder of the project and how many images lie in it and below it."""

    path: Path
    depth: int
    count: int


def folder_branches(facets: Facets) -> tuple[FolderBranch, ...]:
    """Return the opened folders and those below them, each with all images at and below it."""
    totals: Counter[Path] = Counter(dict.fromkeys(facets.roots, 0))
    for found in facets.folders:
        root = next((r for r in facets.roots if found.path.is_relative_to(r)), None)
        for folder in (found.path, *found.path.parents):
            if root is None or not folder.is_relative_to(root):
                break
            totals[folder] += found.count

    def depth(path: Path) -> int:
        return len(path.parts) - min(len(r.parts) for r in facets.roots if path.is_relative_to(r))

    return tuple(FolderBranch(path, depth(path), totals[path]) for path in sorted(totals, key=path_key))
