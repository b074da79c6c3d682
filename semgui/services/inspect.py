"""What one picture file says about itself, whether a project knows it or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from semgui.catalogue.images import ImageStore
from semgui.catalogue.project import Project
from semgui.domain.errors import UnreadableImageError
from semgui.domain.metadata import Databar, DatabarSource
from semgui.imaging.analyse import analyse
from semgui.imaging.limits import DecodeLimits
from semgui.imaging.reader import ImageInfo, read_info

_DEFAULT_LIMITS = DecodeLimits()


@dataclass(frozen=True, slots=True)
class Inspection:
    """One file's answer, in the order in which ``semgui info --json`` prints it.

    Everything the file does not say is ``None``. If it cannot be read, `error` says why, and only what
    its header told stays. Units as in `SemMetadata`; `acquired_at` is an ISO 8601 string.
    """

    path: str
    width: int | None = None
    height: int | None = None
    dtype: str | None = None
    vendor: str | None = None
    pixel_size_nm: float | None = None
    hv_kv: float | None = None
    wd_mm: float | None = None
    magnification: float | None = None
    tilt_deg: float | None = None
    detector: str | None = None
    instrument: str | None = None
    acquired_at: str | None = None
    databar_row: int | None = None
    databar_source: DatabarSource | None = None
    error: str | None = None
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the fields to print as JSON: all but the notes."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "notes"}


def inspect_files(
    paths: Sequence[Path], *, project: Project | None = None, limits: DecodeLimits = _DEFAULT_LIMITS
) -> Iterator[Inspection]:
    """Inspect files one after the other; bad ones give an answer, too.

    Parameters
    ----------
    paths
        The files.
    project
        A project whose databars, where the user moved them, hold instead of detection.
    limits
        Size beyond which a picture is refused.
    """
    known: list[Databar | None] = [None] * len(paths)
    if project is not None:
        records = ImageStore(project).by_paths(paths)
        known = [r.databar if r is not None and r.databar.source == "user" else None for r in records]
    for path, databar in zip(paths, known, strict=True):
        yield inspect_file(path, databar=databar, limits=limits)


def inspect_file(
    path: Path, *, databar: Databar | None = None, limits: DecodeLimits = _DEFAULT_LIMITS
) -> Inspection:
    """Read header and metadata of one file and find its databar, unless `databar` is given."""
    try:
        with analyse(path, databar=databar, limits=limits) as found:
            return _inspection(path, found.info, found.databar, None)
    except UnreadableImageError as error:
        return _unreadable(path, error, limits)


def _unreadable(path: Path, error: UnreadableImageError, limits: DecodeLimits) -> Inspection:
    """Keep what the header says where only the pixels are damaged."""
    try:
        info = read_info(path, limits=limits)
    except UnreadableImageError:
        return Inspection(path=str(path), error=error.reason)
    return _inspection(path, info, Databar(), error.reason)


def _inspection(path: Path, info: ImageInfo, databar: Databar, error: str | None) -> Inspection:
    metadata = info.metadata
    return Inspection(
        path=str(path),
        width=info.width,
        height=info.height,
        dtype=info.dtype,
        vendor=metadata.vendor,
        pixel_size_nm=metadata.pixel_size_nm,
        hv_kv=metadata.hv_kv,
        wd_mm=metadata.wd_mm,
        magnification=metadata.magnification,
        tilt_deg=metadata.tilt_deg,
        detector=metadata.detector,
        instrument=metadata.instrument,
        acquired_at=None if metadata.acquired_at is None else metadata.acquired_at.isoformat(),
        databar_row=databar.row,
        databar_source=databar.source,
        error=error,
        notes=info.notes,
    )
