"""Small pictures in the user's cache: made once, found again by what is in the file.

A thumbnail is filed under the file's fingerprint, its time and the user's crop line. Its grey values are
stretched by the specimen area, which follows from the content alone, unless the user moved the line.
JPEG, because every Qt reads it (WebP needs a plug-in) and it is encoded in a millisecond.
"""

from __future__ import annotations

import io
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from semgui import paths
from semgui.domain.image import ImageRecord
from semgui.domain.metadata import ContrastLimits, Databar
from semgui.imaging.analyse import analyse
from semgui.imaging.limits import DecodeLimits
from trainer.preprocess import stretched

EDGE = 256
"""Longest edge in pixels."""

_QUALITY = 85
_BYTES = 2 << 30  # 150,000 thumbnails
_TOUCHES_AT_ONCE = 500
_BAND_PIXELS = 1 << 22

_log = logging.getLogger(__name__)

T = TypeVar("T")


def make_thumbnail(pixels: NDArray[Any], contrast: ContrastLimits) -> bytes:
    """Make the thumbnail of a whole picture, databar included.

    Parameters
    ----------
    pixels
        (H, W) grey; uint8, uint16 or float32.
    contrast
        Values shown as black and as white.

    Returns
    -------
    bytes
        A grey JPEG, 256 pixels along its longest edge; a smaller picture keeps its size.
    """
    height, width = pixels.shape
    step = max(1, max(height, width) // (2 * EDGE))  # twice too large: the rest is a proper resampling
    rows = max(step, _BAND_PIXELS // max(1, width) // step * step)
    # Band by band, so that a picture of 400 megapixels needs no second copy of itself.
    bands = [_reduced(pixels[top : top + rows], contrast, step) for top in range(0, height, rows)]
    small = Image.fromarray(np.concatenate(bands))
    scale = min(1.0, EDGE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    encoded = io.BytesIO()
    small.resize(size, Image.Resampling.LANCZOS).save(encoded, "JPEG", quality=_QUALITY)
    return encoded.getvalue()


def decode_thumbnail(
    path: Path,
    root: Path | None,
    databar: Databar | None,
    contrast: ContrastLimits | None,
    limits: DecodeLimits,
) -> tuple[bytes, Databar, ContrastLimits]:
    """Decode a file and make its thumbnail, with what was found on the way.

    Parameters and errors as for `semgui.imaging.analyse.analyse`; all by position, for
    `semgui.imaging.decoders`.
    """
    with analyse(path, root=root, databar=databar, contrast=contrast, limits=limits) as analysed:
        picture = make_thumbnail(analysed.pixels, analysed.contrast)
        return picture, analysed.databar, analysed.contrast


def _reduced(band: NDArray[Any], contrast: ContrastLimits, step: int) -> NDArray[np.uint8]:
    picture = Image.fromarray(stretched(band, contrast.low, contrast.high))
    return np.asarray(picture.reduce(step), np.uint8)


def thumbnail_key(fingerprint: str, mtime_ns: int, image: ImageRecord) -> str:
    """Return what a thumbnail is filed under.

    The time is part of it, because an edit in the middle of a file leaves its fingerprint as it was.
    """
    crop = f"user:{image.databar.row}" if image.databar.source == "user" else "found"
    return f"{fingerprint}:{mtime_ns}:{crop}"


class ThumbnailStore:
    """One file of thumbnails for all projects of the user; the least recently used ones go first.

    Everything in it can be made again. A damaged file is thrown away without a word, and a cache that
    cannot be written is a cache that never has anything.

    Parameters
    ----------
    folder
        Where the file lies; ``None``: the user's cache.
    max_bytes
        Room for the pictures.
    """

    def __init__(self, folder: Path | None = None, max_bytes: int = _BYTES) -> None:
        self._path = (paths.cache_dir() / "thumbnails" if folder is None else folder) / "thumbnails-1.db"
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._bytes = 0
        self._touched: dict[str, int] = {}

    def get(self, key: str) -> bytes | None:
        """Return a thumbnail, or ``None``."""

        def read(connection: sqlite3.Connection) -> bytes | None:
            row = connection.execute("SELECT picture FROM thumbnails WHERE key = ?", (key,)).fetchone()
            return None if row is None else bytes(row[0])

        found = self._do(read)
        if found is not None:
            self._touch(key)
        return found

    def has(self, key: str) -> bool:
        """Tell whether a thumbnail is there, without counting that as a use."""
        statement = "SELECT 1 FROM thumbnails WHERE key = ?"
        return self._do(lambda connection: connection.execute(statement, (key,)).fetchone()) is not None

    def put(self, key: str, picture: bytes) -> None:
        """Keep a thumbnail."""

        def write(connection: sqlite3.Connection) -> None:
            with connection:
                connection.execute(
                    "INSERT OR REPLACE INTO thumbnails (key, used_at, bytes, picture) VALUES (?, ?, ?, ?)",
                    (key, time.time_ns(), len(picture), picture),
                )
            self._bytes += len(picture)
            if self._bytes > self._max_bytes:
                self._prune(connection)

        self._do(write)

    def close(self) -> None:
        """Write what was used, and close the file."""
        self._flush_touches()
        with self._lock:
            self._shut()

    def _touch(self, key: str) -> None:
        """Note a use; written in bulk, since a write per look would cost more than the look."""
        with self._lock:
            self._touched[key] = time.time_ns()
            full = len(self._touched) >= _TOUCHES_AT_ONCE
        if full:
            self._flush_touches()

    def _flush_touches(self) -> None:
        with self._lock:
            touched, self._touched = self._touched, {}
        if touched:
            self._do(lambda connection: _write_touches(connection, touched))

    def _prune(self, connection: sqlite3.Connection) -> None:
        """Make a tenth of the room free, so that this does not happen on every new thumbnail."""
        self._bytes = _bytes_in(connection)  # another process may have made room
        doomed: list[tuple[str]] = []
        for key, size in connection.execute("SELECT key, bytes FROM thumbnails ORDER BY used_at").fetchall():
            if self._bytes <= self._max_bytes * 0.9:
                break
            doomed.append((key,))
            self._bytes -= size
        with connection:
            connection.executemany("DELETE FROM thumbnails WHERE key = ?", doomed)

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Work on the file; a damaged one is made anew, and one that cannot be used is done without."""
        with self._lock:
            for _ in range(2):
                try:
                    return work(self._open())
                except sqlite3.OperationalError as error:  # busy, read-only, disk full
                    _log.warning("thumbnail cache %s: %s", self._path, error)
                    return None
                except sqlite3.DatabaseError as error:
                    _log.warning("thumbnail cache %s is damaged (%s) and made anew", self._path, error)
                    self._shut()
                    self._remove()
        return None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            with suppress(OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=5, check_same_thread=False)
            self._connection = connection
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            with connection:
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS thumbnails (key TEXT PRIMARY KEY, "
                    "used_at INTEGER NOT NULL, bytes INTEGER NOT NULL, picture BLOB NOT NULL)"
                )
                connection.execute("CREATE INDEX IF NOT EXISTS by_use ON thumbnails (used_at, key, bytes)")
            self._bytes = _bytes_in(connection)
        return self._connection

    def _shut(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)


def _bytes_in(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(sum(bytes), 0) FROM thumbnails").fetchone()[0])


def _write_touches(connection: sqlite3.Connection, touched: dict[str, int]) -> None:
    with connection:
        rows = [(used_at, key) for key, used_at in touched.items()]
        connection.executemany("UPDATE thumbnails SET used_at = ? WHERE key = ?", rows)
