"""Find vendor records in TIFF tags, JPEG segments and sidecars, and ask the parsers about them.

A damaged record never makes a picture unreadable: what it would have told stays unknown, with a note.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from semgui.domain.metadata import SemMetadata
from semgui.imaging.failures import BadImageError
from semgui.imaging.tiff import TiffPage
from semgui.imaging.vendors import hitachi, jeol, phenom, sis, tescan, thermo, zeiss, zeiss_xml
from semgui.imaging.vendors.sidecars import find_sidecars, read_sidecar
from semgui.imaging.vendors.values import decode_text
from semgui.imaging.vendors.xml import parse_xml

Finding = tuple[SemMetadata, tuple[str, ...]]

_FEI_INI = (34682, 34680)
_FEI_XML, _SMARTSEM, _SMARTSEM_UTF16, _FIBICS, _ORION = 34683, 34118, 34119, 51023, 65000
_TESCAN, _SIS, _MAKER_NOTE, _XP_COMMENT = 50431, 33560, 37500, 40092


@dataclass(frozen=True, slots=True)
class MetadataSources:
    """Where a picture's metadata may be.

    Parameters
    ----------
    path
        The picture; sidecars stand beside it.
    root
        No sidecar outside this folder is read.
    width, height
        Of the picture, in pixels.
    page
        Tags of a TIFF.
    texts
        Application and comment segments of a JPEG.
    """

    path: Path
    root: Path
    width: int
    height: int
    page: TiffPage | None = None
    texts: tuple[bytes, ...] = ()


def read_metadata(sources: MetadataSources) -> tuple[SemMetadata, tuple[str, ...]]:
    """Metadata of a picture, and notes on what was damaged or coarse.

    The first vendor found wins; further records of the same vendor fill what it left open.
    """
    best: SemMetadata | None = None
    notes: list[str] = []
    for name, look in (
        ("tags", _from_tags),
        ("JPEG segments", _from_jpeg),
        ("sidecar file", _from_sidecars),
    ):
        try:
            for found, remarks in look(sources):
                if best is None:
                    best = found
                    notes.extend(remarks)
                elif best.vendor == found.vendor:
                    best = _filled(best, found)
        except BadImageError as error:
            notes.append(f"the microscope's record in its {name} was not read: {error}")
        except Exception as error:  # noqa: BLE001 - a record damaged in an unknown way must not hide the picture
            notes.append(f"the microscope's record in its {name} is damaged ({type(error).__name__})")
    return best or SemMetadata(), tuple(notes)


def _filled(first: SemMetadata, second: SemMetadata) -> SemMetadata:
    missing = {
        field.name: getattr(second, field.name)
        for field in dataclasses.fields(SemMetadata)
        if getattr(first, field.name) is None
    }
    return dataclasses.replace(first, **missing, record={**second.record, **first.record})


def _from_tags(sources: MetadataSources) -> Iterator[Finding]:
    if sources.page is None:
        return
    for code, parse in _TAG_PARSERS:
        data = sources.page.blob(code)
        found = parse(data, sources) if data is not None else None
        if found is not None:
            yield found
    yield from _from_sis(sources.page)
    yield from _from_maker_note(sources)


def _plain(metadata: SemMetadata | None) -> Finding | None:
    return None if metadata is None else (metadata, ())


def _fei_ini(data: bytes, at: MetadataSources) -> Finding | None:
    return _plain(thermo.parse_ini(decode_text(data), at.width, at.height))


def _fei_xml(data: bytes, at: MetadataSources) -> Finding | None:
    root = parse_xml(data)
    if root is None:
        raise BadImageError("its XML is damaged, too large, or of a dangerous kind")
    if root.tag == phenom.ROOT_TAG:
        return _plain(phenom.parse(root, at.height))
    return _plain(thermo.parse_xml_metadata(root, at.width, at.height)) if root.tag == "Metadata" else None


def _smartsem(data: bytes, at: MetadataSources) -> Finding | None:
    return _plain(zeiss.parse(decode_text(data), at.width))


def _fibics(data: bytes, at: MetadataSources) -> Finding | None:
    root = parse_xml(data)
    return None if root is None else _plain(zeiss_xml.parse_fibics(root, at.width))


def _orion(data: bytes, at: MetadataSources) -> Finding | None:
    root = parse_xml(data)
    if root is None or root.tag != "ImageTags":
        return None  # other programs use this private tag, too
    return _plain(zeiss_xml.parse_orion(root, at.width, at.height))


def _tescan(data: bytes, at: MetadataSources) -> Finding | None:
    return _plain(tescan.parse_tag(data, at.height))


def _hitachi(data: bytes, at: MetadataSources) -> Finding | None:
    return hitachi.parse(decode_text(data), at.width, at.height)


_TAG_PARSERS: tuple[tuple[int, Callable[[bytes, MetadataSources], Finding | None]], ...] = (
    *((code, _fei_ini) for code in _FEI_INI),
    (_FEI_XML, _fei_xml),
    (_SMARTSEM, _smartsem),
    (_SMARTSEM_UTF16, _smartsem),
    (_FIBICS, _fibics),
    (_ORION, _orion),
    (_TESCAN, _tescan),
    (_XP_COMMENT, _hitachi),
)


def _from_sis(page: TiffPage) -> Iterator[Finding]:
    tag = page.tags.get(_SIS)
    found = sis.parse(page.file.read_at, tag.offset) if tag is not None else None
    if found is not None:
        yield found, ()


def _from_maker_note(sources: MetadataSources) -> Iterator[Finding]:
    assert sources.page is not None
    for page in (sources.page, sources.page.exif()):
        data = page.blob(_MAKER_NOTE) if page is not None else None
        found = jeol.parse(decode_text(data), sources.width, sources.height) if data else None
        if found is not None:
            yield found


def _from_jpeg(sources: MetadataSources) -> Iterator[Finding]:
    opening, closing = b"<FeiImage", b"</FeiImage>"
    for segment in sources.texts:
        start, end = segment.find(opening), segment.rfind(closing)
        root = parse_xml(segment[start : end + len(closing)]) if 0 <= start < end else None
        if root is not None:
            yield phenom.parse(root, sources.height), ()


def _from_sidecars(sources: MetadataSources) -> Iterator[Finding]:
    for sidecar in find_sidecars(sources.path):
        record = decode_text(read_sidecar(sidecar, sources.root))
        found = _parse_sidecar(sidecar, record, sources)
        if found is not None:
            yield found


def _parse_sidecar(sidecar: Path, record: str, at: MetadataSources) -> Finding | None:
    if sidecar.suffix.lower() == ".hdr":
        return _plain(tescan.parse_hdr(record, at.height))
    return hitachi.parse(record, at.width, at.height) or jeol.parse(record, at.width, at.height)
