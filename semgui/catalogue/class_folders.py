"""A folder whose subfolders are named after classes: which images it holds, and of which class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from semgui.catalogue.listing import walk
from semgui.catalogue.naming import absolute, name_key


@dataclass(frozen=True, slots=True)
class ClassFile:
    """An image file in a class folder.

    Parameters
    ----------
    path
        Absolute.
    class_name
        Name of the class folder.
    folder
        Where it lies within the class folder, with forward slashes; empty directly in it.
    """

    path: Path
    class_name: str
    folder: str


@dataclass(frozen=True, slots=True)
class ClassFolders:
    """What was found.

    Parameters
    ----------
    files
        Class by class, as people count.
    outside
        Images that lie beside the class folders and have no class.
    """

    files: tuple[ClassFile, ...]
    outside: int


def list_class_folders(folder: Path, tick: Callable[[int], None]) -> ClassFolders:
    """List the images below every subfolder, however deep; nothing is opened.

    Hidden folders, projects and links to folders are left out (`semgui.catalogue.listing.walk`).

    Parameters
    ----------
    tick
        Called with the number of images found so far; may raise to stop.
    """
    folder = absolute(folder)
    files: list[ClassFile] = []
    outside = 0
    for listing in walk(folder, folder):
        parts = listing.folder.relative_to(folder).parts
        if parts:
            within = "/".join(parts[1:])
            files += [ClassFile(listing.folder / file.name, parts[0], within) for file in listing.files]
        else:
            outside = len(listing.files)
        tick(len(files))
    return ClassFolders(
        tuple(sorted(files, key=lambda f: (name_key(f.class_name), name_key(str(f.path))))), outside
    )
