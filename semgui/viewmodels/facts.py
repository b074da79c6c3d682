"""What a file says of its image, one value at a time, with all its digits."""

from __future__ import annotations

from dataclasses import dataclass

from semgui.domain.metadata import SemMetadata
from semgui.texts import tr
from semgui.viewmodels.describe import instrument

_DIGITS = 12  # more than any vendor writes; fewer than where binary fractions show


@dataclass(frozen=True, slots=True)
class Fact:
    """One value.

    Parameters
    ----------
    name
        What it is.
    value
        The number or word alone, for copying into a table.
    unit
        Stands behind it; empty for words.
    """

    name: str
    value: str
    unit: str = ""

    @property
    def text(self) -> str:
        """Value and unit."""
        return f"{self.value} {self.unit}" if self.unit else self.value


def facts_of(metadata: SemMetadata, width: int, height: int, dtype: str) -> tuple[Fact, ...]:
    """Return what is known; what the file does not say is left out."""
    acquired = metadata.acquired_at
    facts = (
        Fact(tr("Instrument"), instrument(metadata)),
        Fact(tr("High voltage"), _number(metadata.hv_kv), "kV"),
        Fact(tr("Working distance"), _number(metadata.wd_mm), "mm"),
        Fact(tr("Magnification"), _number(metadata.magnification), "×"),
        Fact(tr("Tilt"), _number(metadata.tilt_deg), "°"),
        Fact(tr("Detector"), metadata.detector or ""),
        Fact(tr("Pixel size"), _number(metadata.pixel_size_nm), "nm"),
        Fact(tr("Acquired"), acquired.isoformat(" ", "seconds") if acquired else ""),
        Fact(tr("Size"), f"{width} × {height}" if width and height else "", "px"),
        Fact(tr("Stored as"), dtype),
    )
    return tuple(fact for fact in facts if fact.value)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.{_DIGITS}g}"
