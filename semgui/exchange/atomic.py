"""Write a file whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from semgui.domain.errors import SemguiError, UsageError


@contextmanager
def put_in_place(path: Path) -> Iterator[Path]:
    """Yield a new path beside `path`; what is written there takes its place when the block ends.

    If the block raises, what was at `path` before is untouched and nothing else is left behind. Devices and
    pipes, ``/dev/null`` for instance, are written into and never replaced.
    """
    if _is_stream(path):
        with TemporaryDirectory(prefix="semgui-") as folder:
            part = Path(folder, path.name)
            yield part
            with part.open("rb") as written, path.open("wb") as stream:
                shutil.copyfileobj(written, stream)
        return
    digest = hashlib.blake2b(os.fsencode(path.name), digest_size=8).hexdigest()
    part = path.with_name(f".{digest}.{os.getpid()}.part")  # short, however long the name is
    try:
        yield part
        part.replace(path)
    finally:
        with suppress(OSError):  # a place that cannot be written holds none
            part.unlink(missing_ok=True)


@contextmanager
def atomic_text(path: Path) -> Iterator[TextIO]:
    """Yield a UTF-8 text file that takes the place of `path` when the block ends without an error.

    File names that are not valid UTF-8 (surrogates in Python) are written as the bytes they are.

    Raises
    ------
    UsageError
        The folder does not exist, or `path` is a folder.
    SemguiError
        It cannot be written; what was at `path` before is untouched.
    """
    if not path.parent.is_dir():
        raise UsageError(f"{path}: the folder {path.parent} does not exist; make it first.")
    if path.is_dir():
        raise UsageError(f"{path}: this is a folder; name a file.")
    if not _is_stream(path):
        path = Path(os.path.realpath(path))  # a link keeps pointing where it did
    try:
        with (
            put_in_place(path) as part,
            part.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file,
        ):
            yield file
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError as error:
        raise SemguiError(f"{path}: the file cannot be written ({error.strerror}).") from None


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system knows how."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_stream(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()
