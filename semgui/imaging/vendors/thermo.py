"""FEI and Thermo Fisher: INI text in TIFF tag 34682 (older: 34680), XML in 34683.

Lengths are metres, voltages volts, angles radians. Two older layouts of tag 34680 exist: the same as
34682, and the "[DatabarData]" of the XL30 with millimetres.
"""

from __future__ import annotations

import math
from datetime import datetime
from xml.etree.ElementTree import Element

from semgui.domain.metadata import SemMetadata
from semgui.imaging.vendors import values as v
from semgui.imaging.vendors.xml import as_record, child_text, with_unit

VENDOR = "thermo"
_CLOCKS = ("%I:%M:%S %p", "%H:%M:%S %p", "%H:%M:%S")


def parse_ini(record: str, width: int, height: int) -> SemMetadata | None:
    """Parse the text of tag 34682 or 34680; ``None`` if it is something else."""
    sections = v.ini_sections(record)
    if "DatabarData" in sections:
        return _parse_xl30(sections)
    if not {"System", "Beam", "User", "Image"} & sections.keys():
        return None
    return _parse_xt(sections, width, height)


def _parse_xt(sections: v.Sections, width: int, height: int) -> SemMetadata:
    def get(section: str, key: str) -> str | None:
        return sections.get(section, {}).get(key) or None

    beam = get("Beam", "Beam") or "EBeam"
    scan = get("Beam", "Scan") or "EScan"
    hfw = v.metres(get(beam, "HFW") or get("Scan", "HorFieldsize") or get(scan, "HorFieldsize"), "m")
    columns = v.number(get("Image", "ResolutionX")) or width
    pixel = v.metres(get("Scan", "PixelWidth") or get(scan, "PixelWidth"), "m")
    if pixel is None and hfw is not None:
        pixel = hfw / columns
    same_width = columns == width
    rows = v.number(get("Image", "ResolutionY"))
    return SemMetadata(
        vendor=VENDOR,
        pixel_size_nm=v.pixel_size_nm(pixel),
        hv_kv=v.hv_kv(v.volts(get(beam, "HV") or get("Beam", "HV"), "v")),
        wd_mm=v.wd_mm(v.metres(get(beam, "WD") or get("Stage", "WorkingDistance"), "m")),
        magnification=_displayed_magnification(sections, hfw),
        tilt_deg=v.tilt_deg(v.degrees(get("Stage", "StageT") or get(beam, "StageTa"), "rad")),
        detector=v.text(get("Detectors", "Name")),
        instrument=v.text(get("System", "SystemType")),
        acquired_at=_acquired_at(sections),
        databar_row=v.databar_row(rows, height) if same_width else None,
        record=dict(sections),
    )


def _displayed_magnification(sections: v.Sections, hfw: float | None) -> float | None:
    """Magnification printed in the databar: width of the assumed screen or print over the field of view.

    xT stores no magnification. Where the databar does not show one, the reference width belongs to
    some other display, so nothing is said.
    """
    shown = sections.get("PrivateFei", {}).get("DataBarSelected", "").lower().split()
    canvas = v.metres(sections.get("Image", {}).get("MagCanvasRealWidth"), "m")
    if "mag" not in shown or canvas is None or hfw is None or hfw <= 0:
        return None
    return v.magnification(canvas / hfw)


def _acquired_at(sections: v.Sections) -> datetime | None:
    """[User] Date and Time; month first unless that cannot be or the file's creation date disagrees."""
    user = sections.get("User", {})
    created = v.moment([sections.get("PrivateFei", {}).get("TimeOfCreation")], ["%d.%m.%Y %H:%M:%S"])
    day, clock = user.get("Date", ""), user.get("Time", "")
    orders = ["%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d"]
    readings = [v.moment([f"{day} {clock}"], [f"{order} {form}" for form in _CLOCKS]) for order in orders]
    stated = [reading for reading in readings if reading is not None]
    if not stated:
        return created
    return next((r for r in stated if created is not None and r.date() == created.date()), stated[0])


def _parse_xl30(sections: v.Sections) -> SemMetadata:
    bar = sections["DatabarData"]
    ions = bar.get("iImageType") == "2"
    return SemMetadata(
        vendor=VENDOR,
        hv_kv=v.hv_kv(v.volts(bar.get("flIonAccV" if ions else "HighTension"), "v")),
        wd_mm=v.wd_mm(v.metres(bar.get("FWD"), "mm")),
        magnification=v.magnification(bar.get("Magnification")),
        record=dict(sections),
    )


def parse_xml_metadata(root: Element, width: int, height: int) -> SemMetadata:
    """Parse the ``<Metadata>`` of tag 34683, which newer files have beside or instead of the INI text."""
    rows = v.number(child_text(root, "BinaryResult/ImageSize/Y"))
    columns = v.number(child_text(root, "BinaryResult/ImageSize/X"))
    tilt = v.number(child_text(root, "StageSettings/StagePosition/Tilt/Alpha"))
    return SemMetadata(
        vendor=VENDOR,
        pixel_size_nm=v.pixel_size_nm(v.metres(with_unit(root, "BinaryResult/PixelSize/X"), "m")),
        hv_kv=v.hv_kv(v.volts(child_text(root, "Optics/AccelerationVoltage"), "v")),
        wd_mm=v.wd_mm(v.metres(child_text(root, "Optics/WorkingDistance"), "m")),
        tilt_deg=v.tilt_deg(None if tilt is None else math.degrees(tilt)),
        detector=child_text(root, "Detectors/ScanningDetector/DetectorName"),
        instrument=child_text(root, "Instrument/InstrumentClass"),
        acquired_at=v.iso_moment(child_text(root, "Acquisition/AcquisitionDatetime")),
        databar_row=v.databar_row(rows, height) if columns == width else None,
        record=as_record(root),
    )
