"""Take folders and files into a project: list, read the headers, find what moved, changed or vanished.

Databar and contrast need the pixels. They are found when a picture is first decoded, for its thumbnail or
its classification, and kept by `ImageStore.record_analysis`: a network folder of 100,000 images shows its
first pictures at once instead of after a night.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from pathlib import Path

from semgui.catalogue import roots as root_table
from semgui.catalogue.contents import FileContent, ToRead
from semgui.catalogue.fingerprint import fingerprint, full_hash
from semgui.catalogue.intake import FolderChanges, Intake
from semgui.catalogue.listing import FoundFile, is_candidate, list_names, stat_file, walk
from semgui.catalogue.naming import absolute, relative_to
from semgui.catalogue.project import Project
from semgui.catalogue.query import Scope
from semgui.domain.errors import UnreadableImageError, UsageError
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageStatus
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.imaging.decoders import Decoder, InThisProcess
from semgui.imaging.limits import DecodeLimits
from semgui.imaging.reader import decode_to_the_end, read_info
from semgui.services.rate import RateMeter

_ROWS_AT_ONCE = 500
_SECONDS_AT_ONCE = 0.5  # the window sees new rows at least this often
FRESH_SECONDS = 60.0
"""A file that changed so lately may still be being written."""


_READ = (ImageStatus.PENDING, ImageStatus.UNREADABLE)


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """How a scan works.

    Parameters
    ----------
    limits
        Size beyond which an image is refused.
    workers
        Threads that read headers; reading over a network is waiting, so there are more than cores.
    watched
        The folder is being watched: a fresh file that cannot be read yet is left for later instead of
        being called broken.
    decoder
        Where files that could not be read are decoded once more.
    """

    limits: DecodeLimits = field(default_factory=DecodeLimits)
    workers: int = field(default_factory=lambda: min(16, 4 * (os.cpu_count() or 1)))
    watched: bool = False
    decoder: Decoder = field(default_factory=InThisProcess)


@dataclass(slots=True)
class ScanReport:
    """What a scan found.

    Parameters
    ----------
    found
        Image files in the folder.
    new, changed, moved, missing
        Files taken up, changed since or back again, found again at another place, and gone.
    unreadable
        Every file in the folder that cannot be read, with the reason, by path.
    unlisted
        Folders that could not be listed, with the reason.
    unsettled
        Files of a watched folder that are still being written; look again in a moment.
    """

    found: int = 0
    new: int = 0
    changed: int = 0
    moved: int = 0
    missing: int = 0
    unreadable: list[tuple[Path, str]] = field(default_factory=list)
    unlisted: list[tuple[Path, str]] = field(default_factory=list)
    unsettled: list[Path] = field(default_factory=list)

    @property
    def anything_changed(self) -> bool:
        """Whether the project is another one than before."""
        return bool(self.new or self.changed or self.moved or self.missing)


def scan_folder(
    project: Project,
    folder: Path,
    *,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    options: ScanOptions | None = None,
) -> ScanReport:
    """Take a folder and all below it into a project.

    May be stopped or killed at any moment and called again: it goes on where it was. What has not changed
    is not read again, except files that could not be read: they are tried anew, pixels included.

    Parameters
    ----------
    project
        The open project.
    folder
        Folder of images; nothing outside it is read, nothing in it is written.
    progress
        Called from this thread, stages ``listing`` and ``reading``.
    cancel
        To stop; what was finished is kept.
    options
        Limits and threads.

    Raises
    ------
    UsageError
        The folder is not there.
    Cancelled
        On request.
    """
    folder = absolute(folder)
    check_folder(folder)
    scan = _Scan(project, folder, progress, cancel or CancelToken(), options or ScanOptions())
    scan.list_files()
    scan.read_files(scan.intake.to_read(_READ), scan.intake.count_to_read(_READ))
    scan.finish()
    return scan.report


def scan_files(
    project: Project,
    paths: Iterable[Path],
    *,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    options: ScanOptions | None = None,
) -> ScanReport:
    """Take single files into a project, or look at them again; the rest of their folders is left alone.

    A file that is not in an opened folder opens its own. Parameters and errors as for `scan_folder`; a
    path that does not exist makes its row missing, if it has one.
    """
    report = ScanReport()
    cancel, options = cancel or CancelToken(), options or ScanOptions()
    ordered = sorted({absolute(path) for path in paths})
    for folder, group in groupby(ordered, key=lambda path: path.parent):
        names = [path.name for path in group if is_candidate(path.name)]
        if names and folder.is_dir():
            scan = _Scan(project, folder, progress, cancel, options, report)
            relpaths = scan.list_chosen(names)
            scan.read_files(scan.intake.to_read_of(relpaths, _READ), len(relpaths))
            report.unreadable += scan.intake.unreadable_of(relpaths)
    return report


def check_folder(folder: Path) -> None:
    """Raise `UsageError` with a sentence when a folder is not there."""
    if not folder.exists():
        raise UsageError(f"{folder}: there is no such folder.")
    if not folder.is_dir():
        raise UsageError(f"{folder}: this is a file; name the folder that it lies in.")


class _Scan:
    """One run over one folder."""

    def __init__(
        self,
        project: Project,
        folder: Path,
        progress: ProgressCallback,
        cancel: CancelToken,
        options: ScanOptions,
        report: ScanReport | None = None,
    ) -> None:
        self._scope, root = _root_of(project, folder)
        self._project = project
        self._folder = root / self._scope.folder
        self._progress = progress
        self._cancel = cancel
        self._options = options
        self._missing: set[ImageId] = set()
        self.intake = Intake(project, self._scope, root)
        self.report = ScanReport() if report is None else report

    # ---- listing ----

    def list_files(self) -> None:
        """Make a row of every file at once, before any of them is opened."""
        rate = RateMeter()
        waiting: list[FolderChanges] = []
        seen: set[str] = set()
        for listing in walk(self._folder, self.intake.root):
            self._cancel.raise_if_cancelled()
            if listing.error is not None:
                self.report.unlisted.append((listing.folder, listing.error))
                continue
            changes = self.intake.compare(listing)
            seen.add(changes.folder)
            self._count(changes)
            waiting.append(changes)
            if sum(len(c.new) + len(c.changed) for c in waiting) >= _ROWS_AT_ONCE:
                self._write(waiting)
                waiting = []
                self._progress(Progress("listing", self.report.found, None, rate.update(self.report.found)))
        self._write(waiting)
        unlisted = [relative_to(path, self.intake.root) or "" for path, _ in self.report.unlisted]
        vanished = self.intake.vanished_folders(seen, unlisted)
        for changes in vanished:
            self._count(changes)
        self._write(vanished)

    def list_chosen(self, names: Sequence[str]) -> list[str]:
        """Compare some files of the folder, and no others; returns their paths below the root."""
        changes = self.intake.compare(list_names(self._folder, names, self.intake.root), set(names))
        self._count(changes)
        self._write([changes])
        return [changes.relpath(name) for name in names]

    def _count(self, changes: FolderChanges) -> None:
        changed = len(changes.changed) + len(changes.back)
        self.report.found += len(changes.new) + changed + changes.unchanged
        self.report.new += len(changes.new)
        self.report.changed += changed
        self.report.missing += len(changes.missing)
        self._missing |= set(changes.missing)

    def _write(self, changes: Sequence[FolderChanges]) -> None:
        for part in self._parts(changes):
            self._cancel.raise_if_cancelled()
            self.intake.write_changes(part)

    @staticmethod
    def _parts(changes: Sequence[FolderChanges]) -> Iterator[list[FolderChanges]]:
        """Cut changes so that no transaction keeps others from writing for long."""
        small: list[FolderChanges] = []
        for change in filter(None, changes):
            first, *more = (
                change.new[i : i + _ROWS_AT_ONCE] for i in range(0, max(1, len(change.new)), _ROWS_AT_ONCE)
            )
            small.append(replace(change, new=first))
            for new in more:
                yield [FolderChanges(change.folder, new)]
        if small:
            yield small

    # ---- reading ----

    def read_files(self, rows: Iterator[ToRead], total: int) -> None:
        """Read headers in threads and keep what they say, some hundred files or half a second at a time."""
        rate = RateMeter()
        done, batch, written_at = 0, [], time.monotonic()
        with ThreadPoolExecutor(self._options.workers, "scan") as pool:
            for content in self._in_order(pool, rows):
                done += 1
                batch.append(content)
                if len(batch) >= _ROWS_AT_ONCE or time.monotonic() - written_at > _SECONDS_AT_ONCE:
                    self._keep(batch)
                    batch, written_at = [], time.monotonic()
                    self._progress(Progress("reading", done, total, rate.update(done)))
                    if self._cancel.cancelled:
                        break
        self._keep(batch)
        self._progress(Progress("reading", done, total, rate.update(done)))
        self._cancel.raise_if_cancelled()

    def _in_order(self, pool: ThreadPoolExecutor, rows: Iterator[ToRead]) -> Iterator[FileContent]:
        """Read a few files ahead, never more: memory stays flat whatever the folder holds."""
        running: deque[Future[FileContent]] = deque()
        for row in islice(rows, 4 * self._options.workers):
            running.append(pool.submit(self._read, row))
        while running:
            content = running.popleft().result()
            if not self._cancel.cancelled:
                running.extend(pool.submit(self._read, row) for row in islice(rows, 1))
            yield content

    def _read(self, row: ToRead) -> FileContent:
        return read_content(row, self.intake.root, self._options)

    def _keep(self, contents: Sequence[FileContent]) -> None:
        settled = []
        for content in contents:
            if self._options.watched and _is_fresh(content):
                self.report.unsettled.append(content.row.path)
            else:
                settled.append(content)
        if settled:
            moved = self.intake.write_contents(settled)
            self.report.moved += len(moved)
            self.report.new = max(0, self.report.new - len(moved))  # some were new in a scan that was cut off
            self.report.missing -= len(moved & self._missing)
            self._missing -= moved

    def finish(self) -> None:
        """Note that the folder was scanned to its end, and list what cannot be read."""
        self.intake.finish(whole_root=not self._scope.folder)
        self.report.unreadable = self.intake.unreadable()


def _root_of(project: Project, folder: Path) -> tuple[Scope, Path]:
    """Find the root of a folder, or make one; a folder that is known costs no commit."""
    with project.read() as connection:
        found = root_table.find(connection, folder)
    if found is not None:
        return found
    with project.write() as connection:
        return root_table.claim(connection, folder)


def read_content(row: ToRead, root: Path, options: ScanOptions) -> FileContent:
    """Read what a row needs to know of its file.

    A file that could not be read the last time and has not changed is decoded to the end: its header may
    well be sound.
    """
    try:
        found = stat_file(row.path, root)
    except OSError:
        return FileContent(row, None)
    mark, same = row.fingerprint, True
    try:
        mark = fingerprint(row.path, root)
        same = _is_same(row, found, mark, root)
        if row.status is ImageStatus.UNREADABLE and same:
            info = options.decoder.run(row.path, decode_to_the_end, row.path, root, options.limits)
        else:
            info = read_info(row.path, root=root, limits=options.limits)
    except UnreadableImageError as error:
        return FileContent(row, found, mark, same, error.reason)
    return FileContent(
        row,
        found,
        mark,
        same,
        width=info.width,
        height=info.height,
        dtype=info.dtype,
        metadata=info.metadata,
    )


def _is_same(row: ToRead, found: FoundFile, mark: str, root: Path) -> bool:
    """Tell whether a file is what it was.

    Size, head and tail may be equal although the middle was edited: when the time differs, only the full
    hash can tell, if there is one.
    """
    if mark != row.fingerprint:
        return False
    if (found.size, found.mtime_ns) == (row.size, row.mtime_ns):
        return True
    return row.full_hash is not None and full_hash(row.path, root) == row.full_hash


def _is_fresh(content: FileContent) -> bool:
    if content.error is None or content.found is None:
        return False
    return time.time() - content.found.mtime_ns / 1e9 < FRESH_SECONDS
