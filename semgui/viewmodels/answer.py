"""What the model says about the image on screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.domain.ids import ClassId
from semgui.domain.prediction import PredictionStatus

_NEUTRAL = "#8a8f98"
SENTENCES = {
    PredictionStatus.OK: "",
    PredictionStatus.UNCERTAIN: "Uncertain: look twice.",
    PredictionStatus.NOT_SEM: "Unlike the SEM images that the model knows: the classes may all be wrong.",
    PredictionStatus.ERROR: "Could not be classified.",
}


@dataclass(frozen=True, slots=True)
class ClassProbability:
    """One bar."""

    class_id: ClassId
    name: str
    colour: str
    probability: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Calibrated probabilities of all classes, the most likely one first.

    Parameters
    ----------
    novelty
        0 (like the training images) to 1 (like nothing seen).
    model
        Name of the model, for people.
    """

    bars: tuple[ClassProbability, ...]
    status: PredictionStatus
    novelty: float
    model: str

    @property
    def predicted(self) -> ClassProbability:
        """The most likely class."""
        return self.bars[0]

    @property
    def sentence(self) -> str:
        """What the user should know before trusting it; empty if nothing."""
        return SENTENCES[self.status]


def answer_of(
    classes: Sequence[tuple[ClassId, str]],
    probabilities: NDArray[np.floating[Any]],
    status: PredictionStatus,
    novelty: float,
    colours: Mapping[ClassId, str],
    model: str,
) -> Answer:
    """Return an answer for people.

    Parameters
    ----------
    classes
        Ids and names, in the order of the probabilities.
    probabilities
        (C,) calibrated.
    colours
        Of the classes that have one.
    """
    bars = [
        ClassProbability(class_id, name, colours.get(class_id, _NEUTRAL), float(p))
        for (class_id, name), p in zip(classes, probabilities, strict=True)
    ]
    bars.sort(key=lambda bar: -bar.probability)
    return Answer(tuple(bars), status, novelty, model)
