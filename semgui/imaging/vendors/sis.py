"""Olympus / analySIS: a binary record at TIFF tag 33560, as far as it is known (no specification exists).

Layout as in tifffile's ``read_sis`` (C. Gohlke, BSD-3-Clause).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import datetime

from semgui.domain.metadata import SemMetadata
from semgui.imaging.vendors import values as v

VENDOR = "sis"
_HEADER = struct.Struct("<4s6xhhhhh6x32sH")
_ENTRY = struct.Struct("<hhI")
_GENERAL = struct.Struct("<10xhdd8xd2x34s32s")
_GENERAL_KIND = 1
_MAX_ENTRIES = 256


def parse(read_at: Callable[[int, int], bytes], offset: int) -> SemMetadata | None:
    """Parse the record at `offset` of the file.

    Parameters
    ----------
    read_at
        Returns that many bytes from a place in the file (the record points elsewhere into it).
    offset
        Where tag 33560 points.

    Returns
    -------
    Metadata, or ``None`` if there is no such record.
    """
    magic, minute, hour, day, month, year, name, entries = _HEADER.unpack(read_at(offset, _HEADER.size))
    if magic != b"SIS0":
        return None
    taken = _moment(1900 + year, month + 1, day, hour, minute)
    entries = min(entries, _MAX_ENTRIES)
    table = read_at(offset + _HEADER.size, entries * _ENTRY.size)
    for kind, _, where in _ENTRY.iter_unpack(table):
        if kind == _GENERAL_KIND:
            exponent, x_size, _, magnification, camera, picture = _GENERAL.unpack(
                read_at(where, _GENERAL.size)
            )
            size_m = x_size * 10.0**exponent if abs(exponent) <= 30 else None
            return SemMetadata(
                vendor=VENDOR,
                pixel_size_nm=v.pixel_size_nm(size_m),
                magnification=v.magnification(magnification),
                detector=_name(camera),
                acquired_at=taken,
                record={"name": _name(name), "camera": _name(camera), "picture": _name(picture)},
            )
    return SemMetadata(vendor=VENDOR, acquired_at=taken, record={"name": _name(name)})


def _name(raw: bytes) -> str | None:
    return v.text(raw.split(b"\0")[0].decode("cp1252", errors="replace"))


def _moment(year: int, month: int, day: int, hour: int, minute: int) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute)  # the file names no time zone
    except ValueError:
        return None
