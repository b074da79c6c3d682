"""Watching a folder: files are named when they are whole, on local and on network folders."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from semgui.catalogue.watch import FolderWatch
from tests.catalogue.pictures import write_tiff


class Watcher:
    """Collects what settles in a watched folder."""

    def __init__(self, folder: Path, *, network: bool) -> None:
        self.found: list[Path] = []
        seconds = 0.2 if network else 60.0
        self.watch = FolderWatch(
            [folder], settle_seconds=0.4, network_seconds=seconds, is_network=lambda path: network
        )
        self.watch.__enter__()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._collect)
        self._thread.start()

    def _collect(self) -> None:
        while not self._closing.wait(0.05):
            self.found += self.watch.take_settled()

    def wait_for(self, path: Path) -> bool:
        deadline = time.monotonic() + 10
        while path not in self.found and time.monotonic() < deadline:
            time.sleep(0.05)
        return path in self.found

    def close(self) -> None:
        self._closing.set()
        self._thread.join(5)
        self.watch.__exit__(None, None, None)
        assert not [t for t in threading.enumerate() if t.name.startswith("watch")]


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


def test_a_file_that_was_not_whole_is_named_once_more(watcher: Watcher, tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "a.tif")
    assert watcher.wait_for(path)
    watcher.found.clear()
    watcher.watch.again([path])
    assert watcher.wait_for(path)


def test_what_the_system_did_not_tell_is_found_by_listing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FolderWatch, "_listen", lambda *_: True)
    with FolderWatch([tmp_path], settle_seconds=0.1, local_seconds=0.1, is_network=lambda _: False) as watch:
        new = write_tiff(tmp_path / "new.tif")
        found: list[Path] = []
        while not found:
            found = watch.take_settled()
            time.sleep(0.02)
    assert found == [new]


def test_a_disk_pulled_out_has_not_lost_its_files(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    write_tiff(disk / "a.tif")
    with FolderWatch([disk], settle_seconds=0.05, network_seconds=0.05, is_network=lambda _: True) as watch:
        disk.rename(tmp_path / "elsewhere")
        time.sleep(0.4)
        assert watch.take_settled() == []
        (tmp_path / "elsewhere").rename(disk)
        new = write_tiff(disk / "b.tif")
        found: list[Path] = []
        while not found:
            found = watch.take_settled()
            time.sleep(0.02)
    assert found == [new]
