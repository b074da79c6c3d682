"""Results of decoders on their way: large arrays through a file in shared memory, all else through a pipe."""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from semgui.imaging.pages import own_pages

_SMALL = 1 << 15  # bytes; larger arrays go through a file instead of the pipe, in one read
_ALIGNED = 64
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_SPACIOUS = 256 << 20  # containers often have 64 MB there, too little for one large picture


@dataclass(frozen=True, slots=True)
class Packed:
    """A pickle; its large arrays lie in a file, each from an offset."""

    pickled: bytes
    file: str | None = None
    spans: tuple[tuple[int, int], ...] = ()


def transfer_folder() -> Path:
    """Make a folder for the files of the results."""
    spacious = _SHARED_MEMORY.is_dir() and shutil.disk_usage(_SHARED_MEMORY).free >= _SPACIOUS
    return Path(tempfile.mkdtemp(prefix="semgui-decoded-", dir=_SHARED_MEMORY if spacious else None))


def pack(result: Any, folder: Path) -> Packed:
    """Pickle a result; arrays that are large go into a file, which is quicker than a pipe."""
    large: list[memoryview] = []

    def is_small(buffer: pickle.PickleBuffer) -> bool:
        raw = buffer.raw()
        if raw.nbytes < _SMALL:
            return True
        large.append(raw)
        return False

    pickled = pickle.dumps(result, protocol=5, buffer_callback=is_small)
    if not large:
        return Packed(pickled)
    spans = []
    place = folder / str(os.getpid())  # one at a time: the other side has read it before it asks again
    try:
        with place.open("wb") as file:
            for raw in large:
                file.seek(-file.tell() % _ALIGNED, os.SEEK_CUR)
                spans.append((file.tell(), raw.nbytes))
                file.write(raw)
    except OSError:  # no room: then all through the pipe
        place.unlink(missing_ok=True)
        return Packed(pickle.dumps(result, protocol=5))
    return Packed(pickled, str(place), tuple(spans))


def unpack(result: Packed) -> Any:
    """Return what was packed; its file is gone then."""
    if result.file is None:
        return pickle.loads(result.pickled)  # noqa: S301 - from our own process
    file = Path(result.file)
    try:
        content = own_pages(file.stat().st_size)
        with file.open("rb") as source:
            source.readinto(content.data)
    finally:
        file.unlink(missing_ok=True)
    buffers = [content[start : start + size] for start, size in result.spans]
    return pickle.loads(result.pickled, buffers=buffers)  # noqa: S301
