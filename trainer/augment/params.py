"""How much of which change: the configuration, and presets of it. No torch."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Strength = Annotated[float, Field(ge=0, le=1)]

FAULTS = ("defocus", "astigmatism", "drift", "scan_jitter", "charging", "shot_noise")
"""Changes that spoil a picture; each visits only a share of the images (`AugmentParams.fault_share`)."""


class AugmentPreset(StrEnum):
    """Sets of strengths that go together."""

    OFF = "off"
    LIGHT = "light"  # framing and exposure: what every session changes
    STANDARD = "standard"  # and the faults of an ordinary session
    STRONG = "strong"  # and those of a bad one; for large sets or many epochs


class AugmentParams(BaseModel):
    """How training images are changed; every strength from 0 (not at all) to 1 (the most that is sensible).

    What 1 means is said, with its source, at each function in `trainer.augment.geometry`, `beam` and
    `exposure`. Magnitudes are drawn anew for every image, up to what the strength allows.

    Parameters
    ----------
    copies
        Changed copies of each training image where a head is fitted to features that are computed once. A
        backbone that is trained sees every image changed anew in every epoch.
    flip, quarter_turns
        Mirrors and turns by 90°; at 1 all eight ways of laying the image down are equally likely.
    rotation, shift, shear, zoom, magnification
        Other framing of the specimen.
    brightness, contrast, gamma
        Other knobs of the detector.
    defocus, astigmatism, drift, scan_jitter, charging, shot_noise
        Faults of column, stage, scan, specimen and dose.
    fault_share
        Share of the images that each fault visits.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    copies: int = Field(default=0, ge=0)
    flip: Strength = 1.0
    quarter_turns: Strength = 1.0
    rotation: Strength = 0.1
    shift: Strength = 0.3
    shear: Strength = 0.2
    zoom: Strength = 0.5
    magnification: Strength = 0.5
    brightness: Strength = 0.4
    contrast: Strength = 0.4
    gamma: Strength = 0.4
    defocus: Strength = 0.3
    astigmatism: Strength = 0.3
    drift: Strength = 0.3
    scan_jitter: Strength = 0.3
    charging: Strength = 0.3
    shot_noise: Strength = 0.4
    fault_share: float = Field(default=0.2, ge=0, le=1)

    def strength(self, change: str) -> float:
        """Return the strength of a change by its name."""
        return float(getattr(self, change))


CHANGES = tuple(name for name in AugmentParams.model_fields if name not in {"copies", "fault_share"})
"""Names of all changes; the strength of each is the field of that name."""

_OFF = AugmentParams().model_copy(update=dict.fromkeys(CHANGES, 0.0))
_LIGHT = {
    "flip": 1.0,
    "quarter_turns": 1.0,
    "shift": 0.3,
    "zoom": 0.3,
    "magnification": 0.5,
    "brightness": 0.3,
    "contrast": 0.3,
    "gamma": 0.3,
}
_STRONG = {
    "rotation": 1.0,
    "shift": 0.6,
    "shear": 0.5,
    "zoom": 0.8,
    "magnification": 1.0,
    "brightness": 0.7,
    "contrast": 0.7,
    "gamma": 0.7,
    "fault_share": 0.35,
} | dict.fromkeys(FAULTS, 0.7)

PRESETS = {
    AugmentPreset.OFF: _OFF,
    AugmentPreset.LIGHT: _OFF.model_copy(update=_LIGHT),
    AugmentPreset.STANDARD: AugmentParams(),
    AugmentPreset.STRONG: AugmentParams().model_copy(update=_STRONG),
}
