"""An image as the catalogue knows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from semgui.domain.ids import ImageId
from semgui.domain.metadata import ContrastLimits, Databar, SemMetadata


class ImageStatus(StrEnum):
    """State of a catalogued file."""

    PENDING = "pending"  # seen in the folder, header not read yet
    OK = "ok"
    UNREADABLE = "unreadable"
    MISSING = "missing"  # was here once; its labels are kept


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One row of the catalogue.

    Parameters
    ----------
    id
        Row id.
    path
        Absolute path.
    size, mtime_ns
        Of the file when it was last looked at (bytes; nanoseconds since the epoch).
    fingerprint
        Hash of size, head and tail of the file: the image's identity when its folder moves.
    status, error
        State, and the sentence that explains ``UNREADABLE``.
    width, height
        In pixels; 0 while unknown.
    dtype
        Numpy name of the stored samples (``uint8``, ``uint16``, ``float32``); empty while unknown.
    version
        Grows whenever the content of the file or its databar changes: what was computed for an older
        version is out of date.
    root
        The opened folder that the file belongs to; nothing outside it is read. ``None``: the file was
        named by itself.
    """

    id: ImageId
    path: Path
    size: int
    mtime_ns: int
    fingerprint: str
    status: ImageStatus = ImageStatus.PENDING
    error: str | None = None
    width: int = 0
    height: int = 0
    dtype: str = ""
    metadata: SemMetadata = field(default_factory=SemMetadata)
    databar: Databar = field(default_factory=Databar)
    contrast: ContrastLimits | None = None
    version: int = 1
    root: Path | None = None
