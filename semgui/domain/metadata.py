"""What a microscope wrote about an image, in the field's own units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

DatabarSource = Literal["tag", "pixels", "user"]


@dataclass(frozen=True, slots=True)
class SemMetadata:
    """Acquisition parameters of one image; ``None`` where the file does not say.

    Parameters
    ----------
    vendor
        ``thermo``, ``zeiss``, ``tescan``, ``jeol``, ``hitachi``, ``phenom``, ``sis`` or ``None``.
    pixel_size_nm
        Edge of one stored pixel in nanometres.
    hv_kv
        Accelerating voltage in kilovolts, positive.
    wd_mm
        Working distance in millimetres.
    magnification
        As the instrument displayed it (depends on the screen or print size it assumes).
    tilt_deg
        Stage tilt in degrees.
    detector, instrument
        As the vendor names them.
    acquired_at
        Local time of the instrument, without a time zone unless the file names one.
    databar_row
        First row of the burned-in databar if the vendor's own tags tell it, else ``None``.
    record
        The vendor's whole record, JSON-serialisable.
    """

    vendor: str | None = None
    pixel_size_nm: float | None = None
    hv_kv: float | None = None
    wd_mm: float | None = None
    magnification: float | None = None
    tilt_deg: float | None = None
    detector: str | None = None
    instrument: str | None = None
    acquired_at: datetime | None = None
    databar_row: int | None = None
    record: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Databar:
    """Where the burned-in information bar begins.

    Parameters
    ----------
    row
        First row of the bar, counted from the top, 0-based; everything from it downwards is kept
        from the classifier. ``None``: there is nothing to crop.
    source
        Who says so; ``None`` when there is no bar.
    certain
        False where the pixel rule found weak evidence only, so that the user can look.
    """

    row: int | None = None
    source: DatabarSource | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class ContrastLimits:
    """Grey values shown as black and as white (in the units of the pixels; ``low < high``)."""

    low: float
    high: float
