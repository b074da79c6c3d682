"""The nearest of many embeddings, by exact search in chunks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CHUNK_BYTES = 1 << 20  # of float32: a chunk stays in the cache between its conversion and its product

# How a half float becomes a float: sign to bit 31, exponent and fraction from bit 13 on, and the exponent's
# bias of 15 becomes one of 127.
_SHIFT = 13
_SIGN_AND_VALUE = np.int32(-0x70002000)  # 0x8fffe000
_BIAS = np.float32(2.0**112)
_INFINITE = np.float32(65536)  # where infinities and NaNs of a half float end up


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Rows of a reference, the most similar first.

    Parameters
    ----------
    rows
        (k,) int64.
    similarity
        (k,) float32, cosine from -1 to 1.
    """

    rows: NDArray[np.int64]
    similarity: NDArray[np.float32]


def nearest(query: NDArray[Any], reference: NDArray[Any], k: int) -> Neighbours:
    """Find the most similar rows of a reference.

    Parameters
    ----------
    query
        (D,) any float.
    reference
        (N, D) any float, a memory map for instance: it is read once, in chunks, and never held as a whole.
        Rows that are not finite, or all zeros, are nobody's neighbours.
    k
        How many; fewer come if there are fewer.

    Raises
    ------
    ValueError
        If the widths differ.
    """
    if query.ndim != 1 or reference.ndim != 2 or query.shape[0] != reference.shape[1]:
        raise ValueError(f"a query of shape {query.shape} cannot be sought among {reference.shape}")
    similarity = _cosines(query.astype(np.float32), reference)
    count = min(k, int(np.isfinite(similarity).sum()))
    if count <= 0:
        return Neighbours(np.zeros(0, np.int64), np.zeros(0, np.float32))
    best = np.argpartition(-similarity, count - 1)[:count]
    best = best[np.lexsort((best, -similarity[best]))]  # of equals the first
    return Neighbours(best.astype(np.int64), similarity[best])


def _cosines(query: NDArray[np.float32], reference: NDArray[Any]) -> NDArray[np.float32]:
    """Return the cosine to each row, ``-inf`` where there is none."""
    length = float(np.linalg.norm(query))
    cosines = np.full(len(reference), -np.inf, np.float32)
    if length == 0 or not np.isfinite(length):
        return cosines
    unit = query / np.float32(length)
    rows = max(1, _CHUNK_BYTES // (4 * max(1, len(query))))
    room = np.empty((rows, len(query)), np.int32)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for start in range(0, len(reference), rows):
            part = reference[start : start + rows]
            values = _as_float32(part, room[: len(part)])
            squares = np.einsum("ij,ij->i", values, values)
            found = (values @ unit) / np.sqrt(squares)
            cosines[start : start + rows] = np.where(np.isfinite(found), found, -np.inf)
    return cosines


def _as_float32(part: NDArray[Any], room: NDArray[np.int32]) -> NDArray[np.float32]:
    """Convert rows into room of their size.

    NumPy converts half floats one by one; in whole arrays of integers it takes a third of the time.
    """
    values = room.view(np.float32)
    if part.dtype != np.float16:
        np.copyto(values, part, casting="same_kind")
        return values
    np.copyto(room, part.view(np.int16))
    np.left_shift(room, _SHIFT, out=room)
    np.bitwise_and(room, _SIGN_AND_VALUE, out=room)
    np.multiply(values, _BIAS, out=values)
    values[np.abs(values).max(axis=1, initial=0) >= _INFINITE] = np.nan
    return values
