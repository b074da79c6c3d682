"""What a model says about an image."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from semgui.domain.ids import ClassId, ImageId, ModelId


class PredictionStatus(StrEnum):
    """How far a prediction can be trusted."""

    OK = "ok"
    UNCERTAIN = "uncertain"  # confidence below the card's threshold
    NOT_SEM = "not_sem"  # novelty above the card's threshold
    ERROR = "error"  # the image could not be read


@dataclass(frozen=True, slots=True)
class Prediction:
    """One model's answer for one image.

    Parameters
    ----------
    predicted
        The class with the largest probability.
    confidence
        Its calibrated probability, in [0, 1].
    novelty
        0 (like the training images) to 1 (like nothing seen).
    """

    image_id: ImageId
    model_id: ModelId
    predicted: ClassId
    confidence: float
    novelty: float
    status: PredictionStatus
