"""Scanning: what is found, found again, changed and gone; and a scan that is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import tifffile
from sqlalchemy import func, insert, select

from semgui.catalogue import images as image_module
from semgui.catalogue import listing
from semgui.catalogue.contents import FileContent, ToRead
from semgui.catalogue.images import ImageQuery, ImageStore
from semgui.catalogue.label_tables import batches, label_events
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.listing import FolderListing
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project, open_project
from semgui.domain.errors import Cancelled, UsageError
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.image import ImageRecord, ImageStatus
from semgui.domain.metadata import ContrastLimits, Databar
from semgui.domain.prediction import Prediction, PredictionStatus
from semgui.domain.progress import CancelToken, Progress
from semgui.imaging.limits import DecodeLimits
from semgui.review.commands import Command
from semgui.review.databar_commands import PlaceDatabar
from semgui.review.history import History
from semgui.review.mark_commands import SetFlag
from semgui.services import scan as scan_module
from semgui.services.hashing import hash_contents
from semgui.services.scan import ScanOptions, ScanReport, scan_files, scan_folder
from tests.catalogue.pictures import make_older, write_folder, write_tiff
from tests.crop_lines import place_databar

MODEL = ModelId("net@1")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with open_project(tmp_path / "p.semgui", create=True) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def all_images(project: Project) -> list[ImageRecord]:
    store = ImageStore(project)
    return store.get_many([ImageId(i) for i in store.ids(ImageQuery()).tolist()])


def by_name(project: Project) -> dict[str, ImageRecord]:
    return {image.path.name: image for image in all_images(project)}


def image_at(project: Project, path: Path) -> ImageRecord:
    found = ImageStore(project).by_path(path)
    assert found is not None
    return found


def label(project: Project, image_id: ImageId) -> None:
    when = datetime.now(UTC)
    with project.write() as connection:
        values = {"action": "do", "title": "t", "annotator": "a", "created_at": when}
        batch = connection.execute(insert(batches).values(values)).inserted_primary_key[0]
        event = {"batch_id": batch, "image_id": image_id, "class_id": "c", "annotator": "a"}
        connection.execute(insert(label_events).values({**event, "created_at": when, "source": "user"}))


def predict(project: Project, image_id: ImageId) -> None:
    store = PredictionStore(project)
    store.begin(MODEL, [ClassId("a"), ClassId("b")])
    store.put_many(MODEL, [Prediction(image_id, MODEL, ClassId("a"), 0.9, 0.1, PredictionStatus.OK)])


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise AssertionError("a file was read")

    monkeypatch.setattr(scan_module, "read_content", fail)


# ---- what is found ----


def test_every_image_becomes_a_row_with_its_header(project: Project, folder: Path) -> None:
    write_folder(folder, 25)
    (folder / "notes.txt").write_text("no image")
    write_tiff(folder / ".hidden" / "a.tif")
    write_tiff(folder / "._double.tif")
    report = scan_folder(project, folder)
    assert (report.found, report.new, report.unreadable) == (25, 25, [])
    found = all_images(project)
    assert [i.path.name for i in found] == [f"img{i}.tif" for i in range(25)]  # img2 before img10
    for image in found:
        assert (image.status, image.width, image.height, image.dtype) == (ImageStatus.OK, 64, 48, "uint8")
        assert image.size == image.path.stat().st_size
        assert image.root == folder


def test_a_second_scan_reads_nothing(project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan_folder(project, write_folder(folder, 12))
    before = all_images(project)
    forbid_reading(monkeypatch)
    report = scan_folder(project, folder)
    assert report == ScanReport(found=12)
    assert all_images(project) == before


def test_broken_files_are_rows_with_a_reason(project: Project, folder: Path) -> None:
    write_folder(folder, 3)
    (folder / "empty.tif").write_bytes(b"")
    (folder / "text.png").write_text("hello")
    report = scan_folder(project, folder)
    assert [path.name for path, _ in report.unreadable] == ["empty.tif", "text.png"]
    assert "empty" in report.unreadable[0][1]
    assert by_name(project)["empty.tif"].status is ImageStatus.UNREADABLE
    assert scan_folder(project, folder).unreadable == report.unreadable


def test_a_broken_file_that_was_mended_is_read(project: Project, folder: Path) -> None:
    path = folder / "a.tif"
    folder.mkdir()
    path.write_bytes(b"II*")
    assert scan_folder(project, folder).unreadable
    write_tiff(path)
    assert scan_folder(project, folder).unreadable == []
    assert image_at(project, path).status is ImageStatus.OK


def test_a_file_whose_pixels_are_broken_stays_unreadable(project: Project, folder: Path) -> None:
    path = write_tiff(folder / "a.tif")
    scan_folder(project, folder)
    # Something else that decoded it found the pixels broken; the header alone must not say otherwise.
    content = bytearray(path.read_bytes())
    tifffile.imwrite(path, np.zeros((48, 64), np.uint8), compression="zlib")
    content = bytearray(path.read_bytes())
    middle = content.rindex(b"\x78")
    content[middle : middle + 12] = b"\xff" * 12
    path.write_bytes(content)
    scan_folder(project, folder)
    ImageStore(project).record_error(image_at(project, path), "its compressed data is damaged")
    assert len(scan_folder(project, folder).unreadable) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes any byte in a file name")
def test_names_that_are_not_utf8(project: Project, folder: Path) -> None:
    path = write_tiff(folder / os.fsdecode(b"caf\xe9 \xff.tif"))
    assert scan_folder(project, folder).new == 1
    assert [i.path for i in all_images(project)] == [path]
    assert scan_folder(project, folder) == ScanReport(found=1)


def test_links_lead_nowhere_outside_and_into_no_loop(project: Project, folder: Path, tmp_path: Path) -> None:
    outside = write_tiff(tmp_path / "outside" / "secret.tif")
    inside = write_tiff(folder / "a.tif")
    (folder / "loop").symlink_to(folder)
    (folder / "elsewhere").symlink_to(outside.parent)
    (folder / "out.tif").symlink_to(outside)
    (folder / "in.tif").symlink_to(inside)
    (folder / "broken.tif").symlink_to(tmp_path / "nothing.tif")
    report = scan_folder(project, folder)
    found = by_name(project)
    assert set(found) == {"a.tif", "in.tif", "out.tif", "broken.tif"}
    assert found["in.tif"].status is ImageStatus.OK
    assert [path.name for path, _ in report.unreadable] == ["broken.tif", "out.tif"]
    assert "leads out of" in (found["out.tif"].error or "")
    again = scan_folder(project, folder)
    assert not again.anything_changed


@pytest.mark.parametrize("opened", ["real", "link", "real/week", "real/latest", "other/week"])
@pytest.mark.parametrize("again", ["real", "link", "real/latest", "other/week"])
def test_a_file_is_one_image_by_whatever_links_it_is_reached(
    project: Project, tmp_path: Path, opened: str, again: str
) -> None:
    write_tiff(tmp_path / "real" / "week" / "a.tif")
    (tmp_path / "other").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real" / "latest").symlink_to("week")
    (tmp_path / "other" / "week").symlink_to(tmp_path / "real" / "week")
    scan_folder(project, tmp_path / opened)
    scan_folder(project, tmp_path / again)
    names = [tmp_path / way / "a.tif" for way in ("real/week", "real/latest", "link/latest", "other/week")]
    assert not scan_files(project, names).anything_changed
    store = ImageStore(project)
    (image,) = all_images(project)
    assert store.by_paths(names) == [image] * 4
    assert [store.count(ImageQuery(folder=name.parent)) for name in names] == [1] * 4


def test_a_file_that_is_found_to_have_moved_while_it_is_looked_up_is_found(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_tiff(folder / "a.tif")
    scan_folder(project, folder)
    old = image_at(project, path).id
    path.rename(folder / "b.tif")
    read, held = scan_module.read_content, []
    places = image_module._places

    def read_later(row: ToRead, root: Path, limits: DecodeLimits) -> FileContent:
        held.append(row)
        raise Cancelled

    monkeypatch.setattr(scan_module, "read_content", read_later)
    with pytest.raises(Cancelled):
        scan_folder(project, folder)
    monkeypatch.setattr(scan_module, "read_content", read)

    def place_and_scan(*args: object) -> object:
        found = places(*args)
        monkeypatch.setattr(image_module, "_places", places)
        scan_folder(project, folder)
        return found

    monkeypatch.setattr(image_module, "_places", place_and_scan)
    found = ImageStore(project).by_path(folder / "b.tif")
    assert found is not None
    assert found.id in {old, held[0].id}


def test_a_project_in_the_folder_is_not_scanned(tmp_path: Path) -> None:
    write_tiff(tmp_path / "a.tif")
    with open_project(tmp_path / "p.semgui", create=True) as project:
        write_tiff(tmp_path / "p.semgui" / "cache.tif")
        assert scan_folder(project, tmp_path).found == 1


def test_a_folder_that_is_not_there_is_a_usage_error(project: Project, folder: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        scan_folder(project, folder)
    with pytest.raises(UsageError, match="this is a file"):
        scan_folder(project, write_tiff(folder / "a.tif"))


def test_sources_are_left_as_they_are(project: Project, folder: Path) -> None:
    write_folder(folder, 5)
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.rglob("*") if p.is_file()}
    scan_folder(project, folder)
    after = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.rglob("*") if p.is_file()}
    assert before == after


# ---- folders inside folders ----


def test_a_folder_above_an_opened_one_takes_its_images_over(project: Project, folder: Path) -> None:
    write_folder(folder, 30)
    scan_folder(project, folder / "day1")
    ids = {image.path: image.id for image in all_images(project)}
    report = scan_folder(project, folder)
    assert (report.found, report.new) == (30, 20)
    assert {p: i for p, i in ((i.path, i.id) for i in all_images(project)) if p in ids} == ids
    assert [root.path for root in ImageStore(project).roots()] == [folder]


def test_a_folder_below_an_opened_one_is_part_of_it(project: Project, folder: Path) -> None:
    write_folder(folder, 30)
    scan_folder(project, folder)
    write_tiff(folder / "day1" / "new.tif", seed=99)
    write_tiff(folder / "day2" / "new.tif", seed=98)
    report = scan_folder(project, folder / "day1")
    assert (report.found, report.new, report.missing) == (11, 1, 0)
    assert len(ImageStore(project).roots()) == 1


# ---- moved, changed, gone ----


def test_a_moved_folder_is_found_again(project: Project, folder: Path, tmp_path: Path) -> None:
    write_folder(folder, 20)
    scan_folder(project, folder)
    ids = {image.path.name: image.id for image in all_images(project)}
    label(project, ids["img7.tif"])
    predict(project, ids["img7.tif"])
    folder.rename(tmp_path / "archive")
    report = scan_folder(project, tmp_path / "archive")
    assert (report.found, report.new, report.moved, report.missing) == (20, 0, 20, 0)
    assert {image.path.name: image.id for image in all_images(project)} == ids
    assert image_at(project, tmp_path / "archive" / "day0" / "img7.tif").id == ids["img7.tif"]
    assert list(PredictionStore(project).get(MODEL, [ids["img7.tif"]])) == [ids["img7.tif"]]
    assert [root.path for root in ImageStore(project).roots()] == [tmp_path / "archive"]


def test_a_renamed_file_keeps_its_row(project: Project, folder: Path) -> None:
    write_folder(folder, 5)
    scan_folder(project, folder)
    old = image_at(project, folder / "day0" / "img3.tif")
    (folder / "day0" / "img3.tif").rename(folder / "best.tif")
    report = scan_folder(project, folder)
    assert (report.moved, report.new, report.missing) == (1, 0, 0)
    assert image_at(project, folder / "best.tif").id == old.id


def test_a_moved_file_that_was_labelled_before_it_was_recognised_stays_itself(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_tiff(folder / "a.tif")
    scan_folder(project, folder)
    old = image_at(project, path).id
    path.rename(folder / "b.tif")
    read = scan_module.read_content

    def read_while_the_user_labels(row: ToRead, root: Path, limits: DecodeLimits) -> FileContent:
        label(project, row.id)
        return read(row, root, limits)

    monkeypatch.setattr(scan_module, "read_content", read_while_the_user_labels)
    report = scan_folder(project, folder)
    assert (report.new, report.moved, report.missing) == (1, 0, 1)
    new = image_at(project, folder / "b.tif")
    assert new.id != old
    with project.read() as connection:
        assert connection.execute(select(label_events.c.image_id)).scalars().all() == [new.id]


@pytest.mark.parametrize("said", [lambda i: SetFlag([i], True), lambda i: PlaceDatabar(i, None)])
def test_a_moved_file_that_was_marked_before_it_was_recognised_stays_itself(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch, said: Callable[[ImageId], Command]
) -> None:
    path = write_tiff(folder / "a.tif")
    scan_folder(project, folder)
    path.rename(folder / "b.tif")
    read = scan_module.read_content

    def read_while_the_user_marks(row: ToRead, root: Path, limits: DecodeLimits) -> FileContent:
        History(project, "ann").do(said(row.id))
        return read(row, root, limits)

    monkeypatch.setattr(scan_module, "read_content", read_while_the_user_marks)
    report = scan_folder(project, folder)
    assert (report.new, report.moved, report.missing) == (1, 0, 1)
    new = image_at(project, folder / "b.tif")
    assert LabelStore(project).touched_since(0) == [new.id]
    assert scan_folder(project, folder) == ScanReport(found=1)


def test_copies_are_images_of_their_own(project: Project, folder: Path) -> None:
    first = write_tiff(folder / "a.tif")
    shutil.copy2(first, folder / "b.tif")
    scan_folder(project, folder)
    found = by_name(project)
    assert found["a.tif"].fingerprint == found["b.tif"].fingerprint
    assert found["a.tif"].id != found["b.tif"].id


def test_a_missing_file_keeps_its_labels_and_comes_back(
    project: Project, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(folder, 3)
    scan_folder(project, folder)
    path = folder / "day0" / "img1.tif"
    image = image_at(project, path)
    label(project, image.id)
    path.rename(tmp_path / "away")
    assert scan_folder(project, folder).missing == 1
    assert image_at(project, path).status is ImageStatus.MISSING
    assert ImageStore(project).count(ImageQuery()) == 2
    (tmp_path / "away").rename(path)
    forbid_reading(monkeypatch)
    assert scan_folder(project, folder).changed == 1
    assert image_at(project, path) == image
    with project.read() as connection:
        assert connection.execute(select(func.count()).select_from(label_events)).scalar() == 1


def test_a_folder_that_vanished_takes_its_images_with_it(project: Project, folder: Path) -> None:
    write_folder(folder, 20)
    scan_folder(project, folder)
    shutil.rmtree(folder / "day1")
    assert scan_folder(project, folder).missing == 10


def test_a_folder_that_cannot_be_listed_proves_nothing(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(folder, 20)
    scan_folder(project, folder)
    scandir = os.scandir

    def refuse(path: os.PathLike[str]) -> object:
        if Path(path).name == "day1":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("semgui.catalogue.listing.os.scandir", refuse)
    report = scan_folder(project, folder)
    assert (report.missing, [p.name for p, _ in report.unlisted]) == (0, ["day1"])
    assert ImageStore(project).count(ImageQuery()) == 20


def test_a_changed_file_loses_its_predictions_and_keeps_its_label(project: Project, folder: Path) -> None:
    path = write_tiff(folder / "a.tif", seed=1)
    scan_folder(project, folder)
    before = image_at(project, path)
    ImageStore(project).record_analysis(before, Databar(40, "pixels"), ContrastLimits(1, 2))
    label(project, before.id)
    predict(project, before.id)
    write_tiff(path, seed=2, shape=(50, 70))
    assert scan_folder(project, folder).changed == 1
    after = image_at(project, path)
    assert (after.id, after.width, after.version) == (before.id, 70, before.version + 1)
    assert (after.databar, after.contrast) == (Databar(), None)
    assert PredictionStore(project).get(MODEL, [after.id]) == {}
    assert PredictionStore(project).missing(MODEL).tolist() == [after.id]


def test_what_was_computed_of_a_file_while_it_was_written_does_not_outlive_it(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_tiff(folder / "a.tif", seed=1)
    read = scan_module.read_content

    def read_what_is_written_again(row: ToRead, root: Path, limits: DecodeLimits) -> FileContent:
        ImageStore(project).record_analysis(
            image_at(project, path), Databar(40, "pixels"), ContrastLimits(1, 2)
        )
        predict(project, row.id)
        write_tiff(path, seed=2, shape=(50, 70))
        return read(row, root, limits)

    monkeypatch.setattr(scan_module, "read_content", read_what_is_written_again)
    scan_folder(project, folder)
    after = image_at(project, path)
    assert (after.width, after.databar, after.contrast) == (70, Databar(), None)
    assert PredictionStore(project).get(MODEL, [after.id]) == {}


def test_an_analysis_of_a_file_that_has_changed_meanwhile_is_dropped(project: Project, folder: Path) -> None:
    path = write_tiff(folder / "a.tif", seed=1)
    scan_folder(project, folder)
    decoded = image_at(project, path)
    write_tiff(path, seed=2, shape=(50, 70))
    scan_folder(project, folder)
    now = image_at(project, path)
    ImageStore(project).record_analysis(decoded, Databar(40, "pixels"), ContrastLimits(1, 2))
    ImageStore(project).record_error(decoded, "the file ends in the middle")
    assert image_at(project, path) == now


def test_the_users_crop_line_survives_a_changed_file(project: Project, folder: Path) -> None:
    path = write_tiff(folder / "a.tif", seed=1)
    scan_folder(project, folder)
    place_databar(project, image_at(project, path).id, 41)
    write_tiff(path, seed=2)
    make_older(path, -5)
    scan_folder(project, folder)
    assert image_at(project, path).databar == Databar(41, "user")


def test_an_edit_in_the_middle_is_a_change(project: Project, folder: Path) -> None:
    path = write_tiff(folder / "a.tif", shape=(600, 600))
    scan_folder(project, folder)
    before = image_at(project, path)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 100] = b"\x00" * 100
    path.write_bytes(content)
    make_older(path, -5)
    scan_folder(project, folder)
    after = image_at(project, path)
    assert (after.fingerprint, after.version) == (before.fingerprint, before.version + 1)


def test_a_new_time_alone_is_no_change_once_the_whole_file_is_known(project: Project, folder: Path) -> None:
    path = write_tiff(folder / "a.tif")
    scan_folder(project, folder)
    assert hash_contents(project) == 1
    assert hash_contents(project) == 0
    before = image_at(project, path)
    make_older(path, 1000)
    assert scan_folder(project, folder).changed == 1
    assert image_at(project, path).version == before.version
    assert not scan_folder(project, folder).anything_changed


def test_what_changed_since_the_scan_is_not_hashed(project: Project, folder: Path) -> None:
    path = write_tiff(folder / "a.tif")
    scan_folder(project, folder)
    make_older(path, 1000)
    assert hash_contents(project) == 0


def test_a_file_that_vanishes_while_its_folder_is_listed_hides_no_other(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(folder, 3)
    before = listing._found

    def vanishing(entry: os.DirEntry[str], root: Path) -> listing.FoundFile:
        if entry.name == "img1.tif":
            Path(entry.path).unlink()
        return before(entry, root)

    monkeypatch.setattr(listing, "_found", vanishing)
    report = scan_folder(project, folder)
    assert (report.found, report.unlisted) == (2, [])


# ---- stopping and going on ----


def test_a_stopped_scan_goes_on_where_it_was(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(folder, 40)
    cancel = CancelToken()
    monkeypatch.setattr(scan_module, "_SECONDS_AT_ONCE", 0.0)

    def stop_when_reading(progress: Progress) -> None:
        if progress.stage == "reading":
            cancel.cancel()

    with pytest.raises(Cancelled):
        scan_folder(
            project, folder, progress=stop_when_reading, cancel=cancel, options=ScanOptions(workers=1)
        )
    states = [image.status for image in all_images(project)]
    assert 0 < states.count(ImageStatus.OK) < 40
    assert len(states) == 40
    scan_folder(project, folder)
    assert {image.status for image in all_images(project)} == {ImageStatus.OK}


KILLED = """
import sys
from pathlib import Path
from semgui.catalogue.project import open_project
from semgui.services import scan
scan._ROWS_AT_ONCE = 5
scan._SECONDS_AT_ONCE = 0.0
print("ready", flush=True)
with open_project(sys.argv[1], create=True) as project:
    scan.scan_folder(project, Path(sys.argv[2]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_scan_killed_at_any_moment_loses_nothing(folder: Path, tmp_path: Path) -> None:
    write_folder(folder, 150)
    target = tmp_path / "killed.semgui"
    for attempt in range(6):
        child = subprocess.Popen([sys.executable, "-c", KILLED, target, folder], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.02 + 0.06 * attempt)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
    with open_project(target, create=True) as project:
        report = scan_folder(project, folder)
        assert report.found == 150
        found = all_images(project)
        assert len(found) == len({image.path for image in found}) == 150
        assert {image.status for image in found} == {ImageStatus.OK}
        assert not scan_folder(project, folder).anything_changed
        with project.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_two_scans_at_once_do_no_harm(project: Project, folder: Path, tmp_path: Path) -> None:
    write_folder(folder, 120)
    scan_folder(project, folder)
    folder.rename(tmp_path / "archive")
    command = [sys.executable, "-c", KILLED, project.path, tmp_path / "archive"]
    scans = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    for scan in scans:
        _, errors = scan.communicate(timeout=120)
        assert (scan.returncode, errors) == (0, b"")
    found = all_images(project)
    assert {image.id for image in found} == set(range(1, 121))
    assert {image.status for image in found} == {ImageStatus.OK}


def test_two_folders_are_scanned_at_once(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path / "first", 3)
    write_folder(tmp_path / "second", 4)
    walk = scan_module.walk

    def walk_while_another_scan_ends(folder: Path, root: Path) -> Iterator[FolderListing]:
        monkeypatch.setattr(scan_module, "walk", walk)
        scan_folder(project, tmp_path / "second")
        return walk(folder, root)

    monkeypatch.setattr(scan_module, "walk", walk_while_another_scan_ends)
    assert scan_folder(project, tmp_path / "first").new == 3
    assert {r.path.name for r in ImageStore(project).roots()} == {"first", "second"}
    assert len(all_images(project)) == 7


def test_a_folder_that_becomes_part_of_another_while_it_is_scanned_has_each_file_once(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path / "all" / "inner", 3)
    walk = scan_module.walk

    def walk_while_the_outer_one_is_scanned(folder: Path, root: Path) -> Iterator[FolderListing]:
        monkeypatch.setattr(scan_module, "walk", walk)
        scan_folder(project, tmp_path / "all")
        return walk(folder, root)

    monkeypatch.setattr(scan_module, "walk", walk_while_the_outer_one_is_scanned)
    with pytest.raises(UsageError, match="a folder above it was opened meanwhile"):
        scan_folder(project, tmp_path / "all" / "inner")
    assert len(all_images(project)) == 3


def test_progress_tells_how_far_it_is(project: Project, folder: Path) -> None:
    seen: list[Progress] = []
    scan_folder(project, write_folder(folder, 30), progress=seen.append)
    last = seen[-1]
    assert (last.stage, last.done, last.total) == ("reading", 30, 30)


# ---- single files, and folders being written ----


def test_single_files_leave_their_folder_alone(project: Project, folder: Path) -> None:
    write_folder(folder, 10)
    report = scan_files(project, [folder / "day0" / "img1.tif", folder / "day0" / "img2.tif"])
    assert (report.found, report.new) == (2, 2)
    assert sorted(by_name(project)) == ["img1.tif", "img2.tif"]
    (folder / "day0" / "img1.tif").unlink()
    report = scan_files(project, [folder / "day0" / "img1.tif"])
    assert report.missing == 1
    assert image_at(project, folder / "day0" / "img2.tif").status is ImageStatus.OK


def test_a_file_still_being_written_is_left_for_later_when_watched(project: Project, folder: Path) -> None:
    whole = write_tiff(folder / "a.tif").read_bytes()
    path = folder / "b.tif"
    path.write_bytes(whole[:100])
    watched = ScanOptions(watched=True)
    report = scan_files(project, [path], options=watched)
    assert (report.unsettled, report.unreadable) == ([path], [])
    assert image_at(project, path).status is ImageStatus.PENDING
    path.write_bytes(whole)
    assert scan_files(project, [path], options=watched).unsettled == []
    assert image_at(project, path).status is ImageStatus.OK
    path.write_bytes(whole[:100])
    make_older(path, 120)
    assert [p for p, _ in scan_files(project, [path], options=watched).unreadable] == [path]


def test_a_file_named_by_the_user_is_reported_at_once(project: Project, folder: Path) -> None:
    folder.mkdir()
    (folder / "b.tif").write_bytes(b"II*\x00")
    assert len(scan_files(project, [folder / "b.tif"]).unreadable) == 1
