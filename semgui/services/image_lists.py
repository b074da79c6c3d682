"""Which images a user means by files and folders on the command line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
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
    unlisted
        Subfolders that could not be listed, with the reason: what lies in them is left out.
    """

    sources: tuple[Source, ...]
    repeated: int
    unlisted: tuple[tuple[Path, str], ...] = ()


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
    unlisted: dict[Path, str] = {}
    named = 0
    for path in map(absolute, paths):
        for source in _images_of(path, unlisted, recursive=recursive):
            named += 1
            found.setdefault(source.path, source)
    return ImageList(tuple(found.values()), named - len(found), tuple(unlisted.items()))


def _images_of(path: Path, unlisted: dict[Path, str], *, recursive: bool) -> list[Source]:
    if not path.is_dir():
        return [Source(path)]
    listings = list(walk(path, path) if recursive else islice(walk(path, path), 1))
    if listings[0].error is not None:
        raise UsageError(f"{path}: the folder cannot be listed ({listings[0].error}).")
    # A subfolder that may not be listed does not keep the others from being classified.
    unlisted.update((listing.folder, listing.error) for listing in listings if listing.error is not None)
    files = sorted((f for listing in listings for f in _files_of(listing)), key=lambda f: name_key(str(f)))
    if not files:
        raise UsageError(_nothing_in(path, recursive=recursive))
    return [Source(file, root=path) for file in files]


def _files_of(listing: FolderListing) -> Iterator[Path]:
    return (listing.folder / file.name for file in listing.files)


def _nothing_in(folder: Path, *, recursive: bool) -> str:
    if not recursive and any(listing.files for listing in walk(folder, folder)):
        return f"{folder}: there are images in its subfolders only; add --recursive to classify those."
    return f"{folder}: there is no TIFF, PNG, JPEG or BMP image in this folder."
