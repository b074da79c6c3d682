"""How much the caches take, and emptying them; everything in them is made again when it is needed."""

from __future__ import annotations

import shutil

from semgui import paths

_FOLDERS = ("thumbnails", "pixels", "onnx")


def cache_bytes() -> int:
    """Return the size of all caches in bytes; takes a while for large ones."""
    return sum(paths.size_of(paths.cache_dir() / name) for name in _FOLDERS)


def clear_caches() -> None:
    """Delete all caches; no project may be open, and no run be prepared."""
    for name in _FOLDERS:
        shutil.rmtree(paths.cache_dir() / name, ignore_errors=True)
