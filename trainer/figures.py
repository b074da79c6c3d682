"""Figures that a card gives: what a model reached on a set of images. No torch."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Interval(_Part):
    """A figure with its confidence interval."""

    value: float
    low: float
    high: float


class ClassFigures(_Part):
    """How well one class is recognised."""

    class_id: str
    precision: float
    recall: float
    f1: float
    support: int


class Measurement(_Part):
    """What the model reached on one set of images.

    Parameters
    ----------
    name
        Of the set ("test", "leave one source out").
    how
        In plain words: which images, how split, from which sources.
    images, groups
        How many.
    confidence_level
        Of the intervals (bootstrap over groups).
    confusion
        (C, C): rows are true classes, columns predicted ones, in the card's order.
    """

    name: str
    how: str
    images: int
    groups: int
    accuracy: Interval
    balanced_accuracy: Interval
    macro_f1: Interval
    ece: float
    confidence_level: float = 0.95
    classes: tuple[ClassFigures, ...] = ()
    confusion: tuple[tuple[int, ...], ...] = ()
