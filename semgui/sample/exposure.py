"""What the instrument knew when it took a picture: the numbers behind databar and tags."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from semgui.sample.fields import Rng

Vendor = Literal["zeiss", "thermo"]

FIELD_OF_VIEW_UM: dict[str, tuple[float, float]] = {
    "Biological": (8.0, 400.0),
    "Fibres": (8.0, 600.0),
    "Films_Coated_Surface": (1.0, 60.0),
    "MEMS_devices_and_electrodes": (20.0, 1500.0),
    "Nanowires": (0.8, 25.0),
    "Particles": (0.4, 80.0),
    "Patterned_surface": (2.0, 80.0),
    "Porous_Sponge": (1.5, 300.0),
    "Powder": (5.0, 500.0),
    "Tips": (0.8, 120.0),
}
"""Usual widths of the picture by category, in micrometres."""

_POLAROID_M = 0.1143  # width of the print that SmartSEM's magnification refers to
_CANVAS_M = 0.128  # the same of the picture on a Thermo display


@dataclass(frozen=True, slots=True)
class Instrument:
    """A microscope and how its pictures are stored."""

    vendor: Vendor
    model: str
    detectors: tuple[str, ...]
    voltages_kv: tuple[float, ...]


SUPRA = Instrument("zeiss", "SUPRA 40", ("InLens", "SE2"), (1.5, 2.0, 3.0, 5.0, 10.0))
SIGMA = Instrument("zeiss", "SIGMA VP", ("SE2", "InLens", "BSD"), (2.0, 5.0, 10.0, 15.0))
HELIOS = Instrument("thermo", "Helios NanoLab", ("ETD", "TLD", "CBS"), (1.0, 2.0, 5.0, 10.0, 18.0))


@dataclass(frozen=True, slots=True)
class Exposure:
    """Settings of one picture; rounded so that text repeats them exactly.

    Parameters
    ----------
    pixel_size_nm
        Edge of a pixel of the specimen picture.
    hv_kv, wd_mm, tilt_deg
        Voltage, working distance, stage tilt.
    magnification
        As this vendor displays it.
    width
        Width of the picture in pixels.
    """

    instrument: Instrument
    detector: str
    pixel_size_nm: float
    hv_kv: float
    wd_mm: float
    tilt_deg: float
    magnification: float
    acquired_at: datetime
    width: int

    @property
    def field_of_view_um(self) -> float:
        """Width of the picture on the specimen."""
        return self.pixel_size_nm * self.width / 1000


def significant(value: float, digits: int) -> float:
    """Round to a number of significant digits."""
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def random_exposure(category: str, instrument: Instrument, day: datetime, rng: Rng, width: int) -> Exposure:
    """Return settings that fit what is looked at.

    Parameters
    ----------
    category
        One of the ten, or anything else for a field of view between 1 and 100 µm.
    day
        Start of the session at the microscope.
    """
    low, high = FIELD_OF_VIEW_UM.get(category, (1.0, 100.0))
    field_nm = 1000 * math.exp(rng.uniform(math.log(low), math.log(high)))
    pixel = significant(field_nm / width, 4)
    reference = _POLAROID_M if instrument.vendor == "zeiss" else _CANVAS_M
    return Exposure(
        instrument=instrument,
        detector=str(rng.choice(instrument.detectors)),
        pixel_size_nm=pixel,
        hv_kv=float(rng.choice(instrument.voltages_kv)),
        wd_mm=round(float(rng.uniform(2.5, 12.0)), 1),
        tilt_deg=float(rng.choice([0.0, 0.0, 0.0, 30.0, 45.0, 52.0])),
        magnification=reference / (pixel * width * 1e-9),
        acquired_at=day + timedelta(seconds=int(rng.integers(0, 6 * 3600))),
        width=width,
    )
