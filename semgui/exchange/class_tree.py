"""Write labelled images as a folder tree, one sub-folder per class, without ever overwriting a file."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from semgui.domain.errors import SemguiError, UsageError
from semgui.exchange.atomic import sync_folder


class LinkMode(StrEnum):
    """How an image gets into the tree."""

    COPY = "copy"
    HARD = "hard"
    SYMLINK = "symlink"


@dataclass(frozen=True, slots=True)
class TreeImage:
    """An image and the sub-folder that it goes to."""

    path: Path
    folder: str


@dataclass(slots=True)
class TreeReport:
    """What was written.

    Parameters
    ----------
    written
        New files.
    present
        Files that were there already with the same content.
    renamed
        Images that got a number, since another file has their name: source and new name.
    unreadable
        Images that could not be read, with the reason.
    left_over
        Files in the class folders that belong to no image of this export, for instance from before a label
        was changed; nothing is ever deleted.
    """

    written: int = 0
    present: int = 0
    renamed: list[tuple[Path, Path]] = field(default_factory=list)
    unreadable: list[tuple[Path, str]] = field(default_factory=list)
    left_over: list[Path] = field(default_factory=list)


def write_tree(
    target: Path,
    images: Iterable[TreeImage],
    mode: LinkMode,
    folders: Iterable[str],
    each: Callable[[int], None],
) -> TreeReport:
    """Put images into ``target/<folder>/``.

    An image whose name is taken by another content gets a number (``a (2).tif``); one that is there already
    with the same content is left alone, so that a second run writes nothing.

    Parameters
    ----------
    images
        In a stable order: it decides who gets a number.
    folders
        Sub-folders of all classes, to look for files that are left over.
    each
        Called after each image with the number of images done; may raise to stop.

    Raises
    ------
    UsageError
        `target` is a file, or links cannot be made there.
    SemguiError
        The tree cannot be written.
    """
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target}: this is a file; name a folder.")
    report = TreeReport()
    claimed: set[Path] = set()
    _make_folder(target)
    for done, image in enumerate(images, 1):
        try:
            _place(image.path, target / image.folder, mode, claimed, report)
        except _SourceError as error:
            report.unreadable.append((image.path, str(error)))
        each(done)
    for folder in (target / name for name in folders):
        if folder.is_dir():
            sync_folder(folder)
            report.left_over += [p for p in sorted(folder.iterdir()) if _folded(p) not in claimed]
    return report


def _place(source: Path, folder: Path, mode: LinkMode, claimed: set[Path], report: TreeReport) -> None:
    """Give an image the first name that is free or already holds it."""
    try:
        if not source.is_file():
            raise _SourceError("the file is not there")
    except OSError as error:  # its folder may not be looked into
        raise _SourceError(error.strerror or "it cannot be read") from None
    for name in _names(source):
        path = folder / name
        if _folded(path) in claimed:
            continue
        if not os.path.lexists(path):
            _make_folder(folder)
            try:
                _write(source, path, mode)
            except FileExistsError:
                continue  # somebody was faster
            report.written += 1
        elif _is_same(source, path, mode):
            report.present += 1
        else:
            continue
        claimed.add(_folded(path))
        if name != source.name:
            report.renamed.append((source, path))
        return


class _SourceError(Exception):
    """The image itself cannot be read."""


def _names(source: Path) -> Iterator[str]:
    yield source.name
    number = 1
    while True:
        number += 1
        yield f"{source.stem} ({number}){source.suffix}"


def _folded(path: Path) -> Path:
    return path.with_name(path.name.casefold())  # two names that differ in case are one on most disks


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SemguiError(f"{folder}: the folder cannot be made ({error.strerror}).") from None


def _is_same(source: Path, path: Path, mode: LinkMode) -> bool:
    """Whether what lies at `path` is what an export in this mode would put there."""
    if mode is LinkMode.SYMLINK:
        return path.is_symlink() and path.resolve() == source.resolve()
    if path.is_symlink() or not path.is_file():
        return False
    if path.samefile(source):
        return True
    try:
        return mode is LinkMode.COPY and filecmp.cmp(source, path, shallow=False)
    except OSError as error:
        raise _SourceError(f"it cannot be compared with {path} ({error.strerror})") from None


def _write(source: Path, path: Path, mode: LinkMode) -> None:
    if mode is LinkMode.COPY:
        _copy(source, path)
        return
    try:
        if mode is LinkMode.HARD:
            os.link(source.resolve(), path)
        else:
            path.symlink_to(source.resolve())
    except FileExistsError:
        raise
    except OSError as error:
        hint = "hard links need the same disk as the images" if mode is LinkMode.HARD else "links are refused"
        raise UsageError(
            f"{path}: a link cannot be made ({error.strerror}; {hint}); use --link copy."
        ) from None


def _copy(source: Path, path: Path) -> None:
    """Copy through a file of another name, so that a file of this name is always whole."""
    try:
        reader = source.open("rb")
    except OSError as error:
        raise _SourceError(error.strerror or "it cannot be read") from None
    part = path.with_name(f".{os.getpid()}.part")
    try:
        with reader, part.open("wb") as writer:
            shutil.copyfileobj(reader, writer, 1 << 20)
            writer.flush()
            os.fsync(writer.fileno())
        shutil.copystat(source, part)
        _rename_without_overwriting(part, path)
    except FileExistsError:
        raise
    except OSError as error:
        raise SemguiError(f"{path}: the copy cannot be written ({error.strerror}).") from None
    finally:
        part.unlink(missing_ok=True)


def _rename_without_overwriting(part: Path, path: Path) -> None:
    try:
        os.link(part, path)  # fails if the name has been taken meanwhile, where a rename would overwrite
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links (FAT, some network folders)
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        part.rename(path)
