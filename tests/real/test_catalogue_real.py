"""The catalogue on real micrographs: every vendor's files, and the NFFA images."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from semgui.catalogue.images import ImageQuery, ImageStore
from semgui.catalogue.project import Project, open_project
from semgui.catalogue.thumbnails import ThumbnailStore
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageStatus
from semgui.imaging.reader import SUFFIXES, read_info
from semgui.services.scan import scan_folder
from semgui.services.thumbnails import ThumbnailService

SETS = ("vendor", "nffa_sample")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with open_project(tmp_path / "p.semgui", create=True) as opened:
        yield opened


def hashes(folder: Path) -> dict[Path, str]:
    return {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("name", SETS)
def test_real_folders_scan_to_rows_that_agree_with_the_files(
    project: Project, shared_data: Path, name: str
) -> None:
    folder = shared_data / name
    before = hashes(folder)
    report = scan_folder(project, folder)
    files = [p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES]
    assert report.found == report.new == len(files) > 0
    broken = {path for path, _ in report.unreadable}
    store = ImageStore(project)
    for path in files:
        image = store.by_path(path)
        assert image is not None
        if path in broken:
            assert image.status is ImageStatus.UNREADABLE
            continue
        info = read_info(path, root=folder)
        full = store.get(image.id)
        assert (full.width, full.height, full.dtype) == (info.width, info.height, info.dtype)
        assert full.metadata == info.metadata
    assert not scan_folder(project, folder).anything_changed
    assert hashes(folder) == before


def test_a_copied_tree_that_replaces_the_original_keeps_its_rows(
    project: Project, shared_data: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    shutil.copytree(shared_data / "nffa_sample", first)
    scan_folder(project, first)
    store = ImageStore(project)
    ids = {store.get(ImageId(int(i))).path.name: i for i in store.ids(ImageQuery())}
    shutil.copytree(first, second, copy_function=shutil.copyfile)  # new times, as after an upload
    shutil.rmtree(first)
    report = scan_folder(project, second)
    assert (report.moved, report.new) == (len(ids), 0)
    assert {store.get(ImageId(int(i))).path.name: i for i in store.ids(ImageQuery())} == ids


def test_every_readable_file_gets_a_thumbnail(project: Project, shared_data: Path, tmp_path: Path) -> None:
    for name in SETS:
        scan_folder(project, shared_data / name)
    store = ImageStore(project)
    ids = [ImageId(int(i)) for i in store.ids(ImageQuery())]
    got: dict[ImageId, bytes] = {}
    complete = threading.Event()

    def deliver(image_id: ImageId, picture: bytes) -> None:
        got[image_id] = picture
        if len(got) == len(ids):
            complete.set()

    service = ThumbnailService(project, deliver, cache=ThumbnailStore(tmp_path / "cache"))
    service.want(ids)
    assert complete.wait(120)
    service.close()
    for image in store.get_many(ids):
        assert bool(got[image.id]) is (image.status is ImageStatus.OK), image.path
        assert (image.contrast is not None) is (image.status is ImageStatus.OK), image.path
