"""Open a picture or a sidecar without leaving the opened folder, and without hanging on a device."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from semgui.imaging.failures import BadImageError, TruncatedError


class ImageFile:
    """Bounded reads: nobody can ask for more bytes than the file has.

    Parameters
    ----------
    stream
        A seekable binary stream.
    size
        Its length in bytes.
    """

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self.stream = stream
        self.size = size

    def read_at(self, offset: int, count: int) -> bytes:
        """`count` bytes from `offset`.

        Raises
        ------
        TruncatedError
            If the file does not hold them.
        """
        if offset < 0 or count < 0 or offset + count > self.size:
            raise TruncatedError
        self.stream.seek(offset)
        data = self.stream.read(count)
        if len(data) != count:
            raise TruncatedError
        return data

    def head(self, count: int) -> bytes:
        """At most the first `count` bytes."""
        return self.read_at(0, min(count, self.size))


@contextmanager
def open_regular(path: Path, root: Path | None) -> Iterator[ImageFile]:
    """Open a regular file; with `root`, only one that really lies inside it.

    Raises
    ------
    BadImageError
        Missing, not a regular file (folder, pipe, device), a link that leads out of `root` or in a
        circle, or not permitted.
    """
    try:
        real = Path(os.path.realpath(path, strict=True))
        if root is not None and not real.is_relative_to(os.path.realpath(root)):
            raise BadImageError("it is a link that leads out of the opened folder; it was not followed")
        # O_NONBLOCK: opening a pipe must not wait for somebody to write into it.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
        _check_regular(real.lstat().st_mode)
        descriptor = os.open(real, flags)
    except FileNotFoundError:
        raise BadImageError("there is no such file") from None
    except PermissionError:
        raise BadImageError("no permission to read it") from None
    except (OSError, ValueError, RuntimeError) as error:  # ELOOP, ENAMETOOLONG, NUL in the name, network down
        raise BadImageError(f"it cannot be opened ({_os_reason(error)})") from None
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        _check_regular(status.st_mode)
        yield ImageFile(stream, status.st_size)


def _check_regular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise BadImageError("it is a folder, not a picture")
    if not stat.S_ISREG(mode):
        raise BadImageError("it is a pipe or a device, not a picture file")


def _os_reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()
