"""Images that appear while a folder is watched: written slowly, in bursts, damaged, changed, removed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
import tifffile

from semgui.catalogue.images import ImageStore
from semgui.catalogue.project import Project, open_project
from semgui.catalogue.thumbnails import ThumbnailStore, thumbnail_key
from semgui.catalogue.watch import FolderWatch
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageStatus
from semgui.domain.progress import CancelToken
from semgui.services import live as module
from semgui.services.live import Arrival, LiveOptions, watch_project
from semgui.services.scan import scan_folder
from tests.catalogue.pictures import make_older, write_tiff

SLOW_WRITER = """
import sys, time
source, target, pieces, pause = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
data = open(source, "rb").read()
step = -(-len(data) // pieces)
with open(target, "wb") as file:
    for start in range(0, len(data), step):
        file.write(data[start:start + step])
        file.flush()
        time.sleep(pause)
"""


class Bench:
    """A watched project, and what it has said."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project = project
        self.folder = folder
        self.arrivals: list[Arrival] = []
        self.classified: list[ImageId] = []
        self.cancel = CancelToken()
        self.entered = threading.Event()
        self._failure: list[BaseException] = []
        self._thread = threading.Thread(target=self._work)
        self._thread.start()
        assert self.entered.wait(60)

    def _work(self) -> None:
        def make(folders: Sequence[Path]) -> FolderWatch:
            return _Announced(folders, self.entered)

        try:
            watch_project(
                self.project,
                [self.folder],
                arrived=self.arrivals.append,
                classify=self.classified.extend,
                cancel=self.cancel,
                options=LiveOptions(watch=make),
            )
        except BaseException as error:  # noqa: BLE001 - shown at the end of the test
            self._failure.append(error)

    @property
    def names(self) -> list[str]:
        return [image.path.name for arrival in self.arrivals for image in arrival.images]

    def until(self, condition: Callable[[], bool], seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert not self._failure, self._failure
            assert time.monotonic() < deadline, self.arrivals
            time.sleep(0.02)

    def close(self) -> None:
        self.cancel.cancel()
        self._thread.join(60)
        assert not self._thread.is_alive()
        assert not self._failure, self._failure


class _Announced(FolderWatch):
    def __init__(self, folders: Sequence[Path], entered: threading.Event) -> None:
        super().__init__(folders, settle_seconds=0.3)
        self._entered = entered

    def __enter__(self) -> FolderWatch:
        watch = super().__enter__()
        self._entered.set()
        return watch


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    folder = tmp_path / "session"
    write_tiff(folder / "old.tif")
    with open_project(tmp_path / "p.semgui", create=True) as project:
        scan_folder(project, folder)
        opened = Bench(project, folder)
        yield opened
        opened.close()


def test_what_comes_between_the_scan_and_the_watch_is_not_overlooked(tmp_path: Path) -> None:
    folder = tmp_path / "session"
    write_tiff(folder / "old.tif")
    with open_project(tmp_path / "p.semgui", create=True) as project:
        scan_folder(project, folder)
        write_tiff(folder / "between.tif", seed=2)
        opened = Bench(project, folder)
        opened.until(lambda: bool(opened.classified))
        assert opened.names == ["between.tif"]
        opened.close()


def record(bench: Bench, name: str):
    return ImageStore(bench.project).by_paths([bench.folder / name])[0]


def test_a_tiff_written_in_pieces_by_another_process_appears_once_and_whole(
    bench: Bench, tmp_path: Path
) -> None:
    source = write_tiff(tmp_path / "source.tif")
    target = bench.folder / "sub" / "new.tif"
    target.parent.mkdir()
    # pauses longer than the time that a file must keep still: the pieces alone look finished
    command = [sys.executable, "-c", SLOW_WRITER, str(source), str(target), "4", "0.7"]
    with subprocess.Popen(command) as writer:
        while writer.poll() is None:
            if target.exists() and target.stat().st_size < source.stat().st_size:
                assert not bench.arrivals
            time.sleep(0.02)
    bench.until(lambda: bool(bench.classified))
    assert bench.names == ["new.tif"]
    taken = record(bench, "sub/new.tif")
    assert (taken.status, taken.contrast is not None) == (ImageStatus.OK, True)
    assert bench.classified == [taken.id]
    with_picture = ThumbnailStore()
    assert with_picture.has(thumbnail_key(taken.fingerprint, taken.mtime_ns, taken))
    with_picture.close()


def test_a_file_that_stays_broken_is_reported_after_a_while(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = write_tiff(tmp_path / "source.tif").read_bytes()
    monkeypatch.setattr(module, "FRESH_SECONDS", 1.5)
    monkeypatch.setattr("semgui.services.scan.FRESH_SECONDS", 1.5)
    (bench.folder / "cut.tif").write_bytes(whole[: len(whole) // 2])
    written = (bench.folder / "cut.tif").stat().st_mtime
    bench.until(lambda: bool(bench.arrivals))
    assert time.time() - written > 1.4
    ((path, reason),) = bench.arrivals[0].unreadable
    assert (path.name, record(bench, "cut.tif").status) == ("cut.tif", ImageStatus.UNREADABLE)
    assert reason
    (bench.folder / "cut.tif").write_bytes(whole)
    bench.until(lambda: bench.names == ["cut.tif"])
    assert record(bench, "cut.tif").status is ImageStatus.OK


def test_what_is_removed_changed_or_renamed_is_noticed(bench: Bench, tmp_path: Path) -> None:
    old = record(bench, "old.tif")
    (bench.folder / "old.tif").rename(bench.folder / "renamed.tif")
    bench.until(lambda: bench.names == ["renamed.tif"])
    assert record(bench, "renamed.tif").id == old.id
    other = write_tiff(tmp_path / "other.tif", 7)
    shutil.copy(other, bench.folder / "renamed.tif")
    bench.until(lambda: len(bench.names) == 2)
    assert record(bench, "renamed.tif").fingerprint != old.fingerprint
    (bench.folder / "renamed.tif").unlink()
    bench.until(lambda: bool(bench.arrivals[-1].gone))
    assert record(bench, "renamed.tif").status is ImageStatus.MISSING


def test_what_was_decoded_of_a_file_that_is_written_again_is_not_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bench.folder / "current.tif"
    scan = module.scan_files

    def dark() -> None:
        write_tiff(path, seed=3)
        pixels = tifffile.imread(path) // 4
        tifffile.imwrite(path, pixels, photometric="minisblack")

    def scan_what_is_written_again(*args, **kwargs):
        monkeypatch.setattr(module, "scan_files", scan)
        dark()
        return scan(*args, **kwargs)

    monkeypatch.setattr(module, "scan_files", scan_what_is_written_again)
    write_tiff(path)
    bench.until(
        lambda: bench.names[-1:] == ["current.tif"] and record(bench, "current.tif").contrast is not None
    )
    assert record(bench, "current.tif").contrast.high < 70


def test_a_folder_that_is_gone_makes_no_image_unreadable(bench: Bench, tmp_path: Path) -> None:
    shutil.rmtree(bench.folder)
    bench.until(lambda: any(arrival.gone for arrival in bench.arrivals))
    assert [arrival.unreadable for arrival in bench.arrivals] == [()] * len(bench.arrivals)
    assert record(bench, "old.tif").status is not ImageStatus.UNREADABLE


def test_a_burst_is_taken_in_whole(bench: Bench, tmp_path: Path) -> None:
    source = write_tiff(tmp_path / "source.tif")
    for number in range(500):
        shutil.copyfile(source, bench.folder / f"burst{number:03}.tif")
    bench.until(lambda: len(bench.classified) >= 500, seconds=60)
    assert sorted(bench.names) == [f"burst{number:03}.tif" for number in range(500)]
    assert len(set(bench.classified)) == 500


def test_the_newest_goes_first(bench: Bench, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    for number in range(40):
        make_older(write_tiff(outside / f"{number:02}.tif", number), seconds=1000 - number)
    outside.rename(bench.folder / "moved")
    bench.until(lambda: len(bench.classified) >= 40)
    assert bench.names == [f"{number:02}.tif" for number in reversed(range(40))]


def test_nothing_happens_to_an_empty_folder_until_it_is_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    with open_project(tmp_path / "p.semgui", create=True) as project:
        scan_folder(project, folder)
        said: list[Arrival] = []
        cancel = CancelToken()
        stop = threading.Timer(0.5, cancel.cancel)
        stop.start()
        watch_project(
            project,
            [folder],
            arrived=said.append,
            classify=lambda ids: None,
            cancel=cancel,
            options=LiveOptions(watch=partial(FolderWatch, settle_seconds=0.1)),
        )
        assert not said
