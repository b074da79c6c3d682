"""Notice files that appear, change or vanish in opened folders, once they are whole."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from semgui.catalogue import filesystem
from semgui.catalogue.listing import FoundFile, is_candidate, stat_file, walk

_IRRELEVANT = frozenset({"opened", "closed_no_write"})

_log = logging.getLogger(__name__)


class FolderWatch:
    """Watches folders with all below them while it is entered.

    Local folders tell of their changes, and are listed now and then all the same: the system forgets some
    when very many come at once, and does not know of every network. Network folders tell nobody and are
    listed more often.

    Parameters
    ----------
    folders
        The opened folders.
    settle_seconds
        How long size and time of a file must stay the same: microscopes write for seconds.
    network_seconds, local_seconds
        Pause between two listings of a folder.
    is_network
        Tells which folders lie on a network.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        *,
        settle_seconds: float = 2.0,
        network_seconds: float = 5.0,
        local_seconds: float = 60.0,
        is_network: Callable[[Path], bool] = filesystem.is_network,
    ) -> None:
        self._folders = tuple(folders)
        self._settle_seconds = settle_seconds
        self._network_seconds = network_seconds
        self._local_seconds = local_seconds
        self._is_network = is_network
        self._lock = threading.Lock()
        self._seen: dict[Path, tuple[Path, FoundFile | None, float]] = {}
        self._stack = ExitStack()

    def __enter__(self) -> FolderWatch:
        with ExitStack() as stack:
            for folder in self._folders:
                network = self._is_network(folder)
                if not network:
                    network = not self._listen(folder, stack)
                self._poll(folder, self._network_seconds if network else self._local_seconds, stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def take_settled(self) -> list[Path]:
        """Return the files that have not changed for long enough, and forget them; from any thread."""
        settled: list[Path] = []
        now = time.monotonic()
        with self._lock:
            for path, (root, before, since) in list(self._seen.items()):
                look = _look(path, root)
                if look != before:
                    self._seen[path] = (root, look, now)
                elif now - since >= self._settle_seconds:
                    settled.append(path)
                    del self._seen[path]
        return sorted(settled)

    def again(self, paths: Iterable[Path]) -> None:
        """Name these once more when they have kept still from now on: they were not whole yet."""
        for path in paths:
            root = next((folder for folder in self._folders if path.is_relative_to(folder)), path.parent)
            self._touch(path, root)

    def _touch(self, path: Path, root: Path) -> None:
        if is_candidate(path.name):
            look = _look(path, root)
            with self._lock:
                self._seen[path] = (root, look, time.monotonic())

    def _listen(self, folder: Path, stack: ExitStack) -> bool:
        """Be told of changes; return whether the system does that."""
        observer = Observer()
        observer.schedule(_Handler(folder, self._touch), str(folder), recursive=True)
        try:
            observer.start()
        except OSError as error:  # the system's limit of watched folders
            _log.warning("%s cannot be watched (%s); it is listed again and again instead", folder, error)
            return False
        stack.callback(observer.join)
        stack.callback(observer.stop)
        return True

    def _poll(self, folder: Path, seconds: float, stack: ExitStack) -> None:
        """List a folder again and again, and note what differs."""
        done = threading.Event()
        before = _listed(folder)  # now, not when the thread gets its turn: nothing after this is overlooked

        def work() -> None:
            last = before
            while not done.wait(seconds):
                now = _listed(folder)
                if now is None or last is None:  # a disk that was pulled out has not lost its files
                    last = last if now is None else now
                    continue
                for path in last.keys() | now.keys():
                    if last.get(path) != now.get(path):
                        self._touch(path, folder)
                last = now

        thread = threading.Thread(target=work, name="watch-listing", daemon=True)
        thread.start()
        stack.callback(thread.join)
        stack.callback(done.set)


def _look(path: Path, root: Path) -> FoundFile | None:
    try:
        return stat_file(path, root)
    except OSError:
        return None


def _listed(folder: Path) -> dict[Path, FoundFile] | None:
    """Return all files of a folder; ``None`` if it is not there just now."""
    if not folder.is_dir():
        return None
    return {listing.folder / file.name: file for listing in walk(folder, folder) for file in listing.files}


class _Handler(FileSystemEventHandler):
    def __init__(self, folder: Path, touch: Callable[[Path, Path], None]) -> None:
        self._folder = folder
        self._touch = touch

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note files; of a folder that came, all files that are in it."""
        if event.event_type in _IRRELEVANT:
            return
        for path in (Path(os.fsdecode(name)) for name in (event.src_path, event.dest_path) if name):
            if not event.is_directory:
                self._touch(path, self._folder)
            elif event.event_type in {"created", "moved"} and path.is_dir():
                for listing in walk(path, self._folder):
                    for file in listing.files:
                        self._touch(listing.folder / file.name, self._folder)
