"""ZEISS records in XML: Fibics / ATLAS (tag 51023) and the Orion helium-ion microscope (tag 65000)."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from semgui.domain.metadata import SemMetadata
from semgui.imaging.vendors import values as v
from semgui.imaging.vendors.xml import as_record, child_text, with_unit

VENDOR = "zeiss"


def parse_fibics(root: Element, width: int) -> SemMetadata:
    """Parse tag 51023.

    Voltage and working distance stand there only as free text. The tilt refers to ATLAS's own axes (90°
    for a stage at 54°), and "Machine" names the computer: neither is taken.
    """
    across = v.metres(with_unit(root, "Scan/FOV_X", "units"))
    date = v.iso_moment(child_text(root, "Application/Date"))
    return SemMetadata(
        vendor=VENDOR,
        pixel_size_nm=v.pixel_size_nm(None if across is None else across / width),
        detector=child_text(root, "Image/Detector"),
        # Local time of the instrument, like every other record; the zone stays in `record`.
        acquired_at=None if date is None else date.replace(tzinfo=None, microsecond=0),
        record=as_record(root),
    )


def parse_orion(root: Element, width: int, height: int) -> SemMetadata:
    """Parse tag 65000: elements with ``<Value>`` and ``<Units>``.

    The time stamp is written in the computer's own order of day and month, which nothing in the file
    tells, so it is only kept in `record`.
    """

    def quantity(name: str) -> str | None:
        found = root.find(name)
        if found is None:
            return None
        return f"{found.findtext('Value') or ''} {found.findtext('Units') or ''}".strip()

    def value(name: str) -> str | None:
        found = root.find(name)
        return None if found is None else v.text(found.findtext("Value"))

    across = v.metres(quantity("Fov"))
    columns = v.number(value("ImageWidth")) or width
    return SemMetadata(
        vendor=VENDOR,
        pixel_size_nm=v.pixel_size_nm(None if across is None else across / columns),
        hv_kv=v.hv_kv(v.volts(quantity("AccelerationVoltage"))),
        wd_mm=v.wd_mm(v.metres(quantity("WorkingDistance"))),
        magnification=v.magnification(value("Magnification4x5")),
        tilt_deg=v.tilt_deg(v.degrees(quantity("StageTilt"))),
        detector=value("DetectorName"),
        databar_row=v.databar_row(v.number(value("ImageHeight")), height) if columns == width else None,
        record=as_record(root),
    )
