"""Perceptual hashes in the user's cache: what a picture looks like, computed once from its thumbnail.

Filed as thumbnails are (`semgui.catalogue.thumbnails.thumbnail_key`), so that a file that was moved, or is in
two projects, is looked at once. All of it can be made again: a damaged file is thrown away, and a cache that
cannot be written never has anything.
"""

from __future__ import annotations

import io
import logging
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from semgui import paths
from semgui.catalogue.records import chunks
from semgui.domain.image import ImageRecord
from semgui.imaging.perceptual import perceptual_hash

_KEYS_AT_ONCE = 5_000
_MOST = 1_000_000  # rows, 120 MB; then it begins anew

_log = logging.getLogger(__name__)


class LookStore:
    """Hashes by the keys of thumbnails.

    Parameters
    ----------
    folder
        Where the file lies; ``None``: the user's cache.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._path = (paths.cache_dir() / "thumbnails" if folder is None else folder) / "looks-1.db"

    def get(self, keys: Sequence[str]) -> dict[str, NDArray[np.uint64]]:
        """Return the hashes (8,) uint64 that are there."""
        found: dict[str, NDArray[np.uint64]] = {}
        try:
            with closing(self._open()) as connection:
                for some in chunks(keys, _KEYS_AT_ONCE):
                    marks = ",".join("?" * len(some))
                    rows = connection.execute(f"SELECT key, hash FROM looks WHERE key IN ({marks})", some)  # noqa: S608
                    found.update({key: np.frombuffer(hash_, np.uint64) for key, hash_ in rows})
        except sqlite3.DatabaseError as error:
            self._mend(error)
            return {}
        return found

    def put(self, hashes: Mapping[str, NDArray[np.uint64]]) -> None:
        """Keep hashes."""
        rows = [(key, hash_.tobytes()) for key, hash_ in hashes.items()]
        try:
            with closing(self._open()) as connection, connection:
                (number,) = connection.execute("SELECT count(*) FROM looks").fetchone()
                if number > _MOST:
                    connection.execute("DELETE FROM looks")
                connection.executemany("INSERT OR REPLACE INTO looks (key, hash) VALUES (?, ?)", rows)
        except sqlite3.DatabaseError as error:
            self._mend(error)

    def _open(self) -> sqlite3.Connection:
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=5)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS looks (key TEXT PRIMARY KEY, hash BLOB NOT NULL) WITHOUT ROWID"
            )
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def _mend(self, error: sqlite3.DatabaseError) -> None:
        _log.warning("cache of hashes %s: %s", self._path, error)
        if not isinstance(error, sqlite3.OperationalError):  # busy, read-only or full: it is sound
            for suffix in ("", "-wal", "-shm"):
                with suppress(OSError):
                    self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)


def look_of(thumbnail: bytes, image: ImageRecord) -> NDArray[np.uint64]:
    """Hash the specimen area of a thumbnail (`semgui.imaging.perceptual`), (8,) uint64.

    Parameters
    ----------
    thumbnail
        JPEG of the whole picture, databar included.
    image
        Its size and databar.
    """
    with Image.open(io.BytesIO(thumbnail)) as picture:
        grey = np.asarray(picture.convert("L"))
    row = image.databar.row
    if row is not None and image.height:
        grey = grey[: max(1, round(row * grey.shape[0] / image.height))]
    return perceptual_hash(grey)
