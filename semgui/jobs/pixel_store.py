"""Canonical images in the user's cache: decoded once, used by every later run with the same preprocessing.

Rows of equal size in one file, image and databar strip, found through an index. An image is filed under
everything that its pixels depend on: the file's fingerprint and time, the crop line and contrast it was
given, the preprocessing and the version of this program, whose rules find databar and contrast. Every row
has a checksum; one that does not fit counts as not there. All of it can be made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import logging
import shutil
import sqlite3
import threading
import zlib
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from semgui import paths
from semgui.inference.prepare import Source
from semgui.jobs.canonical import Canonical
from trainer.preprocess import PreprocessParams
from trainer.run_folder import STRIP_SHAPE

MAX_BYTES = 16 << 30
"""Room for the images of one preprocessing: 80,000 of 448 pixels, 260,000 of 224; then it begins anew."""

LEFT_FREE = 5 << 30
"""Room on the disk, in bytes, that a cache must not take."""

_WRITTEN_TOGETHER = 128
_FORMAT = 2
_STRIP_BYTES = STRIP_SHAPE[0] * STRIP_SHAPE[1]

_log = logging.getLogger(__name__)


class PixelStore:
    """Canonical images of one preprocessing.

    Safe for threads, and for several processes: rows are handed out in a transaction.

    Parameters
    ----------
    params
        The preprocessing.
    folder
        Where it lies; ``None``: the user's cache.
    max_bytes
        Beyond this it begins anew.
    """

    def __init__(
        self, params: PreprocessParams, folder: Path | None = None, max_bytes: int = MAX_BYTES
    ) -> None:
        of_params = hashlib.blake2b(params.model_dump_json().encode(), digest_size=8).hexdigest()
        base = paths.cache_dir() / "pixels" if folder is None else folder
        _remove_older_formats(base)
        self._folder = base / f"{_FORMAT}-{params.edge}-{of_params}"
        self._shape = (params.edge, params.edge)
        self._pixels = params.edge * params.edge
        self._bytes = self._pixels + _STRIP_BYTES
        self._lock = threading.Lock()
        self._waiting: list[tuple[bytes, Canonical]] = []
        if self._rows_file.exists() and self._rows_file.stat().st_size > max_bytes:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._index = self._open()

    def key(self, source: Source, content: str) -> bytes:
        """Return what the canonical image of a file with the fingerprint `content` is filed under."""
        time = source.path.stat().st_mtime_ns
        row = "?" if source.databar is None else source.databar.row
        contrast = "?" if source.contrast is None else (source.contrast.low, source.contrast.high)
        text = f"{content} {time} {row} {contrast} {importlib.metadata.version('semgui')}"
        return hashlib.blake2b(text.encode(), digest_size=16).digest()

    def get(self, key: bytes) -> Canonical | None:
        """Return an image, ``None`` if it is not there or damaged."""
        with self._lock:
            statement = "SELECT number, crc, bar FROM images WHERE key = ?"
            found = self._index.execute(statement, (key,)).fetchone()
        if found is None:
            return None
        number, crc, bar = found
        try:
            with self._rows_file.open("rb") as rows:
                rows.seek(number * self._bytes)
                data = rows.read(self._bytes)
        except OSError:
            return None
        if len(data) != self._bytes or zlib.crc32(data) != crc:
            return None
        values = np.frombuffer(data, np.uint8)
        strip = values[self._pixels :].reshape(STRIP_SHAPE) if bar else None
        return Canonical(values[: self._pixels].reshape(self._shape), strip)

    def put(self, key: bytes, image: Canonical) -> None:
        """Keep an image; written some at a time."""
        with self._lock:
            self._waiting.append((key, image))
            if len(self._waiting) >= _WRITTEN_TOGETHER:
                self._write()

    def close(self) -> None:
        """Write what is waiting."""
        with self._lock:
            self._write()
            self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _rows_file(self) -> Path:
        return self._folder / "images.bin"

    def _write(self) -> None:
        """Write what is waiting; a cache that cannot be written is one that has nothing."""
        waiting, self._waiting = self._waiting, []
        try:
            if not waiting or shutil.disk_usage(self._folder).free < LEFT_FREE:
                return
            first = self._reserve(len(waiting))
            with self._rows_file.open("r+b") as rows:
                rows.seek(first * self._bytes)
                entries = []
                for i, (key, image) in enumerate(waiting):
                    row = _row_of(image)
                    rows.write(row)
                    entries.append((key, first + i, zlib.crc32(row), image.strip is not None))
            with self._index:
                self._index.executemany("INSERT OR REPLACE INTO images VALUES (?, ?, ?, ?)", entries)
        except (OSError, sqlite3.Error) as error:
            _log.warning("pixel cache %s: %s", self._folder, error)

    def _reserve(self, count: int) -> int:
        """Hand out the next rows; no other process gets them."""
        with self._index:
            self._index.execute("BEGIN IMMEDIATE")
            (first,) = self._index.execute("SELECT next FROM rows").fetchone()
            self._index.execute("UPDATE rows SET next = ?", (first + count,))
        return int(first)

    def _open(self) -> sqlite3.Connection:
        """Open the index; a damaged one is made anew, and where none can be made it lives in memory."""
        for _ in range(2):
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._rows_file.touch()
                return _connected(str(self._folder / "index.db"))
            except sqlite3.DatabaseError:
                shutil.rmtree(self._folder, ignore_errors=True)
            except OSError as error:
                _log.warning("pixel cache %s: %s", self._folder, error)
                break
        return _connected(":memory:")


def _remove_older_formats(base: Path) -> None:
    """Remove what earlier versions of this program kept and nothing reads any more, up to 16 GiB each."""
    for folder in base.glob("*-*-*"):
        number = folder.name.split("-", 1)[0]
        if number.isdecimal() and int(number) < _FORMAT:
            shutil.rmtree(folder, ignore_errors=True)


def _row_of(image: Canonical) -> bytes:
    strip = bytes(_STRIP_BYTES) if image.strip is None else image.strip.tobytes()
    return image.pixels.tobytes() + strip


def _connected(place: str) -> sqlite3.Connection:
    # Autocommit, so that BEGIN IMMEDIATE is ours to say.
    connection = sqlite3.connect(place, timeout=30, check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS images (key BLOB PRIMARY KEY, number INTEGER NOT NULL, "
            "crc INTEGER NOT NULL, bar INTEGER NOT NULL) WITHOUT ROWID"
        )
        connection.execute("CREATE TABLE IF NOT EXISTS rows (one INTEGER PRIMARY KEY, next INTEGER NOT NULL)")
        connection.execute("INSERT OR IGNORE INTO rows VALUES (1, 0)")
    except sqlite3.Error:
        with contextlib.suppress(sqlite3.Error):
            connection.close()
        raise
    return connection
