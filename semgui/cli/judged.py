"""The images that ``--data`` or ``--project`` name, for verbs that measure models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from semgui.domain.progress import ProgressCallback
    from semgui.services.evaluate import TestSet


def labelled_images(data: Path | None, project: Path | None, progress: ProgressCallback) -> TestSet:
    """Read the labelled images of a class folder or of a project.

    Raises
    ------
    UsageError
        If neither or both are named, or there is nothing to measure on.
    """
    from semgui.catalogue.project import open_project
    from semgui.domain.errors import UsageError
    from semgui.services.evaluate import folder_set, project_set

    if (data is None) == (project is None):
        raise UsageError("name the images with either --data FOLDER or --project PROJECT.")
    if data is not None:
        return folder_set(data.absolute(), progress)
    assert project is not None  # one of the two is there
    with open_project(project) as opened:
        return project_set(opened, progress)
