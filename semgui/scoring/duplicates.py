"""Which pictures are the same, or nearly: re-saved, resized, re-exposed, or taken twice of one spot."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

SURE_BITS = 60
"""Bits of 512 by which two hashes may differ and the pictures are one for sure.

Measured on 757 real micrographs: JPEG of quality 40, noise, blur, half the size and gamma 1.6 change 4 to 20
bits, 95 % of them below 50; different pictures of one specimen differ by 150 and more, except small things
alone on an even ground (67 and more).
"""

POSSIBLE_BITS = 128
"""Bits up to which the embeddings decide: the same spot again, a little aside or cropped otherwise."""

ALIKE = 0.92
"""Cosine of two embeddings from which such a pair is one; 99.9 % of all pairs of different pictures are below
0.94, those that also differ by less than 128 bits were below 0.92."""

_ROWS, _COLUMNS = 64, 4096  # a tile of distances, small enough for the processor's cache

Tick = Callable[[int], None]
Lookup = Callable[[NDArray[np.int64]], NDArray[np.floating]]
"""From numbers of pictures (n,) to their embeddings (n, D); rows of NaN for pictures without."""


def near_duplicate_groups(
    hashes: NDArray[np.uint64], embeddings: Lookup | None = None, tick: Tick | None = None
) -> NDArray[np.int64]:
    """Group pictures that are the same, or nearly.

    Every pair is looked at (20,000 pictures in a second, 100,000 in half a minute on one core); memory does
    not grow with the number of pairs. Groups are closed: what is the same as a member belongs to the group.

    Parameters
    ----------
    hashes
        (N, 8) from `semgui.imaging.perceptual.perceptual_hash`.
    embeddings
        Asked for the few pictures of which the hashes alone are not sure; ``None``: hashes decide.
    tick
        Called with the number of pictures done; may raise to stop.

    Returns
    -------
    (N,) int64
        Group of each picture: the number of its first member, so that it does not depend on what comes
        after.
    """
    count = len(hashes)
    firsts, seconds = _pairs(np.ascontiguousarray(hashes.T), embeddings, tick)
    edges = coo_array((np.ones(len(firsts), np.bool_), (firsts, seconds)), shape=(count, count))
    _, component = connected_components(edges, directed=False)
    _, first_member = np.unique(component, return_index=True)
    return np.asarray(first_member[component], np.int64)


def conflicting(groups: NDArray[np.int64], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """Score images of which a near-duplicate has another label.

    Parameters
    ----------
    groups
        (N,) from `near_duplicate_groups`.
    labels
        (N,) class index, -1 for none.

    Returns
    -------
    (N,) float32 in (0, 1]
        Of the labelled images of the group, the share that has another label: the odd one out comes first.
        NaN for images without a label and for groups that agree.
    """
    labels = np.asarray(labels, np.int64)
    scores = np.full(len(labels), np.nan, np.float32)
    rows = np.flatnonzero(labels >= 0)
    _, group = np.unique(groups[rows], return_inverse=True)
    _, pair, alike = np.unique(
        np.stack([group, labels[rows]]), axis=1, return_inverse=True, return_counts=True
    )
    members = np.bincount(group, minlength=1)[group]
    share = 1 - alike[pair.reshape(-1)] / members
    scores[rows] = np.where(share > 0, share, np.nan)
    return scores


def _pairs(
    words: NDArray[np.uint64], embeddings: Lookup | None, tick: Tick | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the pairs; `words` (8, N) is transposed, so that a tile reads one word of many hashes at once."""
    count = words.shape[1]
    farthest = SURE_BITS if embeddings is None else POSSIBLE_BITS
    firsts, seconds = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for top in range(0, count, _ROWS):
        for left in range(top, count, _COLUMNS):
            bits = _distances(words[:, top : top + _ROWS], words[:, left : left + _COLUMNS])
            rows, columns = np.nonzero(bits <= farthest)
            near = bits[rows, columns]
            rows, columns = rows + top, columns + left
            # The tiles on the diagonal hold each pair twice, and each picture beside itself.
            other = rows < columns
            rows, columns, near = rows[other], columns[other], near[other]
            if embeddings is not None:
                unsure = np.flatnonzero(near > SURE_BITS)
                alike = _cosines(embeddings, rows[unsure], columns[unsure]) >= ALIKE
                rows, columns = (np.delete(i, unsure[~alike]) for i in (rows, columns))
            firsts.append(rows)
            seconds.append(columns)
        if tick is not None:
            tick(min(top + _ROWS, count))
    return np.concatenate(firsts), np.concatenate(seconds)


def _distances(some: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """Count the bits that differ between hashes (8, R) and (8, C): (R, C)."""
    bits = np.zeros((some.shape[1], others.shape[1]), np.uint16)
    for one, other in zip(some, others, strict=True):
        bits += np.bitwise_count(one[:, None] ^ other[None])
    return bits


def _cosines(embeddings: Lookup, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the cosine of each pair; NaN, which is alike to nothing, where one has no embedding."""
    out = np.empty(len(rows))
    for start in range(0, len(rows), _COLUMNS):
        part = slice(start, start + _COLUMNS)
        one, other = (np.asarray(embeddings(i[part]), np.float64) for i in (rows, columns))
        length = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
        out[part] = (one * other).sum(axis=1) / np.maximum(length, 1e-12)
    return out
