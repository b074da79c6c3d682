"""Facts about an image, its label and its history, in the words of the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from semgui.domain.ids import ClassId
from semgui.domain.labels import LabelEvent, LabelSource
from semgui.domain.metadata import SemMetadata

VENDOR_NAMES = {
    "thermo": "Thermo Fisher",
    "zeiss": "ZEISS",
    "tescan": "TESCAN",
    "jeol": "JEOL",
    "hitachi": "Hitachi",
    "phenom": "Phenom",
    "sis": "Olympus SIS",
}


def instrument(metadata: SemMetadata) -> str:
    """Return "ZEISS Supra 40", as far as it is known."""
    vendor = VENDOR_NAMES.get(metadata.vendor or "", "")
    name = metadata.instrument or ""
    # Some vendors write their own name into the instrument's.
    if vendor and name.casefold().startswith(vendor.split()[0].casefold()):
        return name
    return f"{vendor} {name}".strip()


def metadata_line(metadata: SemMetadata, width: int, height: int, dtype: str) -> str:
    """Return "ZEISS Supra 40 · 5 kV · WD 4.1 mm · 3.2 nm/px · 1024 × 768 · 8 bit".

    What the file does not say is left out; an unknown scale is named, since it decides what can be measured.
    """
    parts = [instrument(metadata)]
    if metadata.hv_kv is not None:
        parts.append(f"{metadata.hv_kv:g} kV")
    if metadata.wd_mm is not None:
        parts.append(f"WD {metadata.wd_mm:.6g} mm")
    if metadata.tilt_deg is not None and abs(metadata.tilt_deg) >= 0.05:
        parts.append(f"tilt {metadata.tilt_deg:.6g}°")
    if metadata.detector:
        parts.append(metadata.detector)
    parts.append(pixel_size(metadata.pixel_size_nm))
    if width and height:
        parts.append(f"{width:,} × {height:,}".replace(",", "\u202f"))
    parts.append({"uint8": "8 bit", "uint16": "16 bit", "float32": "float"}.get(dtype, dtype))
    return " · ".join(part for part in parts if part)


def pixel_size(nanometres: float | None) -> str:
    """Return "3.2 nm/px", "1.25 µm/px" or "scale unknown"."""
    if nanometres is None:
        return "scale unknown"
    if nanometres >= 1000:
        return f"{nanometres / 1000:.6g} µm/px"
    return f"{nanometres:.6g} nm/px"


def history_lines(events: Sequence[LabelEvent], names: Mapping[ClassId, str], me: str) -> list[str]:
    """Return one line an event, newest first ("21 Nov 22:14 · you: Nanowires")."""
    return [_history_line(event, names, me) for event in reversed(events)]


def _history_line(event: LabelEvent, names: Mapping[ClassId, str], me: str) -> str:
    when = event.created_at.astimezone().strftime("%d %b %H:%M")
    who = "you" if event.annotator == me else event.annotator
    what = "label removed" if event.class_id is None else names.get(event.class_id, str(event.class_id))
    if event.undoes is not None:
        return f"{when} · {who} undid: {what}"
    ground = {LabelSource.IMPORT: " (imported)", LabelSource.ACCEPTED: " (accepted)"}.get(event.source, "")
    return f"{when} · {who}: {what}{ground}"
