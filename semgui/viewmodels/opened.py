"""An open project with everything that reads and writes it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.batches import PastAction
from semgui.catalogue.classes import ClassStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.marks import MarkStore
from semgui.catalogue.pace import labelled_since
from semgui.catalogue.project import DATABASE, Project, open_project
from semgui.catalogue.unlabelled import unlabelled
from semgui.domain.errors import ProjectError
from semgui.domain.ids import ClassId
from semgui.domain.taxonomy import Taxonomy
from semgui.imaging.decoders import Decoder
from semgui.review.history import History
from semgui.services.classes import (
    has_begun,
    start_with_classes,
    start_with_preset,
    start_without_classes,
)
from semgui.services.thumbnails import Deliver, ThumbnailService
from semgui.settings import Settings
from semgui.viewmodels.brain import Brain
from semgui.viewmodels.library import Library
from semgui.viewmodels.project_sink import ProjectSink

_DEFAULT_PRESET = "nffa10"


class Opened:
    """A project and its readers; made and closed off the models' thread.

    Parameters
    ----------
    deliver
        Gets the thumbnails.
    decoder
        Where files are decoded for them.

    Attributes
    ----------
    limits
        Bounds on what its files may ask for.
    annotator
        The user, who signs what is said.
    folders
        Folders to look at for new images.
    new
        Whether the project was made just now.
    """

    def __init__(
        self,
        project: Project,
        brain: Brain | None,
        settings: Settings,
        deliver: Deliver,
        decoder: Decoder,
    ) -> None:
        self.project = project
        self.decoder = decoder
        self.library = Library(project, brain, settings.annotator)
        self.sink = ProjectSink(project, settings.annotator)
        self.marks = MarkStore(project)
        self.annotator = settings.annotator
        self.limits = settings.limits.for_decoding()
        self.thumbnails = ThumbnailService(project, deliver, limits=self.limits, decoder=decoder)
        self.folders = self.library.roots()
        self.new = False
        self._classes = ClassStore(project)

    def taxonomy(self) -> Taxonomy:
        """Read the classes."""
        return self._classes.taxonomy()

    def class_counts(self) -> dict[ClassId | None, int]:
        """Count the labelled images of each class."""
        return LabelStore(self.project).counts()

    def past(self, limit: int) -> list[PastAction]:
        """Read the newest actions, newest first."""
        return History(self.project, self.annotator).batches(limit)

    def labelled_since(self, since: datetime) -> int:
        """Count the images that the user labelled since then."""
        return labelled_since(self.project, self.annotator, since)

    def unlabelled(self) -> NDArray[np.int64]:
        """Read the ids of the images that wait for a label."""
        return unlabelled(self.project)

    def close(self) -> None:
        """Close the project; waits for the thumbnails that are being made."""
        self.thumbnails.close()
        self.project.close()


def open_for(
    place: Path,
    folder: Path | None,
    brain: Brain | None,
    settings: Settings,
    deliver: Deliver,
    decoder: Decoder,
) -> Opened:
    """Open the project at `place`, for the images of `folder`.

    Parameters
    ----------
    place
        The project; made if `folder` is given and there is none.
    folder
        Images to take up; ``None``: those folders that the project knows.
    brain
        Gives a new project its classes, unless the settings want it to begin without.
    deliver, decoder
        See `Opened`.

    Raises
    ------
    ProjectError
        See `semgui.catalogue.project.open_project`.
    """
    if folder is not None:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ProjectError(f"{place.parent}: this folder cannot be made ({error.strerror}).") from None
    is_new = not (place / DATABASE).exists()
    project = open_project(place, create=folder is not None)
    try:
        _give_classes(project, brain, settings)
        opened = Opened(project, brain, settings, deliver, decoder)
    except BaseException:
        project.close()
        raise
    opened.new = is_new
    if folder is not None:
        opened.folders = [folder]
    return opened


def _give_classes(project: Project, brain: Brain | None, settings: Settings) -> None:
    if has_begun(project):
        return
    if settings.new_project == "empty":
        start_without_classes(project, settings.annotator)
    elif brain is None:
        start_with_preset(project, _DEFAULT_PRESET, settings.annotator)
    else:
        start_with_classes(project, brain.classes, settings.annotator)
