"""Probabilities and embeddings of one model version, memory-mapped beside ``project.db``.

All of it can be computed again, so it is kept out of the database: 21,283 embeddings of 1280 half-precision
numbers are 54 MB that a database would copy on every change. A row's place follows from the image's id, so
that nothing has to be searched; rows that were never written take no room (sparse files).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from semgui.catalogue.project import Project
from semgui.domain.errors import ProjectError
from semgui.domain.ids import ModelId

_FORMAT = 1
_SHAPE, _SUMS = "shape.json", "sums.u32"
_PROBABILITIES, _EMBEDDINGS = "probabilities.f32", "embeddings.f16"
_DTYPES = (np.float32, np.float16)
_GROWTH = 1024  # rows added at once, so that the files are not enlarged for every batch


class ArrayStore:
    """Rows of one model, by image id.

    Parameters
    ----------
    project
        The open project.
    model_id
        The model version.

    Attributes
    ----------
    folder
        Where they lie; other things that can be computed again from them may lie beside them.

    Notes
    -----
    Every row has a checksum. One whose checksum does not fit, because a write was cut off, counts as never
    written. `put` returns when the rows are on the disk, so that predictions committed after it never
    outlive them.
    """

    def __init__(self, project: Project, model_id: ModelId) -> None:
        self._project = project
        self.folder = project.path / "arrays" / _folder_name(model_id)
        self._shape: tuple[int, int] | None = None

    def put(
        self,
        ids: Sequence[int] | NDArray[np.int64],
        probabilities: NDArray[np.float32],
        embeddings: NDArray[np.float16],
    ) -> None:
        """Write rows, replacing older ones.

        Parameters
        ----------
        ids
            Images, n of them.
        probabilities
            (n, C) float32.
        embeddings
            (n, D) float16.

        Raises
        ------
        ValueError
            The shapes do not fit each other or what is stored.
        ProjectError
            The disk is full or cannot be written.
        """
        rows = np.asarray(ids, np.int64)
        probs = np.ascontiguousarray(probabilities, np.float32)
        embs = np.ascontiguousarray(embeddings, np.float16)
        if probs.ndim != 2 or embs.ndim != 2 or not len(rows) == len(probs) == len(embs):
            raise ValueError("one row of probabilities and one embedding per image are needed")
        if len(rows) == 0:
            return
        shape = (probs.shape[1], embs.shape[1])
        try:
            self._prepare(shape, int(rows.max()) + 1)
            _write_rows(self.folder / _PROBABILITIES, rows, probs)
            _write_rows(self.folder / _EMBEDDINGS, rows, embs)
            _write_rows(self.folder / _SUMS, rows, np.stack([_sums(rows, probs), _sums(rows, embs)], axis=1))
        except OSError as error:
            raise ProjectError(
                f"{self.folder}: predictions cannot be kept ({error.strerror}); make room on the disk."
            ) from error

    def has(self, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which images have a sound row, shape (n,)."""
        rows = np.asarray(ids, np.int64)
        sound = np.ones(len(rows), np.bool_)
        for column in range(2):
            sound &= self._read(rows, column)[1]
        return sound

    def get_probs(self, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
        """Return probabilities, (n, C) float32; rows of NaN where there is none, (n, 0) before the first."""
        return self._get(ids, 0)

    def get_embeddings(self, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float16]:
        """Return embeddings, (n, D) float16; rows of NaN where there is none, (n, 0) before the first."""
        return self._get(ids, 1)

    def _get(self, ids: ArrayLike, column: int) -> NDArray[Any]:
        values, sound = self._read(np.asarray(ids, np.int64), column)
        values[~sound] = np.nan
        return values

    def _read(self, rows: NDArray[np.int64], column: int) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Return rows of probabilities (column 0) or embeddings (1), and which of them are sound."""
        shape = self._known_shape()
        if shape is None:
            return np.empty((len(rows), 0), _DTYPES[column]), np.zeros(len(rows), np.bool_)
        values = self._take((_PROBABILITIES, _EMBEDDINGS)[column], rows, shape[column], _DTYPES[column])
        stored = self._take(_SUMS, rows, 2, np.uint32)[:, column]
        return values, (stored != 0) & (stored == _sums(rows, values))

    def _take(self, name: str, rows: NDArray[np.int64], width: int, dtype: DTypeLike) -> NDArray[Any]:
        """Copy rows out of a file; rows beyond its end are zeros."""
        taken = np.zeros((len(rows), width), dtype)
        path = self.folder / name
        try:
            length = path.stat().st_size // (taken.itemsize * width)
        except FileNotFoundError as error:
            raise ProjectError(
                f"{self._project.path} lacks {name}, which was there before; bring the project back if it "
                "was moved, else open it again and classify anew."
            ) from error
        if length:
            mapped = np.memmap(path, dtype, "r", shape=(length, width))
            inside = (rows >= 0) & (rows < length)
            taken[inside] = mapped[rows[inside]]
        return taken

    def _known_shape(self) -> tuple[int, int] | None:
        if self._shape is None:
            try:
                meta = json.loads((self.folder / _SHAPE).read_text())
            except (OSError, ValueError):
                return None
            if meta.get("format") == _FORMAT:
                self._shape = (meta["classes"], meta["embedding"])
        return self._shape

    def _prepare(self, shape: tuple[int, int], rows: int) -> None:
        """Make the files, and make them long enough."""
        known = self._known_shape()
        if known is not None and known != shape:
            raise ValueError(f"this model's rows have shape {known}, not {shape}")
        sizes = {_SUMS: 8, _PROBABILITIES: 4 * shape[0], _EMBEDDINGS: 2 * shape[1]}
        if known is not None and all((self.folder / n).stat().st_size >= rows * s for n, s in sizes.items()):
            return
        with self._project.write():  # one process at a time makes a file longer, or it might cut it
            self.folder.mkdir(parents=True, exist_ok=True)
            if self._known_shape() is None:
                for name in sizes:
                    (self.folder / name).unlink(missing_ok=True)  # of a format that is not ours
            for name, size in sizes.items():
                with (self.folder / name).open("ab") as file:
                    wanted = (rows + _GROWTH) * size
                    if file.seek(0, os.SEEK_END) < wanted:
                        file.truncate(wanted)
            if self._known_shape() is None:
                shape_text = json.dumps({"format": _FORMAT, "classes": shape[0], "embedding": shape[1]})
                _write_atomically(self.folder / _SHAPE, shape_text)


def _sums(rows: NDArray[np.int64], values: NDArray[Any]) -> NDArray[np.uint32]:
    """Return a checksum of each row and its id, never 0: that is what an unwritten row has."""
    sums = np.empty(len(rows), np.uint32)
    for i, row in enumerate(rows):
        start = zlib.crc32(int(row).to_bytes(8, "little", signed=True))
        sums[i] = zlib.crc32(values[i].data, start) or 1
    return sums


def _write_rows(path: Path, rows: NDArray[np.int64], values: NDArray[Any]) -> None:
    """Write rows at their places, neighbours together, and force them to the disk.

    Plain writes, not the memory map: on a full disk they raise an error, where a map ends the process.
    """
    size = values[0].nbytes
    order = np.argsort(rows, kind="stable")
    breaks = np.flatnonzero(np.diff(rows[order]) != 1) + 1
    with path.open("r+b") as file:
        for run in np.split(order, breaks):
            file.seek(int(rows[run[0]]) * size)
            file.write(values[run].tobytes())
        file.flush()
        os.fsync(file.fileno())


def _write_atomically(path: Path, content: str) -> None:
    temporary = path.with_suffix(".tmp")
    with temporary.open("w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _folder_name(model_id: ModelId) -> str:
    """Return a folder name for any model id: readable, and different for different ids."""
    readable = re.sub(r"[^A-Za-z0-9._@-]", "_", model_id)[:80]
    return f"{readable}-{hashlib.blake2b(model_id.encode(), digest_size=4).hexdigest()}"
