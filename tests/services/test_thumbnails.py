"""Making thumbnails in the background."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from semgui.catalogue.images import ImageQuery, ImageStore
from semgui.catalogue.project import Project, open_project
from semgui.catalogue.thumbnails import ThumbnailStore
from semgui.domain.errors import Cancelled
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageStatus
from semgui.domain.progress import CancelToken, Progress
from semgui.services import thumbnails as module
from semgui.services.scan import scan_folder
from semgui.services.thumbnails import Thumbnail, ThumbnailService, fill_thumbnails
from tests.catalogue.pictures import write_folder
from tests.crop_lines import place_databar


class Desk:
    """Takes what is delivered."""

    def __init__(self) -> None:
        self.got: dict[ImageId, bytes] = {}
        self.order: list[ImageId] = []
        self._lock = threading.Lock()

    def __call__(self, image_id: ImageId, picture: bytes) -> None:
        with self._lock:
            self.got[image_id] = picture
            self.order.append(image_id)

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 30
        while len(self.order) < count:
            assert time.monotonic() < deadline, f"only {len(self.order)} of {count} came"
            time.sleep(0.01)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with open_project(tmp_path / "p.semgui", create=True) as opened:
        yield opened


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[ThumbnailStore]:
    store = ThumbnailStore(tmp_path / "cache")
    yield store
    store.close()


def scanned(project: Project, folder: Path) -> list[ImageId]:
    scan_folder(project, folder)
    return [ImageId(int(i)) for i in ImageStore(project).ids(ImageQuery())]


class Gate:
    """Stands in for the decoder and waits until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[ImageId] = []
        self.reached = threading.Event()
        self._open = threading.Event()
        monkeypatch.setattr(module, "thumbnail_of", self._make)

    def _make(self, image: object, *rest: object) -> Thumbnail:
        self.reached.set()
        self._open.wait(60)
        self.made.append(image.id)  # type: ignore[attr-defined]
        return Thumbnail(b"picture")

    def open(self) -> None:
        self._open.set()


def test_what_is_wanted_comes_and_the_analysis_is_kept(
    project: Project, cache: ThumbnailStore, tmp_path: Path
) -> None:
    ids = scanned(project, write_folder(tmp_path / "data", 12))
    desk = Desk()
    service = ThumbnailService(project, desk, cache=cache)
    service.want(ids)
    desk.wait_for(12)
    service.close()
    assert set(desk.got) == set(ids)
    assert all(picture.startswith(b"\xff\xd8") for picture in desk.got.values())
    assert all(image.contrast is not None for image in ImageStore(project).get_many(ids))


def test_a_second_time_no_file_is_decoded(
    project: Project, cache: ThumbnailStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = scanned(project, write_folder(tmp_path / "data", 5))
    for _ in range(2):
        desk = Desk()
        service = ThumbnailService(project, desk, cache=cache)
        service.want(ids)
        desk.wait_for(5)
        service.close()
        monkeypatch.setattr(module, "decode_thumbnail", None)
    assert all(desk.got.values())


def test_the_nearest_to_the_eye_comes_first(
    project: Project, cache: ThumbnailStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = scanned(project, write_folder(tmp_path / "data", 20))
    gate, desk = Gate(monkeypatch), Desk()
    service = ThumbnailService(project, desk, cache=cache, workers=1)
    service.fill(ids)
    assert gate.reached.wait(60)  # the one thread is busy with the first of them
    service.want(ids[10:13])
    service.want([ids[19], ids[17], ids[18]])  # the eye moved on
    gate.open()
    desk.wait_for(3)
    assert gate.made[1:4] == [ids[19], ids[17], ids[18]]
    assert desk.order == [ids[19], ids[17], ids[18]]
    deadline = time.monotonic() + 60
    while len(set(gate.made)) < 20 and time.monotonic() < deadline:
        time.sleep(0.01)
    service.close()
    assert set(gate.made) == set(ids)  # the others were made, and nobody was bothered with them
    assert len(desk.order) == 3


def test_what_is_being_made_already_is_delivered_when_it_is_wanted(
    project: Project, cache: ThumbnailStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = scanned(project, write_folder(tmp_path / "data", 2))
    gate, desk = Gate(monkeypatch), Desk()
    service = ThumbnailService(project, desk, cache=cache, workers=1)
    service.fill([ids[0]])
    assert gate.reached.wait(60)
    service.want([ids[0]])
    gate.open()
    desk.wait_for(1)
    service.close()
    assert gate.made == [ids[0]]


def test_pause_resume_and_wanting_nothing(project: Project, cache: ThumbnailStore, tmp_path: Path) -> None:
    ids = scanned(project, write_folder(tmp_path / "data", 6))
    desk = Desk()
    service = ThumbnailService(project, desk, cache=cache)
    service.pause()
    service.want(ids)
    time.sleep(0.2)
    assert desk.order == []
    service.want([])
    service.resume()
    time.sleep(0.2)
    assert desk.order == []
    service.want(ids[:2])
    desk.wait_for(2)
    service.close()
    assert set(desk.order) == set(ids[:2])


def test_no_call_waits(
    project: Project, cache: ThumbnailStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = scanned(project, write_folder(tmp_path / "data", 4))
    gate, desk = Gate(monkeypatch), Desk()
    service = ThumbnailService(project, desk, cache=cache)
    start = time.monotonic()
    for _ in range(100):
        service.want(ids)
        service.fill(range(100_000))
    assert time.monotonic() - start < 30
    gate.open()
    service.close()


def test_a_broken_picture_is_an_empty_thumbnail_and_an_error_on_its_row(
    project: Project, cache: ThumbnailStore, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "data", 3)
    ids = scanned(project, folder)
    path = ImageStore(project).get(ids[1]).path
    path.write_bytes(path.read_bytes()[:200])  # after the scan
    desk = Desk()
    service = ThumbnailService(project, desk, cache=cache)
    service.want(ids)
    desk.wait_for(3)
    service.close()
    assert desk.got[ids[1]] == b""
    assert desk.got[ids[0]]
    broken = ImageStore(project).get(ids[1])
    assert broken.status is ImageStatus.UNREADABLE
    assert broken.error


def test_a_surprise_in_one_file_does_not_stop_the_others(
    project: Project, cache: ThumbnailStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = scanned(project, write_folder(tmp_path / "data", 6))
    real = module.decode_thumbnail

    def sometimes(*arguments: object) -> object:
        if threading.current_thread().name.endswith("0") and not hasattr(sometimes, "done"):
            sometimes.done = True  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "decode_thumbnail", sometimes)
    desk = Desk()
    service = ThumbnailService(project, desk, cache=cache, workers=1)
    service.want(ids)
    desk.wait_for(6)
    service.close()
    assert [bool(desk.got[i]) for i in ids] == [False, True, True, True, True, True]


def test_a_picture_is_there_before_the_scan_has_read_it(
    project: Project, cache: ThumbnailStore, tmp_path: Path
) -> None:
    ids = scanned(project, write_folder(tmp_path / "data", 2))
    with project.write() as connection:
        connection.exec_driver_sql("UPDATE images SET status = 'pending', fingerprint = ''")
    desk = Desk()
    service = ThumbnailService(project, desk, cache=cache)
    service.want(ids)
    desk.wait_for(2)
    service.close()
    assert all(desk.got.values())


def test_a_moved_crop_line_gives_another_thumbnail(
    project: Project, cache: ThumbnailStore, tmp_path: Path
) -> None:
    [image_id] = scanned(project, write_folder(tmp_path / "data", 1))
    path = ImageStore(project).get(image_id).path
    import numpy as np
    import tifffile

    pixels = np.full((400, 400), 100, np.uint8)
    pixels[:200] = np.linspace(90, 110, 400)
    pixels[200:] = np.linspace(0, 255, 400)
    tifffile.imwrite(path, pixels)
    scan_folder(project, path.parent)
    pictures = []
    for row in (None, 200):
        place_databar(project, image_id, row)
        desk = Desk()
        service = ThumbnailService(project, desk, cache=cache)
        service.want([image_id])
        desk.wait_for(1)
        service.close()
        pictures.append(desk.got[image_id])
    assert pictures[0] != pictures[1]
    contrast = ImageStore(project).get(image_id).contrast
    assert contrast is not None
    assert contrast.high < 120


def test_all_that_are_missing_are_made_and_counted(project: Project, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "data", 70)
    ids = scanned(project, folder)
    (folder / "day0" / "img3.tif").write_bytes((folder / "day0" / "img3.tif").read_bytes()[:200])
    seen: list[Progress] = []
    assert fill_thumbnails(project, progress=seen.append) == 70
    assert (seen[-1].stage, seen[-1].done, seen[-1].total) == ("thumbnails", 70, 70)
    records = ImageStore(project).get_many(ids)
    assert [r.path.name for r in records if r.status is ImageStatus.UNREADABLE] == ["img3.tif"]
    assert sum(r.contrast is not None for r in records) == 69
    assert fill_thumbnails(project) == 0


def test_filling_stops_on_request_and_goes_on_later(project: Project, tmp_path: Path) -> None:
    scanned(project, write_folder(tmp_path / "data", 130))
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        fill_thumbnails(project, progress=lambda _: cancel.cancel(), cancel=cancel)
    assert fill_thumbnails(project) == 130 - 64
