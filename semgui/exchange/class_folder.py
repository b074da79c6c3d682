"""Read a folder whose sub-folders are named after classes."""

from __future__ import annotations

import os
from pathlib import Path

from semgui.catalogue.naming import absolute
from semgui.domain.errors import UsageError
from semgui.domain.progress import CancelToken
from semgui.domain.taxonomy import Taxonomy
from semgui.exchange.folder_names import class_folders
from semgui.exchange.rows import LabelRow, LabelRows
from semgui.imaging.reader import SUFFIXES


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
    folder = absolute(folder)
    names = {name.casefold(): taxonomy.by_id(c).name for c, name in class_folders(taxonomy).items()}
    rows: list[LabelRow] = []
    outside = 0
    # os.walk follows no links to folders: nothing outside the folder is listed, and no loop is entered.
    for where, subfolders, files in os.walk(folder):
        cancel.raise_if_cancelled()
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        images = sorted(f for f in files if not f.startswith(".") and Path(f).suffix.lower() in SUFFIXES)
        parts = Path(where).relative_to(folder).parts
        if not parts:
            outside = len(images)
            continue
        name = names.get(parts[0].casefold(), parts[0])
        rows += [LabelRow(Path(where) / file, name) for file in images]
    if not rows:
        raise UsageError(
            f"{folder}: there is no image in a sub-folder; a class folder holds one sub-folder per class."
        )
    problems = [f"{outside} image(s) lie beside the class folders and have no class"] if outside else []
    return LabelRows(tuple(rows), tuple(problems))
