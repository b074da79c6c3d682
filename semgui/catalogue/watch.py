"""Notice files that appear or change in an opened folder, once they are whole."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from semgui.catalogue import filesystem
from semgui.catalogue.listing import FoundFile, is_candidate, stat_file, walk
from semgui.domain.progress import CancelToken

_LOOK_SECONDS = 0.2
_IRRELEVANT = frozenset({"opened", "closed_no_write"})

_log = logging.getLogger(__name__)


def watch(
    folder: Path,
    cancel: CancelToken,
    *,
    settle_seconds: float = 2.0,
    poll_seconds: float = 15.0,
    is_network: Callable[[Path], bool] = filesystem.is_network,
) -> Iterator[list[Path]]:
    """Yield image files that appeared, changed or vanished, when they have kept still.

    Parameters
    ----------
    folder
        The opened folder, watched with all below it.
    cancel
        Ends the iteration within a second.
    settle_seconds
        How long size and time of a file must stay the same: microscopes write for seconds.
    poll_seconds
        Pause between two listings of a network folder, which tells nobody of its changes.
    is_network
        Tells which folders have to be listed again and again.

    Yields
    ------
    list of Path
        Ready for `semgui.services.scan.scan_files` with ``watched=True``. The files of a folder that was
        moved away as a whole are not named; the next scan of the folder finds them missing.
    """
    moving = _Moving(folder, settle_seconds)
    with _source(folder, moving, poll_seconds, is_network(folder)):
        while not cancel.cancelled:
            settled = moving.take_settled()
            if settled:
                yield settled
            time.sleep(_LOOK_SECONDS)


class _Moving:
    """Files that somebody has touched and that may still be changing; used by two threads."""

    def __init__(self, folder: Path, settle_seconds: float) -> None:
        self._folder = folder
        self._settle_seconds = settle_seconds
        self._lock = threading.Lock()
        self._seen: dict[Path, tuple[FoundFile | None, float]] = {}

    def touch(self, path: Path) -> None:
        """Note that something happened to a file."""
        if is_candidate(path.name):
            with self._lock:
                self._seen[path] = (_look(path, self._folder), time.monotonic())

    def take_settled(self) -> list[Path]:
        """Return the files that have not changed for long enough, and forget them."""
        settled: list[Path] = []
        now = time.monotonic()
        with self._lock:
            for path, (before, since) in list(self._seen.items()):
                look = _look(path, self._folder)
                if look != before:
                    self._seen[path] = (look, now)
                elif now - since >= self._settle_seconds:
                    settled.append(path)
                    del self._seen[path]
        return sorted(settled)


def _look(path: Path, root: Path) -> FoundFile | None:
    try:
        return stat_file(path, root)
    except OSError:
        return None


@contextmanager
def _source(folder: Path, moving: _Moving, poll_seconds: float, network: bool) -> Iterator[None]:
    """Feed `moving` as long as the block lasts."""
    if not network:
        observer = Observer()
        observer.schedule(_Handler(folder, moving), str(folder), recursive=True)
        try:
            observer.start()
        except OSError as error:  # the system's limit of watched folders
            _log.warning("%s cannot be watched (%s); it is listed again and again instead", folder, error)
        else:
            try:
                yield
            finally:
                observer.stop()
                observer.join()
            return
    done = CancelToken()
    before = _listed(folder)  # now, not when the thread gets its turn: nothing after this call is overlooked
    poller = threading.Thread(target=_poll, args=(folder, before, moving, poll_seconds, done), daemon=True)
    poller.start()
    try:
        yield
    finally:
        done.cancel()
        poller.join()


def _poll(
    folder: Path, before: dict[Path, FoundFile], moving: _Moving, seconds: float, done: CancelToken
) -> None:
    """List the folder again and again, and note what differs."""
    last = time.monotonic()
    while not done.cancelled:
        time.sleep(min(seconds, _LOOK_SECONDS))
        if time.monotonic() - last < seconds:
            continue
        now = _listed(folder)
        for path in before.keys() | now.keys():
            if before.get(path) != now.get(path):
                moving.touch(path)
        before, last = now, time.monotonic()


def _listed(folder: Path) -> dict[Path, FoundFile]:
    return {listing.folder / file.name: file for listing in walk(folder, folder) for file in listing.files}


class _Handler(FileSystemEventHandler):
    def __init__(self, folder: Path, moving: _Moving) -> None:
        self._folder = folder
        self._moving = moving

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note files; of a folder that came or went, all files that are in it or were."""
        if event.event_type in _IRRELEVANT:
            return
        for path in (Path(os.fsdecode(name)) for name in (event.src_path, event.dest_path) if name):
            if not event.is_directory:
                self._moving.touch(path)
            elif event.event_type in {"created", "moved"} and path.is_dir():
                for listing in walk(path, self._folder):
                    for file in listing.files:
                        self._moving.touch(listing.folder / file.name)
