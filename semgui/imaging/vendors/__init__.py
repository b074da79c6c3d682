"""Vendor metadata: which of the parsers here understands a file.

Each module parses one vendor's record, from bytes or text, into `SemMetadata`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from semgui.domain.metadata import SemMetadata
from semgui.imaging.tiff import TiffPage


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
    """Metadata of a picture, and notes on what was damaged."""
    return SemMetadata(), ()
