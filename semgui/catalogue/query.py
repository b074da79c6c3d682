"""What a list of images is asked for: conditions, order, groups."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from semgui.domain.ids import ClassId, ModelId
from semgui.domain.image import ImageStatus
from semgui.domain.prediction import PredictionStatus


class LabelState(StrEnum):
    """What people and the model have said about an image."""

    LABELLED = "labelled"
    UNLABELLED = "unlabelled"
    DISAGREE = "disagree"  # labelled, and the model's current answer is another class


class Key(StrEnum):
    """What a list can be sorted and grouped by."""

    PATH = "path"  # folder by folder, names as people count
    NAME = "name"  # file names as people count, whatever their folder
    FOLDER = "folder"
    CLASS = "class"  # the label or, without one, what the model predicts
    LABEL = "label"
    PREDICTED = "predicted"
    CONFIDENCE = "confidence"
    NOVELTY = "novelty"
    ACQUIRED = "acquired_at"
    MODIFIED = "modified"
    SIZE = "size"
    HV = "hv_kv"
    WD = "wd_mm"
    PIXEL_SIZE = "pixel_size_nm"
    MAGNIFICATION = "magnification"
    VENDOR = "vendor"
    INSTRUMENT = "instrument"
    DETECTOR = "detector"


OF_PREDICTIONS = frozenset({Key.PREDICTED, Key.CONFIDENCE, Key.NOVELTY})
"""Keys that have no meaning without a model."""
OF_MICROSCOPE = frozenset(
    {
        *(Key.HV, Key.WD, Key.PIXEL_SIZE, Key.MAGNIFICATION),
        *(Key.VENDOR, Key.INSTRUMENT, Key.DETECTOR),
    }
)
"""Keys that the microscope wrote into the file, beside the time."""
MEASURES = (
    *(Key.CONFIDENCE, Key.NOVELTY, Key.ACQUIRED),
    *(Key.HV, Key.WD, Key.PIXEL_SIZE, Key.MAGNIFICATION),
)
"""Keys of which a range can be asked for."""
TRAITS = (Key.VENDOR, Key.INSTRUMENT, Key.DETECTOR)
"""Keys of which some values can be chosen."""


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both included; ``None`` is no bound. Images without a value are left out.

    Bounds of `Key.ACQUIRED` are the beginnings of ISO times ("2024-03"), and the high one takes in all that
    begins with it.
    """

    key: Key
    low: float | str | None = None
    high: float | str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some values."""

    key: Key
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class ImageQuery:
    """Which images, and in which order; every condition narrows, ``None`` does not.

    Parameters
    ----------
    text
        Part of the path below the opened folder or of the note, without regard to (ASCII) case.
    classes
        Labelled with one of these or, without a label, predicted as one of them; empty: any.
    label_state
        Labelled, unlabelled, or label and model disagree (needs `model_id`).
    predicted
        Classes of which the model predicts one (needs `model_id`); empty: any.
    prediction_status
        What the model's answer is worth (needs `model_id`).
    model_id
        The model meant by the other conditions and orders. Answers for an older state of a file count as
        none.
    folder
        Absolute; this folder and all below it.
    status
        State of the file; ``None`` means every file that is not missing.
    flagged, excluded
        Marked so, or not marked so.
    tag
        Has this very tag.
    databar_uncertain
        True: only images whose databar was found on weak evidence.
    ranges, choices
        Further conditions, at most one for a key.
    order
        Images without a value (no acquisition time, no prediction, no label) come last, in both
        directions; images with the same value are in the order of their paths.
    descending
        From the largest down.
    group
        What belongs together; the order holds inside each group.
    groups_descending
        The group with the largest value first; the one without a value is the last in both directions.
    """

    text: str | None = None
    classes: frozenset[ClassId] = frozenset()
    label_state: LabelState | None = None
    predicted: frozenset[ClassId] = frozenset()
    prediction_status: PredictionStatus | None = None
    model_id: ModelId | None = None
    folder: Path | None = None
    status: ImageStatus | None = None
    flagged: bool | None = None
    excluded: bool | None = None
    tag: str | None = None
    databar_uncertain: bool = False
    ranges: tuple[Range, ...] = ()
    choices: tuple[Choice, ...] = ()
    order: Key = Key.PATH
    descending: bool = False
    group: Key | None = None
    groups_descending: bool = False

    def __post_init__(self) -> None:
        keys = [part.key for part in self.ranges] + [part.key for part in self.choices]
        if len(set(keys)) < len(keys):
            raise ValueError("this query asks twice about one key")

    @property
    def needs_model(self) -> bool:
        """Whether it cannot be answered without `model_id`."""
        return (
            bool(self.predicted)
            or self.prediction_status is not None
            or self.label_state is LabelState.DISAGREE
            or any(part.key in OF_PREDICTIONS for part in self.ranges)
            or self.order in OF_PREDICTIONS
            or self.group in OF_PREDICTIONS
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """A folder as the database knows it: its root, and the path below that (empty at the root)."""

    root_id: int
    folder: str
