"""Names of files: their order, folders as ranges of paths, and names that are safe as folders."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath

_DIGITS = re.compile(r"[0-9]+")
_SEPARATOR_KEY = "\x01"  # sorts before anything in a name, so that a folder stays together
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)  # devices on Windows
_LONGEST = 200  # bytes; 255 is the limit of most file systems


def name_key(relpath: str) -> str:
    """Return a key that sorts paths as people count: ``img2`` before ``img10``, case ignored.

    Each number is led by its length in two digits; undecodable bytes become ``?``.
    """
    folded = relpath.casefold().replace("/", _SEPARATOR_KEY)
    counted = _DIGITS.sub(_number_key, folded)
    return counted.encode("utf-8", "replace").decode("utf-8")


def path_key(path: Path) -> str:
    """Return a key that sorts folders as `name_key` sorts what is in them, each before what lies below it."""
    return name_key(path.as_posix())


def _number_key(match: re.Match[str]) -> str:
    digits = match[0].lstrip("0")
    return f"{min(len(digits), 99):02d}{digits}"


def folder_range(folder: str) -> tuple[str, str]:
    """Return the half-open range of relative paths below a folder, in the order of their bytes."""
    return folder + "/", folder + "0"  # "0" is the character after "/"


def absolute(path: Path) -> Path:
    """Return an absolute path without ``..`` and with its links as they are: the name the user knows."""
    return Path(os.path.normpath(path.absolute()))


def relative_to(path: Path, root: Path) -> str | None:
    """Return a path below a root with forward slashes, ``None`` when it is not below it."""
    try:
        relative = path.relative_to(root)
    except ValueError:
        return None
    return "" if relative == PurePath() else relative.as_posix()


def folder_name(name: str) -> str:
    """Return a name that is safe as one folder everywhere: no separators, no ``..``, no device names."""
    safe = _FORBIDDEN.sub("_", name).strip(" ").rstrip(" .")
    safe = re.sub(r"^\.+", lambda dots: "_" * len(dots[0]), safe)  # neither hidden nor a way out
    safe = safe.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore").rstrip(" .")
    if _RESERVED.fullmatch(safe):
        safe = f"{safe}_"
    return safe or "_"
