"""Images in the order in which a strategy wants them looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semgui.domain.ids import ClassId, ImageId
from semgui.review.evidence import Evidence
from semgui.review.strategies.base import Strategy
from semgui.scoring.ticks import Tick, silent


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One image of a queue.

    Parameters
    ----------
    rank
        From 1.
    label, predicted
        Its class, if it has one, and the most probable one.
    score
        In [0, 1], higher = sooner.
    reason
        Why it is here, in one sentence.
    """

    rank: int
    image_id: ImageId
    label: ClassId | None
    predicted: ClassId
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Queue:
    """The order, without sentences: what a list of 20,000 needs.

    Parameters
    ----------
    rows
        (M,) int64 rows of the evidence, the first to look at first.
    scores
        (M,) float32, falling.
    """

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]


def queue_of(
    evidence: Evidence,
    strategy: Strategy,
    among: NDArray[np.int64] | None = None,
    tick: Tick = silent,
) -> Queue:
    """Put images in order.

    Parameters
    ----------
    among
        Ids of the images that may be in it (what a filter shows); ``None``: all.
    tick
        Told how far the strategy is; may raise to stop.

    Returns
    -------
    Queue
        Images of the same score in the order of the evidence, so that the same project gives the same queue.
    """
    scores = np.where(evidence.queued, strategy.score(evidence, tick), np.float32(np.nan))
    if among is not None:
        scores = np.where(np.isin(evidence.ids, among), scores, np.float32(np.nan))
    rows = np.flatnonzero(~np.isnan(scores))
    rows = rows[np.argsort(-scores[rows], kind="stable")]
    return Queue(rows, scores[rows])


def entries(evidence: Evidence, strategy: Strategy, queue: Queue, start: int, stop: int) -> list[QueueEntry]:
    """Return a stretch of a queue with its sentences."""
    rows = queue.rows[start:stop]
    evidence.likeness.of(rows)  # all at once: one by one takes many times as long
    found = []
    for place, (row, score) in enumerate(zip(rows.tolist(), queue.scores[start:stop].tolist(), strict=True)):
        label = int(evidence.labels[row])
        found.append(
            QueueEntry(
                start + place + 1,
                ImageId(int(evidence.ids[row])),
                evidence.classes[label] if label >= 0 else None,
                evidence.classes[int(evidence.predicted[row])],
                score,
                strategy.explain(evidence, row),
            )
        )
    return found


def ranked(
    evidence: Evidence,
    strategy: Strategy,
    limit: int | None = None,
    among: NDArray[np.int64] | None = None,
    tick: Tick = silent,
) -> list[QueueEntry]:
    """Return a queue with its sentences, see `queue_of`.

    Parameters
    ----------
    limit
        How many entries at most; ``None``: all.
    """
    queue = queue_of(evidence, strategy, among, tick)
    return entries(evidence, strategy, queue, 0, len(queue.rows) if limit is None else limit)
