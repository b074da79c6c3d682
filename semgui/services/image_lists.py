"""Which images a user means by files and folders on the command line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from semgui.catalogue.listing import FolderListing, walk
from semgui.catalogue.naming import absolute, name_key
from semgui.domain.errors import UsageError
from semgui.inference.prepare import Source


@dataclass(frozen=True, slots=True)
class ImageList:
    """Images in a stable order, each once.

    Parameters
    ----------
    sources
        As given; those of a folder in the order in which people count.
    repeated
        How many were named more than once and are listed once.
    """

    sources: tuple[Source, ...]
    repeated: int


def list_images(paths: Sequence[Path], *, recursive: bool) -> ImageList:
    """Find the images that files and folders stand for.

    Parameters
    ----------
    paths
        A file stands for itself, whatever its name; a folder for the images that lie directly in it. One
        that is gone stands for itself, too, and becomes an unreadable image: it must not stop the others.
    recursive
        Folders stand for the images in their subfolders as well.

    Raises
    ------
    UsageError
        If none of the paths exists, a folder cannot be listed or holds no image, or nothing was named.
    """
    if not paths:
        raise UsageError("name at least one image or folder.")
    if not any(os.path.lexists(absolute(path)) for path in paths):
        raise UsageError(f"{absolute(paths[0])}: there is no such file or folder.")
    found: dict[Path, Source] = {}
    named = 0
    for path in map(absolute, paths):
        for source in _images_of(path, recursive=recursive):
            named += 1
            found.setdefault(source.path, source)
    return ImageList(tuple(found.values()), named - len(found))


def _images_of(path: Path, *, recursive: bool) -> list[Source]:
    if not path.is_dir():
        return [Source(path)]
    files = sorted(_below(path) if recursive else _directly_in(path), key=lambda f: name_key(str(f)))
    if not files:
        raise UsageError(_nothing_in(path, recursive=recursive))
    return [Source(file, root=path) for file in files]


def _directly_in(folder: Path) -> Iterator[Path]:
    return _files_of(folder, next(walk(folder, folder)))


def _below(folder: Path) -> Iterator[Path]:
    for listing in walk(folder, folder):
        yield from _files_of(folder, listing)


def _files_of(asked: Path, listing: FolderListing) -> Iterator[Path]:
    # A subfolder that may not be listed does not keep the others from being classified.
    if listing.error is not None and listing.folder == asked:
        raise UsageError(f"{asked}: the folder cannot be listed ({listing.error}).")
    for file in listing.files:
        yield listing.folder / file.name


def _nothing_in(folder: Path, *, recursive: bool) -> str:
    if not recursive and next(_below(folder), None) is not None:
        return f"{folder}: there are images in its subfolders only; add --recursive to classify those."
    return f"{folder}: there is no TIFF, PNG, JPEG or BMP image in this folder."
