"""The lasting division of a project into training, validation and test images."""

from __future__ import annotations

from enum import StrEnum


class Split(StrEnum):
    """Decided once per group of images that belong together, and then kept."""

    TRAIN = "train"
    VALID = "valid"
    TEST = "test"
