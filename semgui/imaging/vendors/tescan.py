"""TESCAN: TIFF tag 50431, or a sidecar ``x.hdr`` or ``x-tif.hdr``; SI units.

The tag is a chain of chunks: u32 length of what follows, u16 type (1 thumbnail, 2 MAIN, 3 SEM, 5 FIB),
data; little-endian whatever the file is.
"""

from __future__ import annotations

import struct

from semgui.domain.metadata import SemMetadata
from semgui.imaging.vendors import values as v

VENDOR = "tescan"
_SECTION_OF_CHUNK = {2: "MAIN", 3: "SEM", 5: "FIB"}
_STARTS = (b"AccFrames=", b"3DBeamTiltX=", b"AcceleratorVoltage=")


def parse_tag(data: bytes, height: int) -> SemMetadata | None:
    """Parse tag 50431; ``None`` if there is no text of TESCAN in it."""
    sections = _chunks(data) or _text_anywhere(data)
    return parse_sections(sections, height) if sections else None


def parse_hdr(record: str, height: int) -> SemMetadata | None:
    """Parse a sidecar; ``None`` if it is something else."""
    sections = v.ini_sections(record)
    return parse_sections(sections, height) if "MAIN" in sections else None


def parse_sections(sections: v.Sections, height: int) -> SemMetadata:
    """Turn the MAIN section and that of the column that made the picture into metadata."""
    main = sections.get("MAIN", {})
    column = sections.get("SEM") or sections.get("FIB") or {}
    strip = v.number(main.get("ImageStripSize"))
    return SemMetadata(
        vendor=VENDOR,
        pixel_size_nm=v.pixel_size_nm(v.metres(main.get("PixelSizeX"), "m")),
        hv_kv=v.hv_kv(v.volts(column.get("HV") or column.get("AcceleratorVoltage"), "v")),
        wd_mm=v.wd_mm(v.metres(column.get("WD"), "m")),
        magnification=v.magnification(main.get("Magnification")),
        tilt_deg=v.tilt_deg(v.degrees(column.get("StageTilt"), "deg")),
        detector=v.text(column.get("Detector") or column.get("Detector0")),
        instrument=v.text(main.get("Device")),
        acquired_at=v.moment(
            [f"{main.get('Date', '')} {main.get('Time', '')}"],
            ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%d.%m.%Y %H:%M:%S"],
        ),
        databar_row=None if not strip else v.databar_row(height - strip, height),
        record=dict(sections),
    )


def _chunks(data: bytes) -> v.Sections:
    sections: v.Sections = {}
    position = 0
    while position + 6 <= len(data):
        length, kind = struct.unpack_from("<IH", data, position)
        end = position + 4 + length
        if length < 2 or end > len(data):
            break
        name = _SECTION_OF_CHUNK.get(kind)
        if name is not None:
            fields = v.ini_sections(v.decode_text(data[position + 6 : end])).get("")
            if fields:
                sections[name] = fields
        position = end
    return sections


def _text_anywhere(data: bytes) -> v.Sections:
    """Older writers order the chunks otherwise: take the text from its first known key on."""
    found = [position for start in _STARTS if (position := data.find(start)) >= 0]
    if not found:
        return {}
    fields = v.ini_sections(v.decode_text(data[min(found) :])).get("", {})
    return {"MAIN": fields, "SEM": fields} if fields else {}
