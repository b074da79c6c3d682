"""Layouts of vendor records that real files have, written here as those files write them."""

from __future__ import annotations

import struct
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from semgui.domain.metadata import SemMetadata
from semgui.imaging.reader import read_info
from semgui.imaging.vendors import hitachi, jeol, tescan, thermo, zeiss
from tests.imaging.files import ASCII, BYTE, UNDEFINED, Tags, grey_tags, tiff, write

WIDTH, HEIGHT = 64, 48


def metadata_of(folder: Path, tags: Tags, *, width: int = WIDTH, height: int = HEIGHT) -> SemMetadata:
    data = tiff(grey_tags(width, height) | dict(tags), [bytes(width * height)])
    return read_info(write(folder / "a.tif", data)).metadata


# ---- FEI / Thermo ----

XT = """[User]
Date={date}
Time={time}
UserText=100 % sure = yes
[System]
SystemType=Nova NanoSEM
[Beam]
HV=30000
Beam={beam}
Scan={scan}
[EBeam]
HV=15000
HFW=6.4e-05
WD=0.0052
[IBeam]
HV=30000
HFW=3.2e-05
WD=0.0165
[{scan}]
PixelWidth=5e-7
[Stage]
StageT=0.907571
[Image]
ResolutionX=64
ResolutionY=40
MagCanvasRealWidth=0.128
[Detectors]
Number=1
Name=TLD
[PrivateFei]
DataBarSelected=HV {mag} det
DatabarHeight=0
TimeOfCreation={created}
"""


def xt(**changes: str) -> SemMetadata:
    fields = {
        "date": "09/25/2018",
        "time": "08:20:42 PM",
        "beam": "EBeam",
        "scan": "EScan",
        "mag": "Mag",
        "created": "",
    }
    parsed = thermo.parse_ini(XT.format(**(fields | changes)), WIDTH, HEIGHT)
    assert parsed is not None
    return parsed


def test_xt() -> None:
    found = xt()
    assert found.hv_kv == 15
    assert found.wd_mm == 5.2
    assert found.pixel_size_nm == 500
    assert found.magnification == pytest.approx(2000)
    assert found.tilt_deg == pytest.approx(52, abs=0.01)  # radians in the file
    assert found.databar_row == 40  # DatabarHeight says 0
    assert found.record["User"]["UserText"] == "100 % sure = yes"


def test_xt_takes_the_column_that_made_the_picture() -> None:
    found = xt(beam="IBeam", scan="IScan")
    assert (found.hv_kv, found.wd_mm, found.pixel_size_nm) == (30, 16.5, 500)


def test_xt_names_no_magnification_that_was_not_shown() -> None:
    assert xt(mag="HFW").magnification is None


@pytest.mark.parametrize(
    ("date", "time", "created", "expected"),
    [
        ("09/25/2018", "08:20:42 PM", "", datetime(2018, 9, 25, 20, 20, 42)),
        ("09/25/2018", "20:20:42 PM", "", datetime(2018, 9, 25, 20, 20, 42)),
        ("09/25/2018", "20:20:42", "", datetime(2018, 9, 25, 20, 20, 42)),
        ("25/09/2018", "08:20:42 AM", "", datetime(2018, 9, 25, 8, 20, 42)),
        ("05/09/2018", "08:20:42 AM", "", datetime(2018, 5, 9, 8, 20, 42)),
        ("05/09/2018", "08:20:42 AM", "05.09.2018 08:20:43", datetime(2018, 9, 5, 8, 20, 42)),
        ("", "", "05.09.2018 08:20:43", datetime(2018, 9, 5, 8, 20, 43)),
        ("99/99/2018", "x", "", None),
    ],
)
def test_xt_dates(date: str, time: str, created: str, expected: datetime | None) -> None:
    assert xt(date=date, time=time, created=created).acquired_at == expected


def test_xt_without_a_pixel_width_divides_the_field_of_view() -> None:
    record = "[System]\nType=SEM\n[Beam]\nBeam=EBeam\n[EBeam]\nHFW=6.4e-005\n[Image]\nResolutionX=64\n"
    parsed = thermo.parse_ini(record, WIDTH, HEIGHT)
    assert parsed is not None
    assert parsed.pixel_size_nm == 1000


def test_the_older_tag_and_the_xl30(tmp_path: Path) -> None:
    record = (
        b"[DatabarData]\r\nHighTension = 10000\r\nMagnification = 2500\r\nFWD = 5.2\r\niImageType = 1\r\n"
    )
    found = metadata_of(tmp_path, {34680: (ASCII, record)})
    assert (found.vendor, found.hv_kv, found.magnification, found.wd_mm) == ("thermo", 10, 2500, 5.2)
    assert found.pixel_size_nm is None


def test_thermo_xml_alone(tmp_path: Path) -> None:
    xml = b"""<?xml version="1.0"?><Metadata xmlns:nil="http://schemas.fei.com/Metadata/v1/2013/07">
    <Instrument><InstrumentClass>Apreo 2</InstrumentClass></Instrument>
    <Acquisition><AcquisitionDatetime>2024-05-01T12:56:16</AcquisitionDatetime></Acquisition>
    <Optics><AccelerationVoltage>2000</AccelerationVoltage><WorkingDistance>0.004</WorkingDistance></Optics>
    <StageSettings><StagePosition><Tilt><Alpha>0.5235988</Alpha></Tilt></StagePosition></StageSettings>
    <Detectors><ScanningDetector><DetectorName>T1</DetectorName></ScanningDetector></Detectors>
    <BinaryResult><ImageSize><X>64</X><Y>44</Y></ImageSize>
    <PixelSize><X unit="m" unitPrefixPower="1">2E-09</X></PixelSize></BinaryResult></Metadata>"""
    found = metadata_of(tmp_path, {34683: (ASCII, xml)})
    assert (found.vendor, found.instrument, found.detector) == ("thermo", "Apreo 2", "T1")
    assert (found.hv_kv, found.wd_mm, found.pixel_size_nm) == (2, 4, 2)
    assert found.tilt_deg == pytest.approx(30, abs=1e-4)
    assert found.databar_row == 44


# ---- ZEISS ----

HEAD = ["0", "0", "0", "{size:e}", "5e4", "6", "5e3", "2.3", "2e-7", "3.9e-3"]


def smartsem(*lines: str, size: float = 0.0, width: int = 1024) -> SemMetadata | None:
    return zeiss.parse("\r\n".join([line.format(size=size) for line in HEAD] + list(lines)), width)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("11.16 nm", 11.16),
        ("2.615 µm", 2615),
        ("558.2 pm", 0.5582),
        ("2.615 um", 2615),
        ("1.2 mm", 1.2e6),
        ("7", None),
    ],
)
def test_smartsem_units(stated: str, expected: float | None) -> None:
    found = smartsem(
        "AP_IMAGE_PIXEL_SIZE", f"Image Pixel Size = {stated}", "AP_PIXEL_SIZE", "Pixel Size = 99 nm"
    )
    assert found is not None
    assert found.pixel_size_nm == expected


def test_smartsem_precise_number_only_where_it_agrees() -> None:
    stated = ("AP_IMAGE_PIXEL_SIZE", "Image Pixel Size = 11.16 nm")
    exact = smartsem(*stated, size=11.165e-9)
    assert exact is not None
    assert exact.pixel_size_nm == pytest.approx(11.165)
    other = smartsem(*stated, size=22.33e-9)
    assert other is not None
    assert other.pixel_size_nm == 11.16
    half = smartsem(*stated, size=22.33e-9, width=2048)
    assert half is not None
    assert half.pixel_size_nm == pytest.approx(11.165)


def test_old_smartsem_without_image_pixel_size() -> None:
    found = smartsem("AP_WIDTH", "Width = 5.965 µm", "AP_PIXEL_SIZE", "Pixel Size = 5.825 nm", width=512)
    assert found is not None
    assert found.pixel_size_nm == pytest.approx(11.65, rel=1e-4)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("50.00 K X", 5e4), ("105 X", 105), ("1.20 M X", 1.2e6), ("2.00 KX", 2000), ("x", None)],
)
def test_smartsem_magnification(stated: str, expected: float | None) -> None:
    found = smartsem("AP_MAG", f"Mag =  {stated}")
    assert found is not None
    assert found.magnification == expected


@pytest.mark.parametrize(
    ("date", "time"), [("Date :9 Dec 2019", "Time :9:18:36"), ("Date: 09 Dec 2019", "Time: 09:18:36")]
)
def test_smartsem_dates_and_the_rest(date: str, time: str) -> None:
    found = smartsem(
        *(
            "AP_DATE",
            date,
            "AP_TIME",
            time,
            "AP_TILT_ANGLE",
            "Tilt Angle = 70.0 °",
            "AP_STAGE_AT_T",
            "Stage at T = 36.0 °",
        ),
        *(
            "AP_ACTUALKV",
            "EHT =  5.00 kV",
            "AP_WD",
            "WD =  3.9 mm",
            "DP_DETECTOR_CHANNEL",
            "Signal A = HE-SE2",
        ),
        *("SV_SERIAL_NUMBER", "Serial No. = Merlin-61-08"),
    )
    assert found is not None
    assert found.acquired_at == datetime(2019, 12, 9, 9, 18, 36)
    assert (found.tilt_deg, found.hv_kv, found.wd_mm) == (36, 5, 3.9)
    assert (found.detector, found.instrument) == ("HE-SE2", "Merlin-61-08")


def test_smartsem_copy_in_utf16(tmp_path: Path) -> None:
    record = "AP_ACTUALKV\r\nEHT = 5.00 kV\r\nAP_WIDTH\r\nWidth = 6.4 µm\r\n".encode("utf-16-le")
    found = metadata_of(tmp_path, {34119: (UNDEFINED, record)})
    assert (found.vendor, found.hv_kv, found.pixel_size_nm) == ("zeiss", 5, 100)


def test_an_ion_picture_is_not_described_by_the_electron_column() -> None:
    found = smartsem(
        *(
            "DP_FIB_IMAGING",
            "FIB Imaging = FIB",
            "AP_ACTUALKV",
            "EHT = 5 kV",
            "AP_FIB_EHT_ACTUAL",
            "FIB EHT = 30.00 kV",
        ),
        *("AP_WD", "WD = 5 mm", "AP_IMAGE_PIXEL_SIZE", "Image Pixel Size = 7 nm"),
    )
    assert found is not None
    assert (found.hv_kv, found.wd_mm, found.pixel_size_nm) == (30, None, None)


# ---- TESCAN ----


def tescan_chunk(kind: int, data: bytes) -> bytes:
    return struct.pack("<IH", len(data) + 2, kind) + data


MAIN = (
    b"Date=2016-05-16\r\nDevice=LYRA3 GMU\r\nImageStripSize=8\r\nMagnification=1.5e3\r\n"
    b"PixelSizeX=2.5e-9\r\nTime=16:03:27\r\n"
)
FIB = b"HV=30e3\r\nWD=9.0e-3\r\nDetector=SE\r\nStageTilt=55.0\r\n"


def test_tescan_ion_column_in_a_big_endian_file(tmp_path: Path) -> None:
    blob = tescan_chunk(1, b"\xff" * 100) + tescan_chunk(2, MAIN) + tescan_chunk(5, FIB)
    data = tiff(grey_tags(WIDTH, HEIGHT) | {50431: (BYTE, blob)}, [bytes(WIDTH * HEIGHT)], order=">")
    found = read_info(write(tmp_path / "a.tif", data)).metadata
    assert (found.hv_kv, found.wd_mm, found.tilt_deg, found.pixel_size_nm) == (30, 9, 55, 2.5)
    assert (found.instrument, found.magnification, found.databar_row) == ("LYRA3 GMU", 1500, HEIGHT - 8)
    assert found.acquired_at == datetime(2016, 5, 16, 16, 3, 27)


def test_tescan_text_whose_chunks_are_damaged() -> None:
    found = tescan.parse_tag(b"\xff" * 40 + b"AccFrames=1\r\n" + MAIN + FIB, HEIGHT)
    assert found is not None
    assert (found.hv_kv, found.pixel_size_nm) == (30, 2.5)


@pytest.mark.parametrize("name", ["a-png.hdr", "A-PNG.HDR", "a.hdr", "a.Hdr", "a_png.hdr", "a.png.hdr"])
def test_tescan_sidecar_names(tmp_path: Path, name: str) -> None:
    Image.new("L", (WIDTH, HEIGHT)).save(tmp_path / "a.png")
    (tmp_path / name).write_bytes(b"[MAIN]\r\n" + MAIN + b"[SEM]\r\nHV=5000\r\n")
    found = read_info(tmp_path / "a.png").metadata
    assert (found.vendor, found.hv_kv, found.pixel_size_nm) == ("tescan", 5, 2.5)


# ---- JEOL ----

OLD_JEOL = """$SEM_DATA_VERSION 1
$CM_ACCEL_VOLT 15.00
$CM_MAG 1000
$$SM_WD 8.5
$CM_DATE 2023/07/13
$CM_TIME 14:38:59
$CM_INSTRUMENT {instrument}
$CM_DETECTOR LED
$CM_STAGE_POS -3.120 -3.559 4.6 11.0 30.0 0
$CM_FULL_SIZE 1280 960
$$SM_MICRON_BAR 106
$$SM_MICRON_MARKER 10um
"""
NEW_JEOL = """$CM_FORMAT JEOL-SEM
$CM_ACCEL_VOLT 5.00
$CM_MAG 9000
$SM_WD 9.9
$CM_DATE 3/17/2032
$CM_TIME 1:02:03 PM
$CM_INSTRUMENT JSM-IT700HR
$CM_SIGNAL SED
$CM_IMAGE_SIZE 1280 960
$CM_STAGE_POSITION X=37.1761, Y=44.9344, R=354.9968, Z=16.90, T=12.50
{size}
$SM_MICRON_BAR 150
$SM_MICRON_MARKER 2µm
"""


@pytest.mark.parametrize(
    ("instrument", "expected", "noted"),
    [("7800F", 93.75, False), ("JSM-7600F", 93.75, False), ("4700F", 100.0, False), ("6510", 94.3396, True)],
)
def test_old_jeol(instrument: str, expected: float, noted: bool) -> None:
    parsed = jeol.parse(OLD_JEOL.format(instrument=instrument), 1280, 1024)
    assert parsed is not None
    found, notes = parsed
    assert found.pixel_size_nm == pytest.approx(expected, rel=1e-5)
    assert bool(notes) == noted
    assert (found.hv_kv, found.wd_mm, found.tilt_deg, found.databar_row) == (15, 8.5, 30, 960)
    assert found.acquired_at == datetime(2023, 7, 13, 14, 38, 59)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("$CM_PIXEL_SIZE 11.1nm", 11.1),
        ("$CM_PIXEL_SIZE 0.0111um/pixel", 11.1),
        ("$CM_FIELD_OF_VIEW 14.2um 10.65um", 11.09375),
        ("", 13.333333),
    ],
)
def test_new_jeol(size: str, expected: float) -> None:
    parsed = jeol.parse(NEW_JEOL.format(size=size), 1280, 1092)
    assert parsed is not None
    found = parsed[0]
    assert found.pixel_size_nm == pytest.approx(expected, rel=1e-6)
    assert (found.tilt_deg, found.wd_mm, found.detector, found.databar_row) == (12.5, 9.9, "SED", 960)
    assert found.acquired_at == datetime(2032, 3, 17, 13, 2, 3)


@pytest.mark.parametrize("suffix", ["jpg", "bmp", "tif"])
def test_jeol_sidecars_beside_any_picture(tmp_path: Path, suffix: str) -> None:
    Image.new("L", (WIDTH, HEIGHT)).save(tmp_path / f"IMG_001.{suffix}")
    (tmp_path / "img_001.TXT").write_bytes(OLD_JEOL.format(instrument="7800F").encode("cp932"))
    assert read_info(tmp_path / f"IMG_001.{suffix}").metadata.vendor == "jeol"


def test_jeol_record_in_the_picture(tmp_path: Path) -> None:
    found = metadata_of(
        tmp_path, {37500: (UNDEFINED, NEW_JEOL.format(size="$CM_PIXEL_SIZE 3nm").encode("utf-8"))}
    )
    assert (found.vendor, found.pixel_size_nm) == ("jeol", 3)


# ---- Hitachi ----

HITACHI = (
    "[SemImageFile]\r\nInstructName={name}\r\nImageName=another.tif\r\nDate={date}\r\nTime=14:11:33\r\n"
    "DataSize={size}\r\nPixelSize=24.8\r\nSignalName=SE(M)\r\nAcceleratingVoltage=15000 Volt\r\n"
    "DecelerationVoltage=0 Volt\r\nMagnification=4000\r\nWorkingDistance=8100 um\r\nStagePositionT=0\r\n"
)


@pytest.mark.parametrize("encoding", ["ascii", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_hitachi_sidecars_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    Image.new("L", (WIDTH, HEIGHT)).save(tmp_path / "a.tif")
    record = HITACHI.format(name="SU8230", date="03/25/2019", size="64x40")
    (tmp_path / "A.txt").write_bytes(record.encode(encoding))
    found = read_info(tmp_path / "a.tif").metadata
    assert (found.vendor, found.instrument, found.detector) == ("hitachi", "SU8230", "SE(M)")
    assert (found.pixel_size_nm, found.hv_kv, found.wd_mm, found.magnification) == (24.8, 15, 8.1, 4000)
    assert (found.tilt_deg, found.databar_row) == (0, 40)
    assert found.acquired_at == datetime(2019, 3, 25, 14, 11, 33)


def test_hitachi_record_in_the_picture(tmp_path: Path) -> None:
    record = HITACHI.format(name="TM4000Plus", date="2021/02/03", size="64x48").encode("utf-16-le")
    found = metadata_of(tmp_path, {40092: (BYTE, record + b"\0\0")})
    assert (found.vendor, found.instrument, found.databar_row) == ("hitachi", "TM4000Plus", None)


def test_hitachi_dates_that_may_mean_two_things_are_noted() -> None:
    sure = hitachi.parse(HITACHI.format(name="S-4800", date="25/03/2019", size="64x48"), WIDTH, HEIGHT)
    unsure = hitachi.parse(HITACHI.format(name="S-4800", date="04/03/2019", size="64x48"), WIDTH, HEIGHT)
    assert sure is not None
    assert unsure is not None
    assert sure[0].acquired_at == datetime(2019, 3, 25, 14, 11, 33)
    assert not sure[1]
    assert unsure[1]


def test_a_hitachi_picture_saved_at_another_size() -> None:
    half = hitachi.parse(HITACHI.format(name="x", date="", size="128x96"), WIDTH, HEIGHT)
    other = hitachi.parse(HITACHI.format(name="x", date="", size="128x50"), WIDTH, HEIGHT)
    assert half is not None
    assert other is not None
    assert half[0].pixel_size_nm == pytest.approx(49.6)
    assert other[0].pixel_size_nm is None


# ---- Phenom, analySIS ----

FEI_IMAGE = (
    b'<?xml version="1.0"?><FeiImage><databarHeight>8</databarHeight><pixelWidth unit="%s">%s</pixelWidth>'
    b"<time>2019-08-07T09:37:31</time><acquisition><scan><detector>bsd-all</detector>"
    b'<highVoltage unit="kV">-10</highVoltage></scan></acquisition>'
    b'<workingDistance unit="mm">5.5</workingDistance>'
    b"<instrument><type>Phenom ProX</type></instrument></FeiImage>"
)


@pytest.mark.parametrize(("unit", "value"), [(b"nm", b"12.5"), (b"um", b"0.0125"), (b"m", b"1.25e-8")])
def test_phenom_units(tmp_path: Path, unit: bytes, value: bytes) -> None:
    found = metadata_of(tmp_path, {34683: (ASCII, FEI_IMAGE % (unit, value))})
    assert (found.vendor, found.pixel_size_nm, found.hv_kv) == ("phenom", 12.5, 10)
    assert (found.wd_mm, found.instrument, found.databar_row) == (5.5, "Phenom ProX", HEIGHT - 8)


def test_a_unit_that_is_not_stated_is_not_guessed(tmp_path: Path) -> None:
    assert metadata_of(tmp_path, {34683: (ASCII, FEI_IMAGE % (b"", b"12.5"))}).pixel_size_nm is None


def test_phenom_in_a_jpeg(tmp_path: Path) -> None:
    Image.new("L", (WIDTH, HEIGHT)).save(tmp_path / "a.jpg", comment=FEI_IMAGE % (b"um", b"0.1"))
    found = read_info(tmp_path / "a.jpg").metadata
    assert (found.vendor, found.pixel_size_nm, found.databar_row) == ("phenom", 100, HEIGHT - 8)


def test_analysis(tmp_path: Path) -> None:
    header = struct.pack("<4s6xhhhhh6x32sH", b"SIS0", 30, 14, 7, 4, 119, b"sample 3", 1)
    general = struct.pack("<10xhdd8xd2x34s32s", -9, 4.25, 4.25, 20000.0, b"Veleta", b"Image")
    offset = 8 + WIDTH * HEIGHT  # the picture's only strip lies before the record
    record = header + struct.pack("<hhI", 1, 1, offset + len(header) + 8) + general
    tags = grey_tags(WIDTH, HEIGHT) | {33560: (4, offset), 279: (4, WIDTH * HEIGHT), 273: (4, 8)}
    data = bytearray(tiff(tags, [bytes(WIDTH * HEIGHT) + record]))
    found = read_info(write(tmp_path / "a.tif", _point(data, 33560, len(record), offset))).metadata
    assert (found.vendor, found.pixel_size_nm, found.magnification) == ("sis", 4.25, 20000)
    assert found.detector == "Veleta"
    assert found.acquired_at == datetime(2019, 5, 7, 14, 30)


def _point(data: bytearray, code: int, count: int, offset: int) -> bytes:
    at = data.index(struct.pack("<HHI", code, 4, 1))
    data[at : at + 12] = struct.pack("<HHII", code, BYTE, count, offset)
    return bytes(data)


# ---- sidecars ----


def test_tags_win_over_sidecars_and_are_filled_by_them(tmp_path: Path) -> None:
    blob = tescan_chunk(2, MAIN)
    write(tmp_path / "a.tif", tiff(grey_tags(WIDTH, HEIGHT) | {50431: (BYTE, blob)}, [bytes(WIDTH * HEIGHT)]))
    (tmp_path / "a.hdr").write_bytes(b"[MAIN]\nDevice=other\n[SEM]\nHV=7000\n")
    (tmp_path / "a.txt").write_text("$CM_MAG 3\n$CM_INSTRUMENT 7800F\n")
    found = read_info(tmp_path / "a.tif").metadata
    assert (found.vendor, found.instrument, found.hv_kv) == ("tescan", "LYRA3 GMU", 7)


def test_a_sidecar_that_appears_later_is_found(tmp_path: Path) -> None:
    Image.new("L", (WIDTH, HEIGHT)).save(tmp_path / "a.png")
    assert read_info(tmp_path / "a.png").metadata.vendor is None
    (tmp_path / "a.txt").write_text(OLD_JEOL.format(instrument="7800F"))
    assert read_info(tmp_path / "a.png").metadata.vendor == "jeol"


def test_notes_of_the_user_are_no_sidecar(tmp_path: Path) -> None:
    Image.new("L", (WIDTH, HEIGHT)).save(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("second sample, mag = 1000\n")
    info = read_info(tmp_path / "a.png")
    assert info.metadata == SemMetadata()
    assert info.notes == ()


def test_a_sidecar_of_many_megabytes_is_not_read(tmp_path: Path) -> None:
    Image.new("L", (WIDTH, HEIGHT)).save(tmp_path / "a.png")
    (tmp_path / "a.txt").write_bytes(b"$CM_MAG 1000\n" * 200_000)
    info = read_info(tmp_path / "a.png")
    assert info.metadata.vendor is None
    assert "too large" in info.notes[0]
