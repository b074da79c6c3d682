"""The vendors' own TIFF tags, as far as programs read them."""

from __future__ import annotations

import math

from semgui.sample.exposure import Exposure

ZEISS_TAG = 34118
THERMO_TAG = 34682
Tag = tuple[int, str, int, str, bool]
"""Number, type, count, text, written once: what tifffile takes as an extra tag."""

_SMARTSEM_WIDTH = 1024  # the width that the pixel size in the head of the record refers to


def zeiss_text(exposure: Exposure) -> str:
    """Return SmartSEM's record: a head of numbers, then pairs of lines, key and value."""
    pixel_m = exposure.pixel_size_nm * 1e-9
    pairs = (
        ("DP_SEM", f"SEM = {exposure.instrument.model}"),
        ("DP_DETECTOR_CHANNEL", f"Signal A = {exposure.detector}"),
        ("DP_IMAGE_STORE", f"Store resolution = {exposure.width} * {round(exposure.width * 0.75)}"),
        ("AP_ACTUALKV", f"EHT = {exposure.hv_kv:.2f} kV"),
        ("AP_WD", f"WD = {exposure.wd_mm:.1f} mm"),
        ("AP_MAG", f"Mag = {exposure.magnification / 1000:.2f} K X"),
        ("AP_WIDTH", f"Width = {exposure.field_of_view_um:.4g} µm".replace("µ", "u")),
        ("AP_IMAGE_PIXEL_SIZE", f"Image Pixel Size = {exposure.pixel_size_nm:.4g} nm"),
        ("AP_PIXEL_SIZE", f"Pixel Size = {exposure.pixel_size_nm * exposure.width / _SMARTSEM_WIDTH:.4g} nm"),
        ("AP_STAGE_AT_T", f"Stage at T = {exposure.tilt_deg:.1f} deg"),
        ("AP_TILT_ANGLE", "Tilt Angle = 0.0 deg"),
        ("AP_DATE", f"Date :{exposure.acquired_at:%d %b %Y}"),
        ("AP_TIME", f"Time :{exposure.acquired_at:%H:%M:%S}"),
    )
    head = ["0", "0", "0", f"{pixel_m * exposure.width / _SMARTSEM_WIDTH:.9e}"]
    return "\r\n".join([*head, *(line for pair in pairs for line in pair), ""])


def thermo_text(exposure: Exposure, rows: int) -> str:
    """Return xT's record: INI text in metres, volts and radians; `rows` without the databar."""
    pixel_m = exposure.pixel_size_nm * 1e-9
    sections: dict[str, dict[str, str]] = {
        "User": {
            "Date": f"{exposure.acquired_at:%m/%d/%Y}",
            "Time": f"{exposure.acquired_at:%I:%M:%S %p}",
            "UserText": "",
        },
        "System": {"SystemType": exposure.instrument.model, "Software": "10.1"},
        "Beam": {"HV": f"{exposure.hv_kv * 1000:g}", "Beam": "EBeam", "Scan": "EScan"},
        "EBeam": {
            "HV": f"{exposure.hv_kv * 1000:g}",
            "WD": f"{exposure.wd_mm / 1000:.6g}",
            "HFW": f"{pixel_m * exposure.width:.9e}",
        },
        "EScan": {"PixelWidth": f"{pixel_m:.9e}", "PixelHeight": f"{pixel_m:.9e}"},
        "Stage": {"StageT": f"{math.radians(exposure.tilt_deg):.9g}"},
        "Image": {
            "ResolutionX": str(exposure.width),
            "ResolutionY": str(rows),
            "MagCanvasRealWidth": "0.128",
        },
        "Detectors": {"Number": "1", "Name": exposure.detector},
        "PrivateFei": {
            "DatabarHeight": "0",
            "DataBarSelected": "HV tilt WD det HFW mag MicronBar Label",
            "TimeOfCreation": f"{exposure.acquired_at:%d.%m.%Y %H:%M:%S}",
        },
    }
    lines = [
        f"[{name}]\r\n" + "".join(f"{k}={v}\r\n" for k, v in body.items()) for name, body in sections.items()
    ]
    return "\r\n".join(lines)


def tags_for(exposure: Exposure, rows: int) -> list[Tag]:
    """Return the extra tags of a picture; `rows` is the height of the specimen picture."""
    if exposure.instrument.vendor == "zeiss":
        return [(ZEISS_TAG, "s", 0, zeiss_text(exposure), True)]
    return [(THERMO_TAG, "s", 0, thermo_text(exposure, rows), True)]
