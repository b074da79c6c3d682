"""Phenom: ``<FeiImage>`` XML in TIFF tag 34683, or in a comment or application segment of a JPEG."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from semgui.domain.metadata import SemMetadata
from semgui.imaging.vendors import values as v
from semgui.imaging.vendors.xml import as_record, child_text, with_unit

VENDOR = "phenom"
ROOT_TAG = "FeiImage"


def parse(root: Element, height: int) -> SemMetadata:
    """Parse the XML; units are taken from its attributes."""
    bar = v.number(child_text(root, "databarHeight"))
    voltage = with_unit(root, "acquisition/scan/highVoltage") or with_unit(root, ".//highVoltage")
    tilt = with_unit(root, "multiStage/axis[@id='T']") or with_unit(root, ".//tilt")
    return SemMetadata(
        vendor=VENDOR,
        pixel_size_nm=v.pixel_size_nm(v.metres(with_unit(root, "pixelWidth"))),
        hv_kv=v.hv_kv(v.volts(voltage)),
        wd_mm=v.wd_mm(v.metres(with_unit(root, "workingDistance"))),
        magnification=v.magnification(child_text(root, "magnification")),
        tilt_deg=v.tilt_deg(v.degrees(tilt)),
        detector=child_text(root, "acquisition/scan/detector"),
        instrument=child_text(root, "instrument/type"),
        acquired_at=v.iso_moment(child_text(root, "time")),
        databar_row=None if not bar else v.databar_row(height - bar, height),
        record=as_record(root),
    )
