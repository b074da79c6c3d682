"""Which image files a folder holds: names, sizes and times, without opening one of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from semgui.imaging.reader import SUFFIXES


@dataclass(frozen=True, slots=True)
class FoundFile:
    """An image file on the disk.

    Parameters
    ----------
    name
        File name.
    size, mtime_ns
        In bytes; nanoseconds since the epoch.
    """

    name: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class FolderListing:
    """The image files that lie directly in one folder.

    Parameters
    ----------
    folder
        Absolute path.
    files
        Its image files.
    error
        Why the folder could not be listed, else ``None``; nothing is known about its files then.
    """

    folder: Path
    files: tuple[FoundFile, ...]
    error: str | None = None


def is_candidate(name: str) -> bool:
    """Tell whether a file of this name is taken up: a suffix of an image, and not hidden."""
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in SUFFIXES  # noqa: PTH122


def walk(folder: Path, root: Path) -> Iterator[FolderListing]:
    """List a folder and all below it, folder by folder, in the order of their names.

    Hidden files and folders (``.name``) and projects (``*.semgui``) are left out. Links to folders are not
    followed, so that there is no way out of the folder and no loop in it.

    Parameters
    ----------
    folder
        Where to begin.
    root
        The opened folder that it belongs to.
    """
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        files: list[FoundFile] = []
        below: list[Path] = []
        try:
            with os.scandir(current) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if not entry.name.startswith(".") and not entry.name.endswith(".semgui"):
                            below.append(current / entry.name)
                    elif is_candidate(entry.name):
                        with suppress(FileNotFoundError):  # renamed or deleted since it was listed
                            files.append(_found(entry, root))
        except OSError as error:
            yield FolderListing(current, (), error.strerror or str(error))
            continue
        yield FolderListing(current, tuple(sorted(files, key=lambda f: f.name)))
        waiting.extend(sorted(below, reverse=True))


def list_names(folder: Path, names: Iterable[str], root: Path) -> FolderListing:
    """List those of some files of a folder that are there."""
    found = []
    for name in names:
        with suppress(OSError):
            found.append(stat_file(folder / name, root))
    return FolderListing(folder, tuple(found))


def stat_file(path: Path, root: Path) -> FoundFile:
    """Return name, size and time of a file; ``OSError`` when it is gone.

    A link that leads nowhere or out of the opened folder gives its own size and time, never its target's:
    the reader refuses it, and the user sees why.
    """
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode) and _leads_inside(path, root):
        status = path.stat()
    return FoundFile(path.name, status.st_size, status.st_mtime_ns)


def _found(entry: os.DirEntry[str], root: Path) -> FoundFile:
    if entry.is_symlink():
        return stat_file(Path(entry.path), root)
    status = entry.stat(follow_symlinks=False)  # on Windows it came with the listing
    return FoundFile(entry.name, status.st_size, status.st_mtime_ns)


def _leads_inside(link: Path, root: Path) -> bool:
    try:
        target = link.resolve()
    except (OSError, RuntimeError):  # a loop: RuntimeError up to Python 3.12, OSError after
        return False
    return target.is_relative_to(root.resolve()) and target.exists()
