"""Where a project goes, and what a dropped path is."""

from __future__ import annotations

import hashlib
import os
from enum import StrEnum
from pathlib import Path

from semgui import paths
from semgui.catalogue.project import DATABASE
from semgui.domain.errors import UsageError
from semgui.imaging.reader import SUFFIXES

SUFFIX = ".semgui"


class Kind(StrEnum):
    """What a path is to us."""

    PROJECT = "project"
    FOLDER = "folder"
    IMAGE = "image"


def kind_of(path: Path) -> Kind:
    """Say what a path is.

    Raises
    ------
    UsageError
        It is nothing that can be opened.
    """
    if path.is_dir():
        return Kind.PROJECT if (path / DATABASE).is_file() else Kind.FOLDER
    if not path.exists():
        raise UsageError(f"{path}: there is no such file or folder.")
    if path.name == DATABASE:
        return Kind.PROJECT
    if path.suffix.casefold() in SUFFIXES:
        return Kind.IMAGE
    raise UsageError(f"{path.name}: not an image that can be read; TIFF, PNG, JPEG and BMP can.")


def project_folder(path: Path) -> Path:
    """Return the project that a path of kind `Kind.PROJECT` means."""
    return path.parent if path.name == DATABASE else path


def default_project(folder: Path) -> Path:
    """Return where the project of a folder of images goes by default.

    Beside the folder, where people see it and take it along; if that place cannot be written, among the
    user's own data, with a few digits of its path in the name, since many folders are called "images".
    Never inside the folder, in which nothing is ever written.
    """
    folder = folder.absolute()
    name = folder.name or "images"
    beside = folder.parent / f"{name}{SUFFIX}"
    if beside.is_dir() or (folder.parent != folder and os.access(folder.parent, os.W_OK)):
        return beside
    digits = hashlib.blake2b(os.fsencode(folder), digest_size=4).hexdigest()
    return paths.data_dir() / "projects" / f"{name}-{digits}{SUFFIX}"
