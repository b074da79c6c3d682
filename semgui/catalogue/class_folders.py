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
    problems
        A sentence on what has no class, and on every folder that cannot be listed.
    """

    files: tuple[ClassFile, ...]
    problems: tuple[str, ...]


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
    problems: list[str] = []
    for listing in walk(folder, folder):
        parts = listing.folder.relative_to(folder).parts
        if parts:
            within = "/".join(parts[1:])
            files += [ClassFile(listing.folder / file.name, parts[0], within) for file in listing.files]
        elif listing.files:
            problems.append(f"{len(listing.files)} image(s) lie beside the class folders and have no class")
        if listing.error is not None:
            problems.append(f"{listing.folder}: the folder cannot be listed ({listing.error})")
        tick(len(files))
    ordered = sorted(files, key=lambda f: (name_key(f.class_name), name_key(str(f.path))))
    return ClassFolders(tuple(ordered), tuple(problems))
