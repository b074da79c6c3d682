"""The lasting division of a project into training, validation and test images."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from semgui.domain.errors import UsageError


class Split(StrEnum):
    """Decided once per group of images that belong together, and then kept."""

    TRAIN = "train"
    VALID = "valid"
    TEST = "test"


class GroupBy(StrEnum):
    """What makes images a group that is never torn apart; a metadata column does, too."""

    NEAR_DUPLICATES = "near-duplicates"  # the default: the same picture, or nearly
    FOLDER = "folder"  # the folder within the class folder: a sample, a session
    RANDOM = "random"  # nothing does: figures flatter


COLUMNS = (
    "vendor",
    "instrument",
    "detector",
    "hv_kv",
    "wd_mm",
    "magnification",
    "pixel_size_nm",
    "tilt_deg",
    "day",
    "sample",
)
"""Metadata columns that images can be grouped by; ``day`` is that of the acquisition, ``sample`` what the
user typed in at the microscope. Fields of the vendor's own record (``Beam.Spot``) do as well."""


@dataclass(frozen=True, slots=True)
class SplitRules:
    """How images are divided.

    Parameters
    ----------
    by
        A `GroupBy`, one of `COLUMNS`, or a field of the vendor's record.
    train, valid, test
        Shares; they sum to 1.
    seed
        Of the order among groups of one size.
    """

    by: str = GroupBy.NEAR_DUPLICATES
    train: float = 0.7
    valid: float = 0.2
    test: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise UsageError(f"say what images are grouped by: {', '.join((*GroupBy, *COLUMNS))}.")
        if min(self.shares.values()) < 0 or self.train <= 0 or abs(sum(self.shares.values()) - 1) > 1e-6:
            raise UsageError(
                "the shares of training, validation and test must sum to 100, some for training."
            )

    def changed(self, by: str | None, ratios: str | None, seed: int | None) -> SplitRules:
        """Return rules that differ in what is given; ratios as in ``70/20/10``."""
        train, valid, test = (self.train, self.valid, self.test) if ratios is None else parse_ratios(ratios)
        return SplitRules(
            self.by if by is None else by, train, valid, test, self.seed if seed is None else seed
        )

    @property
    def shares(self) -> dict[Split, float]:
        """Share of each split."""
        return {Split.TRAIN: self.train, Split.VALID: self.valid, Split.TEST: self.test}


def parse_ratios(text: str) -> tuple[float, float, float]:
    """Read ``70/20/10`` as shares that sum to 1.

    Raises
    ------
    UsageError
        For anything else.
    """
    try:
        train, valid, test = (float(part) for part in text.split("/"))
        total = train + valid + test
        if not 0 < total < math.inf or min(train, valid, test) < 0:
            raise ValueError
    except ValueError:
        raise UsageError(f"{text}: ratios are three numbers, for instance 70/20/10.") from None
    return train / total, valid / total, test / total
