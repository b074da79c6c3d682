"""Vendor XML, parsed without entities and with bounds on size and depth."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from semgui.imaging.vendors.values import MAX_RECORD_ENTRIES, text

MAX_XML_BYTES = 4 << 20
_MAX_DEPTH = 40


def parse_xml(data: bytes) -> Element | None:
    """Root element, or ``None`` if it is no XML, too large, or uses entities or a document type."""
    cleaned = data.strip(b"\0 \r\n\t")
    if len(cleaned) > MAX_XML_BYTES or not cleaned.startswith(
        (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
    ):
        return None
    try:
        root: Element = fromstring(cleaned, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):  # LookupError: unknown encoding
        return None
    return root


def child_text(root: Element, path: str) -> str | None:
    """Text of the first element at `path`, or ``None``."""
    return text(root.findtext(path))


def with_unit(root: Element, path: str, attribute: str = "unit") -> str | None:
    """Text of an element followed by the unit that its attribute states."""
    found = root.find(path)
    if found is None or text(found.text) is None:
        return None
    return f"{text(found.text)} {found.get(attribute, '')}".strip()


def as_record(root: Element) -> dict[str, Any]:
    """Nested dictionaries of the element's children; repeated names become lists."""
    return {root.tag: _value(root, _MAX_DEPTH, [MAX_RECORD_ENTRIES])}


def _value(element: Element, depth: int, left: list[int]) -> Any:
    left[0] -= 1
    if len(element) == 0 or depth == 0 or left[0] <= 0:
        return text(element.text)
    fields: dict[str, Any] = {}
    for child in element:
        value = _value(child, depth - 1, left)
        if child.tag not in fields:
            fields[child.tag] = value
        elif isinstance(fields[child.tag], list):
            fields[child.tag].append(value)
        else:
            fields[child.tag] = [fields[child.tag], value]
        if left[0] <= 0:
            break
    return fields
