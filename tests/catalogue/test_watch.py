"""Watching a folder: files are named when they are whole, on local and on network folders."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from semgui.catalogue.watch import watch
from semgui.domain.progress import CancelToken
from tests.catalogue.pictures import write_tiff


class Watcher:
    """Collects what `watch` yields in a thread."""

    def __init__(self, folder: Path, *, network: bool) -> None:
        self.found: list[Path] = []
        self._cancel = CancelToken()
        self._changes = watch(
            folder, self._cancel, settle_seconds=0.4, poll_seconds=0.2, is_network=lambda path: network
        )
        self._thread = threading.Thread(target=self._collect)
        self._thread.start()
        time.sleep(0.5)  # until the watch stands

    def _collect(self) -> None:
        for paths in self._changes:
            self.found += paths

    def wait_for(self, path: Path) -> bool:
        deadline = time.monotonic() + 10
        while path not in self.found and time.monotonic() < deadline:
            time.sleep(0.05)
        return path in self.found

    def close(self) -> None:
        self._cancel.cancel()
        self._thread.join(5)
        assert not self._thread.is_alive()


@pytest.fixture(params=[False, True], ids=["local", "network"])
def watcher(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watcher]:
    write_tiff(tmp_path / "old.tif")
    opened = Watcher(tmp_path, network=request.param)
    yield opened
    opened.close()


def test_new_changed_and_vanished_files_are_named(watcher: Watcher, tmp_path: Path) -> None:
    new = write_tiff(tmp_path / "sub" / "new.tif")
    assert watcher.wait_for(new)
    (tmp_path / "notes.txt").write_text("no image")
    old = tmp_path / "old.tif"
    old.unlink()
    assert watcher.wait_for(old)
    assert {path.name for path in watcher.found} == {"new.tif", "old.tif"}


def test_a_file_is_named_only_when_it_keeps_still(watcher: Watcher, tmp_path: Path) -> None:
    path = tmp_path / "growing.tif"
    with path.open("wb") as file:
        for _ in range(10):
            file.write(b"x" * 1000)
            file.flush()
            time.sleep(0.1)
            assert path not in watcher.found
    assert watcher.wait_for(path)


def test_a_folder_moved_in_brings_its_files(watcher: Watcher, tmp_path: Path) -> None:
    outside = tmp_path.with_name(tmp_path.name + "-outside")
    write_tiff(outside / "deep" / "a.tif")
    outside.rename(tmp_path / "moved")
    assert watcher.wait_for(tmp_path / "moved" / "deep" / "a.tif")
