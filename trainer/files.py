"""Files that are either whole or not there."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from trainer.errors import DiskFullError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside, flush to the disk, then rename over `path`.

    Raises
    ------
    DiskFullError
        If there is no room; what was there before is still there.
    """
    write_blocks_atomically(path, (content,))


def write_blocks_atomically(path: Path, blocks: Iterable[bytes]) -> None:
    """Do the same with what comes block by block and need not fit into memory as a whole."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with room_on_disk(path), beside.open("wb") as file:
            for block in blocks:
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def reserve(path: Path, size: int) -> None:
    """Make a file of `size` bytes whose room on the disk is sure: a mapped one could not say that it is full.

    Raises
    ------
    DiskFullError
        If there is no room.
    """
    with room_on_disk(path), path.open("wb") as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            file.truncate(size)


@contextlib.contextmanager
def room_on_disk(path: Path) -> Iterator[None]:
    """Turn the system's errors on a full disk into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise DiskFullError(
            f"There is no room on the disk for {path}; free some and take the run up again."
        ) from None


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    """Have the new name outlive a power cut, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
