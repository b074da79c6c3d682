"""Hitachi: a sidecar ``x.txt`` with ``[SemImageFile]``, or the same text in TIFF tag 40092 (TM4000).

Numbers carry a unit or have a fixed one: pixel size in nm, working distance in µm, voltage in volts.
"""

from __future__ import annotations

from semgui.domain.metadata import SemMetadata
from semgui.imaging.vendors import values as v

VENDOR = "hitachi"
_SECTIONS = ("SemImageFile", "TemImageFile")
_DATES = ("%m/%d/%Y", "%Y/%m/%d", "%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y")
_CLOCKS = ("%H:%M:%S", "%I:%M:%S %p", "%H:%M")


def parse(record: str, width: int, height: int) -> tuple[SemMetadata, tuple[str, ...]] | None:
    """Parse the text; ``None`` if it is something else.

    Returns
    -------
    Metadata and notes (on a date whose order of day and month is not stated).
    """
    sections = v.ini_sections(record)
    fields = next((sections[name] for name in _SECTIONS if name in sections), None)
    if fields is None:
        return None
    size = [v.number(part) for part in (fields.get("DataSize") or "").lower().split("x")[:2]]
    columns, rows = size if len(size) == 2 else (None, None)
    pixel = v.metres(fields.get("PixelSize"), "nm")
    if pixel is not None and columns and width and columns != width:
        # The picture was saved at another size than it was scanned at: only where the shape stayed.
        pixel = pixel * columns / width if rows and abs(columns / rows - width / height) < 1e-2 else None
    metadata = SemMetadata(
        vendor=VENDOR,
        pixel_size_nm=v.pixel_size_nm(pixel),
        hv_kv=v.hv_kv(v.volts(fields.get("AcceleratingVoltage"), "v")),
        wd_mm=v.wd_mm(v.metres(fields.get("WorkingDistance"), "um")),
        magnification=v.magnification(fields.get("Magnification")),
        tilt_deg=v.tilt_deg(v.degrees(fields.get("StagePositionT"), "deg")),
        detector=v.text(fields.get("SignalName")),
        instrument=v.text(fields.get("InstructName") or fields.get("InstrumentName")),
        acquired_at=v.moment(
            [f"{fields.get('Date', '')} {fields.get('Time', '')}"],
            [f"{day} {clock}" for day in _DATES for clock in _CLOCKS],
        ),
        databar_row=v.databar_row(rows, height) if columns == width else None,
        record=dict(sections),
    )
    return metadata, _date_note(fields.get("Date") or "")


def _date_note(date: str) -> tuple[str, ...]:
    """Warn of a date like 03/04/2024: the order follows the settings of the microscope's computer."""
    parts = date.split("/")
    if len(parts) == 3 and len(parts[2]) == 4 and parts[0] != parts[1]:
        numbers = [v.number(part) for part in parts[:2]]
        if all(n is not None and n <= 12 for n in numbers):
            return (f"the acquisition date {date} was read month first; the file does not say so",)
    return ()
