"""JEOL: a sidecar ``x.txt`` of lines ``$CM_… value`` and ``$$SM_… value``, or the same in TIFF tag 37500.

Older software (7800F and before) writes ``$CM_STAGE_POS x y z r t s`` and "2023/07/13"; newer one
(IT series, SmileView Lab) ``$CM_STAGE_POSITION X=…, Y=…, R=…, Z=…, T=…`` and states pixel size and
field of view with their units.
"""

from __future__ import annotations

import re

from semgui.domain.metadata import SemMetadata
from semgui.imaging.vendors import values as v

VENDOR = "jeol"
# Width of the print that the magnification refers to.
_REFERENCE_WIDTH_MM = {"6700F": 120.0, "7600F": 120.0, "7800F": 120.0, "4700F": 128.0}
_LINE = re.compile(r"^\$+([A-Za-z_]+[A-Za-z0-9_%]*)[ \t]*(.*)$", re.MULTILINE)
_TILT_FIELD = re.compile(r"\bT\s*=\s*([-+]?[\d.]+)")
_DATES = ("%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%Y-%m-%d")
_CLOCKS = ("%H:%M:%S", "%I:%M:%S %p", "%H:%M")


def parse(record: str, width: int, height: int) -> tuple[SemMetadata, tuple[str, ...]] | None:
    """Parse the text; ``None`` if it is something else.

    Returns
    -------
    Metadata and notes (the pixel size may come from the scale bar alone).
    """
    fields = dict(reversed(_fields(record)))
    if not any(key.startswith("CM_") for key in fields):
        return None
    full = _pair(fields.get("CM_FULL_SIZE") or fields.get("CM_IMAGE_SIZE"))
    pixel, notes = _pixel_size_m(fields, int(full[0]) if full else width)
    full_height = full[1] if full and full[0] == width else None
    metadata = SemMetadata(
        vendor=VENDOR,
        pixel_size_nm=v.pixel_size_nm(pixel),
        hv_kv=v.hv_kv(v.volts(fields.get("CM_ACCEL_VOLT"), "kv")),
        wd_mm=v.wd_mm(v.metres(fields.get("SM_WD") or fields.get("CM_WD"), "mm")),
        magnification=v.magnification(fields.get("CM_MAG")),
        tilt_deg=v.tilt_deg(_tilt(fields)),
        detector=_detector(fields),
        instrument=v.text(fields.get("CM_INSTRUMENT")),
        acquired_at=v.moment(
            [f"{fields.get('CM_DATE', '')} {fields.get('CM_TIME', '')}"],
            [f"{day} {clock}" for day in _DATES for clock in _CLOCKS],
        ),
        databar_row=v.databar_row(full_height, height),
        record={key: v.text(value) or "" for key, value in fields.items()},
    )
    return metadata, notes


def _fields(record: str) -> list[tuple[str, str]]:
    return [(key, value.strip()) for key, value in _LINE.findall(record)][: v.MAX_RECORD_ENTRIES]


def _pair(value: str | None) -> tuple[float, float] | None:
    parts = re.split(r"[\sxX,]+", (value or "").strip())
    numbers = [v.number(part) for part in parts[:2]]
    if len(numbers) < 2 or numbers[0] is None or numbers[1] is None or min(numbers[0], numbers[1]) <= 0:
        return None
    return numbers[0], numbers[1]


def _pixel_size_m(fields: dict[str, str], width: int) -> tuple[float | None, tuple[str, ...]]:
    """Stated pixel size; else by the known reference width; else from the scale bar, with a note."""
    stated = v.metres((fields.get("CM_PIXEL_SIZE") or "").split("/")[0])
    if stated:
        return stated, ()
    field = re.match(r"\s*([\d.]+)\s*([^\d\s,x]*)", fields.get("CM_FIELD_OF_VIEW") or "")
    if field and field[2] and width and (across := v.metres(f"{field[1]} {field[2]}")):
        return across / width, ()
    magnified = v.magnification(fields.get("CM_MAG"))
    instrument = fields.get("CM_INSTRUMENT") or ""
    reference = next((mm for name, mm in _REFERENCE_WIDTH_MM.items() if name in instrument.upper()), None)
    if reference and magnified and width:
        return reference * 1e-3 / magnified / width, ()
    marker = v.metres(fields.get("SM_MICRON_MARKER"))
    bar = v.number(fields.get("SM_MICRON_BAR"))
    if marker and bar and bar > 0:
        coarse = f"the pixel size comes from the {bar:g}-pixel scale bar: exact to about {100 / bar:.1f} %"
        return marker / bar, (coarse,)
    return None, ()


def _tilt(fields: dict[str, str]) -> float | None:
    named = _TILT_FIELD.search(fields.get("CM_STAGE_POSITION") or fields.get("CM_STAGE_POS") or "")
    if named:
        return v.number(named[1])
    # x y z rotation tilt, and a flag.
    parts = (fields.get("CM_STAGE_POS") or "").split()
    return v.number(parts[4]) if len(parts) >= 5 else None


def _detector(fields: dict[str, str]) -> str | None:
    keys = (
        "CM_DETECTOR",
        "CM_DETECTOR_NAME",
        "SM_DETECTOR",
        "FE_DETECTOR_NAME",
        "CM_SIGNAL",
        "CM_SIGNAL_NAME",
    )
    return next((found for key in keys if (found := v.text(fields.get(key)))), None)
