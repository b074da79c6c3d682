"""Build picture files byte by byte, the damaged ones in particular."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

from semgui.imaging.limits import DecodeLimits
from semgui.imaging.reader import DecodedImage, open_image

BYTE, ASCII, SHORT, LONG, UNDEFINED = 1, 2, 3, 4, 7
_FORMAT = {SHORT: "H", LONG: "I"}

Value = bytes | int | list[int]
Tags = Mapping[int, tuple[int, Value]]


def read_image(path: Path, *, root: Path | None = None, limits: DecodeLimits | None = None) -> DecodedImage:
    """Decode a picture and keep it, outside the memory bound."""
    with open_image(path, root=root, limits=limits or DecodeLimits()) as decoded:
        return decoded


def grey_tags(width: int, height: int, **changes: Value) -> dict[int, tuple[int, Value]]:
    """Tags of an 8-bit grey picture in one strip; keyword ``t259=5`` changes or adds a LONG tag."""
    tags: dict[int, tuple[int, Value]] = {
        256: (LONG, width),
        257: (LONG, height),
        258: (SHORT, 8),
        259: (SHORT, 1),
        262: (SHORT, 1),
        277: (SHORT, 1),
        278: (LONG, height),
    }
    for name, value in changes.items():
        tags[int(name[1:])] = (UNDEFINED if isinstance(value, bytes) else LONG, value)
    return tags


def tiff(tags: Tags, strips: list[bytes], *, order: str = "<", next_page: int | None = None) -> bytes:
    """A TIFF of one page whose strips lie right after the header.

    ``next_page=None`` ends the chain; another number is written as it stands, and -1 points the page at
    itself.
    """
    offsets, position = [], 8
    for strip in strips:
        offsets.append(position)
        position += len(strip)
    entries = dict(tags)
    entries.setdefault(273, (LONG, offsets))
    entries.setdefault(279, (LONG, [len(strip) for strip in strips]))
    body = b"".join(strips)
    body += b"\0" * (len(body) % 2)
    directory = 8 + len(body)
    behind = directory + 2 + 12 * len(entries) + 4
    table, values = struct.pack(order + "H", len(entries)), b""
    for code in sorted(entries):
        kind, value = entries[code]
        data, count = _encode(kind, value, order)
        if len(data) <= 4:
            inline = data.ljust(4, b"\0")
        else:
            inline = struct.pack(order + "I", behind + len(values))
            values += data
        table += struct.pack(order + "HHI", code, kind, count) + inline
    link = directory if next_page == -1 else next_page or 0
    table += struct.pack(order + "I", link)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", directory)
    return head + body + table + values


def _encode(kind: int, value: Value, order: str) -> tuple[bytes, int]:
    if isinstance(value, bytes):
        return value, len(value)
    numbers = value if isinstance(value, list) else [value]
    return struct.pack(f"{order}{len(numbers)}{_FORMAT[kind]}", *numbers), len(numbers)


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int, height: int, idat: bytes, *, bits: int = 8, colour: int = 0, before: bytes = b""
) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before
    return start + chunk(b"IDAT", idat) + chunk(b"IEND", b"")
