"""Live at the microscope: what appears in a watched folder is taken into the project and classified.

The newest image always goes first, whatever is still waiting. A file that was written within the last minute
and cannot be decoded yet is waited for; an older one is unreadable.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from semgui.catalogue.images import ImageStore
from semgui.catalogue.listing import stat_file, walk
from semgui.catalogue.project import Project
from semgui.catalogue.thumbnails import ThumbnailStore, decode_thumbnail, thumbnail_key
from semgui.catalogue.watch import FolderWatch
from semgui.domain.errors import UnreadableImageError
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageRecord, ImageStatus
from semgui.domain.metadata import ContrastLimits, Databar
from semgui.domain.progress import CancelToken
from semgui.services.scan import FRESH_SECONDS, ScanOptions, scan_files

_AT_ONCE = 16  # so many are shown before the next look for newer ones
_DECODERS = 2
_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Arrival:
    """What has just been taken into the project.

    Parameters
    ----------
    images
        Readable images that are new or have changed, the newest first.
    unreadable
        Files that stay unreadable, with the reason.
    gone
        Files that are not there any more.
    """

    images: tuple[ImageRecord, ...] = ()
    unreadable: tuple[tuple[Path, str], ...] = ()
    gone: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """How a watch works.

    Parameters
    ----------
    scan
        Limits and decoder.
    watch
        Makes the watch over some folders.
    """

    scan: ScanOptions = field(default_factory=ScanOptions)
    watch: Callable[[Sequence[Path]], FolderWatch] = FolderWatch


def watch_project(
    project: Project,
    folders: Sequence[Path],
    *,
    arrived: Callable[[Arrival], None],
    classify: Callable[[Sequence[ImageId]], None],
    cancel: CancelToken,
    options: LiveOptions | None = None,
) -> None:
    """Take in what appears, changes or vanishes in some folders, until asked to stop.

    Parameters
    ----------
    project
        The open project. What lies in the folders and is not in it yet is taken in like what comes later:
        images also come between a scan and the beginning of the watch.
    folders
        Watched with all below them.
    arrived
        Called from this thread when images have been taken in; their thumbnails are made.
    classify
        Called from this thread after that, with the images to classify, the newest first.
    cancel
        Ends it within a second, or when the images at hand are classified.

    Raises
    ------
    ProjectError
        The project cannot be written.
    """
    options = options or LiveOptions()
    with ExitStack() as stack:
        watch = stack.enter_context(options.watch(folders))
        watch.again(_unknown(project, folders))
        live = _Live(project, folders, watch, stack, replace(options.scan, watched=True))
        while not cancel.cancelled:
            arrival = live.take()
            if arrival is None:
                time.sleep(_LOOK_SECONDS)
                continue
            arrived(arrival)
            if arrival.images and not cancel.cancelled:
                classify([image.id for image in arrival.images])


def _unknown(project: Project, folders: Sequence[Path]) -> list[Path]:
    """Return the files of some folders that the project does not know."""
    there = [
        listing.folder / file.name
        for folder in folders
        if folder.is_dir()
        for listing in walk(folder, folder)
        for file in listing.files
    ]
    return [
        path for path, known in zip(there, ImageStore(project).by_paths(there), strict=True) if known is None
    ]


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file that was decoded: its thumbnail and what was found, or what is wrong; nothing if it was gone."""

    path: Path
    mtime_ns: int = 0
    picture: bytes = b""
    databar: Databar | None = None
    contrast: ContrastLimits | None = None
    error: str | None = None


class _Live:
    def __init__(
        self,
        project: Project,
        folders: Sequence[Path],
        watch: FolderWatch,
        stack: ExitStack,
        options: ScanOptions,
    ) -> None:
        self._project = project
        self._folders = folders
        self._watch = watch
        self._options = options
        self._images = ImageStore(project)
        self._cache = ThumbnailStore()
        stack.callback(self._cache.close)
        self._pool = stack.enter_context(ThreadPoolExecutor(_DECODERS, "semgui-live"))
        self._waiting: set[Path] = set()

    def take(self) -> Arrival | None:
        """Take in the newest files that are whole; ``None`` if there are none."""
        self._waiting.update(self._watch.take_settled())
        if not self._waiting:
            return None
        newest = sorted(self._waiting, key=_time_of, reverse=True)[:_AT_ONCE]
        self._waiting.difference_update(newest)
        looked = list(self._pool.map(self._look, newest))
        not_yet = [one.path for one in looked if one.error is not None and _is_fresh(one.path)]
        report = scan_files(
            self._project, [path for path in newest if path not in not_yet], options=self._options
        )
        self._watch.again([*not_yet, *report.unsettled])
        return self._kept([one for one in looked if one.path not in not_yet])

    def _look(self, path: Path) -> _Looked:
        if not path.exists():
            return _Looked(path)
        root = next((folder for folder in self._folders if path.is_relative_to(folder)), None)
        try:
            mtime_ns = stat_file(path, root or path.parent).mtime_ns
        except OSError:
            return _Looked(path)
        try:
            found = self._options.decoder.run(
                path, decode_thumbnail, path, root, None, None, self._options.limits
            )
        except UnreadableImageError as error:
            return _Looked(path, mtime_ns, error=error.reason)
        return _Looked(path, mtime_ns, *found)

    def _kept(self, looked: Sequence[_Looked]) -> Arrival | None:
        """Keep thumbnails and analyses, so that nothing is decoded twice; say what has come."""
        images: list[ImageRecord] = []
        found: list[tuple[ImageRecord, Databar, ContrastLimits]] = []
        unreadable: list[tuple[Path, str]] = []
        records = self._images.by_paths([one.path for one in looked])
        for one, record in zip(looked, records, strict=True):
            if record is None or record.status is ImageStatus.MISSING:
                continue
            same = record.mtime_ns == one.mtime_ns  # else it was written to since it was decoded
            if one.error is not None:
                if not same:
                    continue  # it will be named again
                self._images.record_error(record, one.error)
                unreadable.append((one.path, one.error))
                continue
            if one.databar is None or one.contrast is None:  # gone with its folder, perhaps a network disk
                continue
            images.append(record)
            if not same:
                continue
            if record.contrast is None:
                found.append((record, one.databar, one.contrast))
            if record.databar.source != "user":
                self._cache.put(thumbnail_key(record.fingerprint, record.mtime_ns, record), one.picture)
        self._images.record_analyses(found)
        gone = tuple(one.path for one in looked if not one.path.exists())
        arrival = Arrival(tuple(images), tuple(unreadable), gone)
        return arrival if images or unreadable or gone else None


def _is_fresh(path: Path) -> bool:
    return time.time() - _time_of(path) < FRESH_SECONDS


def _time_of(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
