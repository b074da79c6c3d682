"""Names of classes as names of folders, on every file system."""

from __future__ import annotations

import re
from collections.abc import Mapping

from semgui.domain.ids import ClassId
from semgui.domain.taxonomy import Taxonomy

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)  # devices on Windows
_LONGEST = 200  # bytes; 255 is the limit of most file systems


def folder_name(name: str) -> str:
    """Return a name that is safe as one folder everywhere: no separators, no ``..``, no device names."""
    safe = _FORBIDDEN.sub("_", name).strip(" ").rstrip(" .")
    safe = re.sub(r"^\.+", lambda dots: "_" * len(dots[0]), safe)  # neither hidden nor a way out
    safe = safe.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore").rstrip(" .")
    if _RESERVED.fullmatch(safe):
        safe = f"{safe}_"
    return safe or "_"


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
