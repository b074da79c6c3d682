"""The model that answers, as the window sees it; the network itself lives in `semgui.services`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.project import Project
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.progress import CancelToken, Progress
from semgui.services.example_search import Region, Similar
from semgui.services.nearest import Known
from semgui.viewmodels.answer import Answer
from semgui.viewmodels.heatmap import Heat, Question
from semgui.viewmodels.picture import Picture


@dataclass(frozen=True, slots=True)
class ClassifyOutcome:
    """What a run over a project did.

    Parameters
    ----------
    classified
        Images gone through, unreadable ones included.
    messages
        What the user should know (a smaller batch, the CPU instead of the GPU).
    """

    classified: int
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """What is said of one picture by itself.

    Parameters
    ----------
    known
        The nearest known images, the most similar first: those labelled in the project or, without any, the
        model's own reference pictures.
    """

    answer: Answer
    known: tuple[Known, ...] = ()


class Brain(Protocol):
    """A trained model; every call takes a while and is made off-thread."""

    @property
    def id(self) -> ModelId:
        """Version of the model."""

    @property
    def name(self) -> str:
        """Name for people."""

    @property
    def classes(self) -> tuple[tuple[ClassId, str], ...]:
        """Ids and names of its classes, in the order of its outputs."""

    def classify_project(
        self, project: Project, progress: Callable[[Progress], None], cancel: CancelToken
    ) -> ClassifyOutcome:
        """Classify all images of a project that have no answer yet."""

    def classify_images(self, project: Project, ids: Sequence[ImageId], cancel: CancelToken) -> None:
        """Classify some images of a project, whatever was said of them before."""

    def get_ready(self) -> None:
        """Load what answers need, which takes seconds, before anybody asks."""

    def examine(self, picture: Picture, project: Project | None) -> Examined:
        """Classify one picture that is no image of a project, and find the known ones most like it."""

    def like_region(
        self, project: Project, image_id: ImageId, region: Region, among: NDArray[np.int64]
    ) -> Similar:
        """Find, among some images of a project, those like a region of one, the most similar first."""

    def explain(self, picture: Picture, question: Question) -> Heat:
        """Return a heatmap over the whole picture."""


BrainFinder = Callable[[], Brain]
"""Finds the model of the settings; raises `semgui.domain.errors.ModelError` if it cannot be used."""
