"""What makes a file the same file when its folder has moved."""

from __future__ import annotations

import hashlib
from pathlib import Path

from semgui.domain.errors import UnreadableImageError
from semgui.imaging.failures import BadImageError
from semgui.imaging.files import open_regular

_ENDS = 64 * 1024
_BLOCK = 4 * 1024 * 1024


def fingerprint(path: Path, root: Path) -> str:
    """Hash the size, the first and the last 64 KiB of a file.

    Vendor tags with time and serial numbers lie at either end, so that different micrographs differ here,
    and 100,000 files on a network disk cost 12 GB of reading at most, not all their pixels.

    Parameters
    ----------
    path, root
        The file and the opened folder that it must lie in.

    Returns
    -------
    str
        32 hexadecimal digits (BLAKE2b, 128 bits).

    Raises
    ------
    UnreadableImageError
        The file cannot be opened or read.
    """
    try:
        with open_regular(path, root) as file:
            digest = hashlib.blake2b(file.size.to_bytes(8, "little"), digest_size=16)
            digest.update(file.head(_ENDS))
            if file.size > _ENDS:
                tail = min(_ENDS, file.size - _ENDS)
                digest.update(file.read_at(file.size - tail, tail))
    except BadImageError as error:
        raise UnreadableImageError(path, str(error)) from None
    except OSError as error:
        raise UnreadableImageError(path, f"it cannot be read ({error.strerror})") from None
    return digest.hexdigest()


def full_hash(path: Path, root: Path) -> str:
    """Hash the whole file (BLAKE2b, 256 bits); errors as for `fingerprint`."""
    digest = hashlib.blake2b(digest_size=32)
    try:
        with open_regular(path, root) as file:
            while block := file.stream.read(_BLOCK):
                digest.update(block)
    except BadImageError as error:
        raise UnreadableImageError(path, str(error)) from None
    except OSError as error:
        raise UnreadableImageError(path, f"it cannot be read ({error.strerror})") from None
    return digest.hexdigest()
