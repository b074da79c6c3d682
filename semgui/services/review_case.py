"""What a person needs beside an image to judge it: why it is here, both classes, and images of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semgui.domain.ids import ClassId, ImageId
from semgui.review.evidence import Evidence
from semgui.review.strategies.base import Strategy
from semgui.scoring.neighbours import nearest

MOST_DUPLICATES = 6
"""Near-duplicates shown beside an image; a series of a hundred frames says no more."""


@dataclass(frozen=True, slots=True)
class Like:
    """An image of the project that is like the one judged.

    Parameters
    ----------
    label
        Its class; ``None``: it has none.
    similarity
        Cosine of the embeddings, up to 1.
    """

    image_id: ImageId
    label: ClassId | None
    similarity: float


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two classes in question.

    Parameters
    ----------
    probability
        Calibrated.
    nearest
        Its labelled images that are most like the one judged, the most similar first; none of its own
        near-duplicates.
    """

    class_id: ClassId
    probability: float
    nearest: tuple[Like, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One image of a queue.

    Parameters
    ----------
    reason
        Why it is in the queue, in one sentence.
    label
        Its class; ``None``: it has none.
    probabilities
        (C,) float32 calibrated, in the order of the evidence's classes.
    sides
        The classes to choose between, that of the label first; fewer than two where there is nothing to
        choose.
    duplicates
        Its near-duplicates, the most similar first.
    """

    image_id: ImageId
    reason: str
    label: ClassId | None
    probabilities: NDArray[np.float32]
    sides: tuple[Side, ...]
    duplicates: tuple[Like, ...]


def case_of(
    evidence: Evidence, strategy: Strategy, row: int, k: int, between: tuple[ClassId, ClassId] | None = None
) -> Case:
    """Put together what is known of one image.

    Parameters
    ----------
    row
        Of the image in the evidence.
    k
        How many images are shown of each class.
    between
        The classes to choose between; ``None``: the label and the class that is more likely than all others,
        without a label the two most likely ones.
    """
    label = int(evidence.labels[row])
    classes = _in_question(evidence, row) if between is None else [evidence.index_of(c) for c in between]
    return Case(
        ImageId(int(evidence.ids[row])),
        strategy.explain(evidence, row),
        evidence.classes[label] if label >= 0 else None,
        evidence.probabilities[row],
        tuple(_side(evidence, row, index, k) for index in classes if index >= 0),
        _duplicates(evidence, row),
    )


def _in_question(evidence: Evidence, row: int) -> list[int]:
    """Return the numbers of the two classes to choose between."""
    label = int(evidence.labels[row])
    likely: list[int] = np.argsort(-evidence.probabilities[row], kind="stable").tolist()
    if label < 0:
        return likely[:2]
    return [label, *(index for index in likely if index != label)][:2]


def _side(evidence: Evidence, row: int, index: int, k: int) -> Side:
    others = (evidence.labels == index) & (evidence.groups != evidence.groups[row])
    return Side(
        evidence.classes[index],
        float(evidence.probabilities[row, index]),
        _most_alike(evidence, row, np.flatnonzero(others), k),
    )


def _duplicates(evidence: Evidence, row: int) -> tuple[Like, ...]:
    others = np.flatnonzero(evidence.groups == evidence.groups[row])
    return _most_alike(evidence, row, others[others != row], MOST_DUPLICATES)


def _most_alike(evidence: Evidence, row: int, rows: NDArray[np.int64], k: int) -> tuple[Like, ...]:
    found = nearest(evidence.embeddings[row], evidence.embeddings[rows], k)
    return tuple(
        _like(evidence, int(rows[near]), float(similarity))
        for near, similarity in zip(found.rows, found.similarity, strict=True)
    )


def _like(evidence: Evidence, row: int, similarity: float) -> Like:
    label = int(evidence.labels[row])
    return Like(ImageId(int(evidence.ids[row])), evidence.classes[label] if label >= 0 else None, similarity)
