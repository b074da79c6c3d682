"""Numbers, lengths, dates and texts as vendors write them; what cannot be is ``None``."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

MAX_TEXT = 500
MAX_RECORD_ENTRIES = 5000
_NUMBER = re.compile(r"\s*=?\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*)", re.DOTALL)
_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
# The letters for micro: Greek mu, the micro sign, u, and what broken encodings make of them.
_MICRO = ("µ", "μ", "u", "Âµ", "Î¼", "?", "\ufffd")

_LENGTHS_M = {"pm": 1e-12, "å": 1e-10, "a": 1e-10, "nm": 1e-9, "mm": 1e-3, "cm": 1e-2, "m": 1.0}
_LENGTHS_M |= {"micron": 1e-6, "microns": 1e-6, "millimeters": 1e-3, "nanometers": 1e-9, "meters": 1.0}
_LENGTHS_M |= {f"{micro}m".lower(): 1e-6 for micro in _MICRO}
_VOLTAGES_V = {"v": 1.0, "volt": 1.0, "volts": 1.0, "kv": 1e3, "mv": 1e-3, "ev": 1.0, "kev": 1e3}
_ANGLES_DEG = {"deg": 1.0, "degree": 1.0, "degrees": 1.0, "°": 1.0, "rad": 180 / math.pi}

# What a scanning electron (or ion) microscope can do; anything beyond is a damaged number.
MAX_HV_KV = 400.0
MAX_WD_MM = 1000.0
MAX_PIXEL_NM = 1e7
MAX_MAGNIFICATION = 1e8


def text(value: Any) -> str | None:
    """One line of plain text: control characters gone, length capped, ``None`` if nothing is left."""
    if value is None:
        return None
    cleaned = _CONTROL.sub(" ", str(value)).strip()
    return cleaned[:MAX_TEXT] or None


def split_number(value: Any) -> tuple[float, str] | None:
    """Leading finite number and the rest ("50.00 K X" → 50.0, "K X"); ``None`` if there is none."""
    if value is None or isinstance(value, bool):
        return None
    match = _NUMBER.match(str(value)[:MAX_TEXT])
    if match is None:
        return None
    parsed = float(match[1])
    return (parsed, match[2].strip()) if math.isfinite(parsed) else None


def number(value: Any) -> float | None:
    """Return a bare finite number; ``None`` for "notafloat", HTML, nan, or a number with a tail."""
    parts = split_number(value)
    return parts[0] if parts is not None and not parts[1] else None


def _in_unit(value: Any, units: dict[str, float], default: str | None) -> float | None:
    parts = split_number(value)
    if parts is None:
        return None
    unit = parts[1].lower() or default
    factor = units.get(unit) if unit is not None else None
    return None if factor is None else parts[0] * factor


def metres(value: Any, default: str | None = None) -> float | None:
    """Length in metres; `default` is the unit where the text states none (``None``: then unknown)."""
    return _in_unit(value, _LENGTHS_M, default)


def volts(value: Any, default: str | None = None) -> float | None:
    """Voltage in volts; `default` as for `metres`."""
    return _in_unit(value, _VOLTAGES_V, default)


def degrees(value: Any, default: str | None = None) -> float | None:
    """Return an angle in degrees; `default` as for `metres`."""
    return _in_unit(value, _ANGLES_DEG, default)


def _checked(value: float | None, low: float, high: float) -> float | None:
    """Return a value in range, without the digits that conversion of units adds (11.164999999999999)."""
    return float(f"{value:.9g}") if value is not None and low < value <= high else None


def pixel_size_nm(length_m: float | None) -> float | None:
    """Pixel size in nm, if it can be one."""
    return _checked(None if length_m is None else length_m * 1e9, 1e-3, MAX_PIXEL_NM)


def hv_kv(voltage: float | None) -> float | None:
    """Accelerating voltage in kV, positive (ion columns and Phenom write it negative)."""
    return _checked(None if voltage is None else abs(voltage) / 1e3, 0.0, MAX_HV_KV)


def wd_mm(length_m: float | None) -> float | None:
    """Working distance in mm; zero or negative ones (navigation cameras) are none."""
    return _checked(None if length_m is None else length_m * 1e3, 0.0, MAX_WD_MM)


def magnification(value: Any) -> float | None:
    """Magnification; understands "50.00 K X"."""
    parts = split_number(value)
    if parts is None:
        return None
    tail = parts[1].lower().replace(" ", "").replace("×", "x")
    factor = {"": 1.0, "x": 1.0, "k": 1e3, "kx": 1e3, "mx": 1e6}.get(tail)
    return _checked(None if factor is None else parts[0] * factor, 0.0, MAX_MAGNIFICATION)


def tilt_deg(angle: float | None) -> float | None:
    """Stage tilt in degrees, if a stage can do it."""
    # No stage tilts beyond upside down; "+ 0.0" turns -0.0 into 0.0.
    return None if angle is None or abs(angle) > 180 else float(f"{angle:.9g}") + 0.0


def moment(candidates: Iterable[str | None], formats: Iterable[str]) -> datetime | None:
    """First candidate that one of the `strptime` formats fits, without a time zone."""
    formats = tuple(formats)
    for candidate in candidates:
        cleaned = text(candidate)
        if cleaned is None:
            continue
        for form in formats:
            try:
                return datetime.strptime(cleaned, form).replace(tzinfo=None)
            except ValueError:
                continue
    return None


def iso_moment(value: Any) -> datetime | None:
    """ISO 8601 date and time; fractions of a second and the zone are kept if stated."""
    cleaned = text(value)
    if cleaned is None:
        return None
    try:
        return datetime.fromisoformat(cleaned)
    except ValueError:
        return None


def databar_row(specimen_height: float | None, height: int) -> int | None:
    """First row of the bar, from the height of the specimen's part of the picture."""
    if specimen_height is None or not 0 < specimen_height < height:
        return None
    return int(specimen_height)


def decode_text(data: bytes) -> str:
    """Text of a tag or sidecar in whatever encoding: UTF-16 or UTF-8 with a mark, UTF-8, or 8-bit."""
    data = data.rstrip(b"\0")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _even(data).decode("utf-16", errors="replace")
    if data[1::2].count(0) > len(data) // 4:
        return _even(data).decode("utf-16-le", errors="replace")
    if data[0::2].count(0) > len(data) // 4:
        return _even(data).decode("utf-16-be", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _even(data: bytes) -> bytes:
    """Give back the zero byte of the last letter that went with the padding."""
    return data + b"\0" * (len(data) % 2)


def lines_of(record: str) -> list[str]:
    """Lines ended by CR, LF or both; `str.splitlines` would also break at letters that texts may hold."""
    return _LINE_ENDS.split(record)


Sections = dict[str, dict[str, str]]


def ini_sections(record: str) -> Sections:
    """INI text without interpolation (user texts hold "%"); keys before any section go under ""."""
    sections: Sections = {}
    current: dict[str, str] = {}
    entries = 0
    for line in lines_of(record):
        stripped = line.strip()
        if stripped.startswith("[") and stripped.endswith("]"):
            current = sections.setdefault(stripped[1:-1].strip()[:MAX_TEXT], {})
            continue
        key, equals, value = stripped.partition("=")
        if not equals or not key.strip() or entries >= MAX_RECORD_ENTRIES:
            continue
        if not sections:
            current = sections.setdefault("", {})
        entries += 1
        current.setdefault(text(key) or "", text(value) or "")
    return sections
