"""Read a folder whose sub-folders are named after classes."""

from __future__ import annotations

from pathlib import Path

from semgui.catalogue.class_folders import list_class_folders
from semgui.domain.errors import UsageError
from semgui.domain.progress import CancelToken
from semgui.domain.taxonomy import Taxonomy
from semgui.exchange.folder_names import class_folders
from semgui.exchange.rows import LabelRow, LabelRows


def read_class_folder(folder: Path, taxonomy: Taxonomy, cancel: CancelToken) -> LabelRows:
    """Return one row per image file below a sub-folder, however deep; the sub-folder names the class.

    Parameters
    ----------
    taxonomy
        Classes of the project: a folder that an export named after ``Au/Pd`` (as ``Au_Pd``) means that
        class again.

    Raises
    ------
    UsageError
        There is no image in a sub-folder.
    Cancelled
        On request.
    """
    names = {name.casefold(): taxonomy.by_id(c).name for c, name in class_folders(taxonomy).items()}
    found = list_class_folders(folder, lambda count: cancel.raise_if_cancelled())
    rows = [LabelRow(f.path, names.get(f.class_name.casefold(), f.class_name)) for f in found.files]
    if not rows:
        raise UsageError(
            f"{folder}: there is no image in a sub-folder; a class folder holds one sub-folder per class."
        )
    return LabelRows(tuple(rows), found.problems)
