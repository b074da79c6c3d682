"""The nearest of many embeddings, by exact search in chunks, and whether they agree on the class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.scoring.ticks import Tick, silent

_QUERIES = 256  # rows of a block of products
_TOGETHER = 32  # columns of which the largest is looked at first
_CHUNK_BYTES = 1 << 20  # of float32: a chunk stays in the cache between its conversion and its product

# How a half float becomes a float: sign to bit 31, exponent and fraction from bit 13 on, and the exponent's
# bias of 15 becomes one of 127.
_SHIFT = 13
_SIGN_AND_VALUE = np.int32(-0x70002000)  # 0x8fffe000
_BIAS = np.float32(2.0**112)
_INFINITE = np.float32(65536)  # where infinities and NaNs of a half float end up


Ints = NDArray[np.int64]


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


@dataclass(frozen=True, slots=True)
class NeighbourTable:
    """The neighbours of every image, the most similar first.

    Parameters
    ----------
    rows
        (N, k) int64; -1 where there are fewer.
    similarity
        (N, k) float32, cosine from -1 to 1; NaN where there are fewer.
    """

    rows: NDArray[np.int64]
    similarity: NDArray[np.float32]


def k_nearest(embeddings: NDArray[Any], k: int, tick: Tick = silent) -> NeighbourTable:
    """Find the most similar other images of every image.

    Parameters
    ----------
    embeddings
        (N, D) any float. Rows that are not finite, or all zeros, have no neighbours and are nobody's.
    k
        How many each; fewer come if there are fewer.
    tick
        Told after every block; may raise to stop.

    Returns
    -------
    NeighbourTable
        (N, min(k, N - 1)). Of equals the first comes first.

    Notes
    -----
    Exact, by blocks of products: 21,283 × 1280 take half a minute of one core; of 128 principal components
    (`semgui.scoring.principal`), a few seconds.
    """
    count = len(embeddings)
    k = max(0, min(k, count - 1))
    rows, similarity = np.full((count, k), -1, np.int64), np.full((count, k), np.nan, np.float32)
    points = _unit(embeddings)
    usable = np.asarray(points.any(axis=1), np.bool_)
    for start in range(0, count if k else 0, _QUERIES):
        block = points[start : start + _QUERIES]
        cosines = block @ points.T
        cosines[:, ~usable] = -np.inf
        own = np.arange(len(block))
        cosines[own, start + own] = -np.inf
        best = largest(cosines, k)
        best = np.take_along_axis(best, _order(cosines, best), axis=1)
        values = np.take_along_axis(cosines, best, axis=1)
        found = np.isfinite(values) & usable[start : start + _QUERIES, None]
        rows[start : start + _QUERIES] = np.where(found, best, -1)
        similarity[start : start + _QUERIES] = np.where(found, values, np.nan)
        tick(min(start + _QUERIES, count), count)
    return NeighbourTable(rows, similarity)


def largest(values: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Return the columns of the largest values of each row, (n, count), in no order.

    Parameters
    ----------
    values
        (n, M), M at least `count`.

    Notes
    -----
    The largest lie among those columns that have one of the largest maxima of every so many: of 50,000
    columns a few hundred are left to be put in order, which takes a tenth of the time.
    """
    width = values.shape[1] // _TOGETHER
    if width < 4 * count:
        return np.argpartition(-values, count - 1, axis=1)[:, :count]
    even = width * _TOGETHER
    maxima = values[:, :even].reshape(len(values), _TOGETHER, width).max(axis=1)
    best = np.argpartition(-maxima, count - 1, axis=1)[:, :count]
    columns = (best[:, None, :] + width * np.arange(_TOGETHER)[None, :, None]).reshape(len(values), -1)
    rest = np.broadcast_to(np.arange(even, values.shape[1]), (len(values), values.shape[1] - even))
    columns = np.concatenate([columns, rest], axis=1)
    among = np.argpartition(-np.take_along_axis(values, columns, axis=1), count - 1, axis=1)[:, :count]
    return np.take_along_axis(columns, among, axis=1)


def neighbour_disagreement(labels: Ints, neighbours: NeighbourTable, groups: Ints) -> NDArray[np.float32]:
    """Say how many of the nearest labelled images of an image have another label.

    Parameters
    ----------
    labels
        (N,) class index, -1 for none.
    neighbours
        From `k_nearest`.
    groups
        (N,) of near-duplicates; those of an image are no witnesses: they were labelled together with it.

    Returns
    -------
    (N,) float32 in [0, 1]
        Share of the labelled neighbours with another label, each counted by how similar it is; NaN without a
        label or without labelled neighbours.

    Notes
    -----
    The rule of the k nearest neighbours, turned to the labels themselves (edited nearest neighbours, Wilson
    1972), weighted by distance (Dudani 1976).
    """
    labels, groups = np.asarray(labels, np.int64), np.asarray(groups)
    theirs = np.where(neighbours.rows >= 0, labels[neighbours.rows], -1)
    witness = (theirs >= 0) & (groups[neighbours.rows] != groups[:, None])
    weight = np.where(witness, np.maximum(neighbours.similarity, 0) + 1e-6, 0).astype(np.float64)
    against = (weight * (theirs != labels[:, None])).sum(axis=1)
    total = weight.sum(axis=1)
    share = np.divide(against, total, out=np.full(len(labels), np.nan), where=total > 0)
    return np.where(labels >= 0, share, np.nan).astype(np.float32)


def _order(cosines: NDArray[np.float32], columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sort columns of each row by their cosine; of equals the first."""
    values = np.take_along_axis(cosines, columns, axis=1)
    return np.asarray(np.lexsort((columns, -values), axis=1), np.int64)


def _unit(embeddings: NDArray[Any]) -> NDArray[np.float32]:
    """Return rows of length 1; zeros for rows without a direction."""
    points = np.array(embeddings, np.float32)
    length = np.linalg.norm(points, axis=1, keepdims=True)
    good = np.isfinite(length) & (length > 0)
    return np.where(good, np.divide(points, length, out=np.zeros_like(points), where=good), 0)


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
