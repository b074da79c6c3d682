"""Images that are sorted already: folders that look like classes, and their names as labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import sqlalchemy as sa

from semgui.catalogue import roots
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.project import Project
from semgui.catalogue.tables import images
from semgui.domain.errors import UsageError
from semgui.domain.progress import CancelToken, ProgressCallback, ignore_progress
from semgui.review.class_commands import ArchiveAllClasses
from semgui.review.history import History
from semgui.services.label_files import ImportReport, import_labels

_MOST = 60  # a list of more kinds than that is a list of samples or days
_FEWEST_EACH = 3  # images of a folder on the average
_COUNTING = re.compile(r"[\d\W_]+")  # what tells "day 3" from "day 4"


def class_like_folders(project: Project, folder: Path) -> tuple[str, ...]:
    """Return the names of the sub-folders of an opened folder if they may name classes, else nothing.

    They may if every image lies in a sub-folder, there are some of them with some images each, and their
    names differ in more than numbers and signs: ``session 1`` and ``session 2`` are no classes.
    """
    counts = _counts(project, folder)
    if "" in counts or not 2 <= len(counts) <= _MOST:
        return ()
    if sum(counts.values()) < _FEWEST_EACH * len(counts):
        return ()
    kinds = {_COUNTING.sub("", name.casefold()) for name in counts}
    return tuple(counts) if len(kinds) > 1 else ()


def label_by_folders(
    project: Project,
    folder: Path,
    annotator: str,
    *,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> ImportReport:
    """Label the images of an opened folder by the sub-folders that they lie in.

    In a project without any label the classes that it began with, a model's, make room first, so that those
    of the folders get the keys; of the same name they come back. That is an action of its own.

    Raises
    ------
    UsageError
        There is no image in a sub-folder; nothing is changed.
    Cancelled
        On request; nothing is changed.
    """
    if not any(name for name in _counts(project, folder)):
        raise UsageError(f"{folder}: its images lie in no sub-folder that could name their class.")
    history = History(project, annotator)
    cleared = history.do(ArchiveAllClasses()) if not LabelStore(project).labelled() else None
    try:
        return import_labels(project, folder, annotator, progress=progress, cancel=cancel)
    except BaseException:
        if cleared is not None and history.last_batch_id() == cleared.id:  # nobody did anything since
            history.undo()
        raise


def _counts(project: Project, folder: Path) -> Mapping[str, int]:
    """Return the images in each direct sub-folder, however deep; those beside the sub-folders under ""."""
    counts: Counter[str] = Counter()
    with project.read() as connection:
        found = roots.find(connection, folder)
        if found is None:
            return counts
        scope, _ = found
        rows = connection.execute(
            sa.select(images.c.folder, sa.func.count())
            .where(images.c.root_id == scope.root_id)
            .group_by(images.c.folder)
            .order_by(images.c.folder)
        )
        for place, number in rows:
            within = PurePosixPath(place)
            if within.is_relative_to(scope.folder):
                parts = within.relative_to(scope.folder).parts
                counts[parts[0] if parts else ""] += number
    return counts
