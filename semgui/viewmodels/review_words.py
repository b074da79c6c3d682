"""What each way of choosing images to review is good for, in a line."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from semgui.texts import mark

DESCRIPTIONS: Mapping[str, str] = {
    "label_issues": mark(
        "Labels that a model which has not seen them contradicts: the likeliest mistakes first."
    ),
    "neighbours": mark("Labelled images whose most similar images have other labels."),
    "pair": mark("Images of one class that look like another: choose the two."),
    "disagreement": mark("Images on which two models, or label and model, say different things."),
    "duplicates": mark("Pictures of the same spot that were labelled differently."),
    "uncertainty": mark("Images whose likeliest class is not likely."),
    "margin": mark("Images between two classes that are about as likely: they teach the model most."),
    "entropy": mark("Images between many classes."),
    "novelty": mark("Images unlike all that the model knows: new samples, mistakes, no SEM images."),
    "diversity": mark("Few images that together cover all kinds: what to label first."),
    "audit": mark(
        "A random sample, judged blind: it says how many labels are wrong and what can be accepted."
    ),
    "disputes": mark("Images that two people labelled differently: say what they are."),
}
"""By the name of the strategy; marked for translation."""

NEED_LABELS = frozenset({"label_issues", "neighbours", "pair", "duplicates"})
"""Strategies that have nothing to say before images are labelled."""


class Why(StrEnum):
    """Why there is no image to review."""

    NO_MODEL = "no model"
    NOT_CLASSIFIED = "not classified"
    NO_LABELS = "no labels"
    NO_SAMPLE = "no sample"
    NO_PAIR = "no pair"
    GROUPING = "grouping"
    NOT_GROUPED = "not grouped"
    FILTERED = "filtered"
    NOBODY = "nobody"
    FINISHED = "finished"
