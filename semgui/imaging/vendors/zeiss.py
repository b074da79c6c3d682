"""ZEISS SmartSEM: tag 34118 (34119 is a UTF-16 copy), pairs of lines ``AP_WD`` / ``WD = 4.1 mm``."""

from __future__ import annotations

import re
from itertools import pairwise

from semgui.domain.metadata import SemMetadata
from semgui.imaging.vendors import values as v

VENDOR = "zeiss"
_KEY = re.compile(r"^[A-Z]{2}_[A-Z0-9_]+$")
_VALUE = re.compile(r"^.*?[=:]\s*(.*)$")
_REFERENCE_WIDTH = 1024  # pixels that the pixel size in the head of the record refers to
_AGREES = 0.01
_DAYS = ("%d %b %Y", "%d %B %Y", "%d/%m/%Y", "%Y-%m-%d")
_CLOCKS = ("%H:%M:%S", "%I:%M:%S %p", "%H:%M")


def parse(record: str, width: int) -> SemMetadata | None:
    """Parse the text of tag 34118; ``None`` if it holds no SmartSEM keys."""
    lines = [line.strip() for line in v.lines_of(record)]
    fields = _fields(lines)
    if not fields:
        return None
    ions = fields.get("DP_FIB_IMAGING") == "FIB"
    return SemMetadata(
        vendor=VENDOR,
        pixel_size_nm=None if ions else v.pixel_size_nm(_pixel_size_m(fields, lines, width)),
        hv_kv=v.hv_kv(_voltage(fields, ions=ions)),
        wd_mm=v.wd_mm(v.metres(fields.get("AP_FIB_WORKING_DISTANCE" if ions else "AP_WD"))),
        magnification=v.magnification(fields.get("AP_FIB_MAGNIFICATION" if ions else "AP_MAG")),
        # AP_TILT_ANGLE is the angle of the tilt correction, not of the stage.
        tilt_deg=v.tilt_deg(v.degrees(fields.get("AP_STAGE_AT_T"))),
        detector=v.text(fields.get("DP_DETECTOR_CHANNEL") or fields.get("DP_DETECTOR_TYPE")),
        instrument=v.text(
            fields.get("SV_SERIAL_NUMBER") or fields.get("DP_SEM") or fields.get("DP_COLUMN_TYPE")
        ),
        acquired_at=v.moment(
            [f"{fields.get('AP_DATE', '')} {fields.get('AP_TIME', '')}"],
            [f"{day} {clock}" for day in _DAYS for clock in _CLOCKS],
        ),
        record=dict(fields),
    )


def _fields(lines: list[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for key, line in pairwise(lines):
        match = _VALUE.match(line) if _KEY.match(key) else None
        if match and len(fields) < v.MAX_RECORD_ENTRIES:
            fields.setdefault(key, v.text(match[1]) or "")
    return fields


def _voltage(fields: dict[str, str], *, ions: bool) -> float | None:
    if ions:
        return v.volts(fields.get("AP_FIB_EHT_ACTUAL"))
    return v.volts(fields.get("AP_ACTUALKV")) or v.volts(fields.get("AP_MANUALKV"))


def _pixel_size_m(fields: dict[str, str], lines: list[str], width: int) -> float | None:
    """Size of a stored pixel.

    AP_PIXEL_SIZE belongs to the 1024 pixels of the live picture and is never used. AP_IMAGE_PIXEL_SIZE
    has four digits; the number in the head of the record has seven but needs to be scaled from 1024
    pixels, so it only sharpens a value that it agrees with.
    """
    stated = v.metres(fields.get("AP_IMAGE_PIXEL_SIZE"))
    if stated is None:
        across = v.metres(fields.get("AP_WIDTH"))
        stored = v.split_number(fields.get("DP_IMAGE_STORE"))
        columns = int(stored[0]) if stored and stored[0] >= 1 else width
        stated = None if across is None else across / columns
    head = v.number(lines[3]) if len(lines) > 3 else None
    exact = None if head is None or width <= 0 else head * _REFERENCE_WIDTH / width
    if stated is None or exact is None or abs(exact - stated) > _AGREES * stated:
        return stated
    return exact
