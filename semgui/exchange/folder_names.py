"""Names of classes as names of folders, on every file system."""

from __future__ import annotations

from collections.abc import Mapping

from semgui.catalogue.naming import folder_name
from semgui.domain.ids import ClassId
from semgui.domain.taxonomy import Taxonomy


def class_folders(taxonomy: Taxonomy) -> Mapping[ClassId, str]:
    """Return a folder name for each class, different for each also where case does not count."""
    taken: set[str] = set()
    folders: dict[ClassId, str] = {}
    # Classes in use first, so that an archived one of the same name does not take theirs.
    for c in sorted(taxonomy, key=lambda c: c.archived):
        base = folder_name(c.name)
        number, name = 1, base
        while name.casefold() in taken:
            number += 1
            name = f"{base} ({number})"
        taken.add(name.casefold())
        folders[c.id] = name
    return folders
