"""Text files that a microscope writes beside a picture: ``x.txt``, ``x.hdr``, ``x-tif.hdr``."""

from __future__ import annotations

import functools
import os
import time
from pathlib import Path

from semgui.imaging.failures import BadImageError
from semgui.imaging.files import open_regular

MAX_SIDECAR_BYTES = 1 << 20
_SUFFIXES = (".txt", ".hdr")
_SETTLED_SECONDS = 2.0

Names = dict[str, tuple[str, ...]]


def find_sidecars(path: Path) -> list[Path]:
    """Sidecars of a picture, whatever the case of their names; an exact spelling comes first."""
    stem, suffix = path.stem, path.suffix[1:]
    wanted = [f"{stem}-{suffix}.hdr", f"{stem}_{suffix}.hdr", f"{stem}.hdr", f"{path.name}.hdr"]
    wanted += [f"{stem}.txt", f"{path.name}.txt"]
    names = _names_in(path.parent)
    found: list[Path] = []
    for name in wanted:
        spellings = names.get(name.casefold(), ())
        found += [path.parent / s for s in sorted(spellings, key=lambda s: (not s.startswith(stem), s))]
    return found


def read_sidecar(sidecar: Path, root: Path) -> bytes:
    """Bytes of a sidecar.

    Raises
    ------
    BadImageError
        If it lies outside `root`, is not a regular file, or is far larger than any real one.
    """
    with open_regular(sidecar, root) as file:
        if file.size > MAX_SIDECAR_BYTES:
            raise BadImageError(f"{sidecar.name} is too large ({file.size:,} bytes) to be one")
        return file.head(file.size)


def _names_in(folder: Path) -> Names:
    """Names in a folder that may be sidecars, by case-folded name.

    The list is kept while the folder does not change, or scanning would read it once per picture.
    """
    try:
        changed = folder.stat().st_mtime_ns
    except OSError:
        return {}
    # A folder changed a moment ago may change again within the resolution of its time stamp.
    if time.time() - changed / 1e9 < _SETTLED_SECONDS:
        return _list(folder)
    return _kept_list(folder, changed)


@functools.lru_cache(maxsize=64)
def _kept_list(folder: Path, changed: int) -> Names:
    del changed  # part of the key only
    return _list(folder)


def _list(folder: Path) -> Names:
    names: dict[str, tuple[str, ...]] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.lower().endswith(_SUFFIXES):
                    key = entry.name.casefold()
                    names[key] = (*names.get(key, ()), entry.name)
    except OSError:
        return {}
    return names
