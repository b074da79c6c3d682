"""The sample project as a user gets it."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.project import open_project
from semgui.catalogue.query import ImageQuery
from semgui.domain.errors import Cancelled, UsageError
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageStatus
from semgui.domain.progress import CancelToken
from semgui.review.commands import SetLabels
from semgui.review.history import History
from semgui.sample import plan
from semgui.services.demo import make_demo

IMAGES = 22  # the fewest with all odd files, and few enough to need no workers


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch):
    from dataclasses import replace

    shrunk = tuple(replace(s, size=(96, 240)) for s in plan.SESSIONS)
    monkeypatch.setattr(plan, "SESSIONS", shrunk)
    monkeypatch.setattr(plan, "LATTICE_SESSION", replace(plan.LATTICE_SESSION, size=(128, 128)))


def _hashes(folder: Path) -> dict[str, str]:
    pictures = [p for p in sorted(folder.rglob("*")) if p.is_file() and ".semgui" not in str(p)]
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in pictures}


def _truth(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_gives_the_same_files_byte_for_byte(tmp_path):
    first, second, other = (
        make_demo(tmp_path / name, seed=seed, images=IMAGES) for name, seed in (("a", 4), ("b", 4), ("c", 5))
    )
    assert first.drawn == second.drawn == IMAGES
    assert _hashes(tmp_path / "a") == _hashes(tmp_path / "b")
    assert not set(_hashes(other.image_folder).values()) & set(_hashes(first.image_folder).values())


def test_both_projects_hold_all_images_classes_and_labels(tmp_path):
    made = make_demo(tmp_path / "s", seed=1, images=IMAGES)
    truth = {row["path"]: row for row in _truth(made.truth_path)}
    assert len(truth) == IMAGES
    seen = 0
    for project_path, classes in ((made.project_path, 10), (made.lattice_project_path, 5)):
        with open_project(project_path) as project:
            store = ImageStore(project)
            names = ClassStore(project).names()
            assert len(names) == classes
            records = store.get_many([ImageId(int(i)) for i in store.ids(ImageQuery())])
            seen += len(records)
            labels = LabelStore(project).current([r.id for r in records])
            for record in records:
                row = truth[record.path.relative_to(tmp_path / "s").as_posix()]
                given = names[labels[record.id]] if record.id in labels else ""
                assert given == row["given_label"]
                unreadable = record.status is ImageStatus.UNREADABLE
                assert unreadable == (row["true_class"] == "")
    assert seen == IMAGES
    planted = [row for row in truth.values() if row["planted"] == "yes"]
    assert planted
    assert all(row["given_label"] not in {"", row["true_class"]} for row in planted)


def test_a_second_call_changes_nothing_not_even_what_the_user_corrected(tmp_path):
    made = make_demo(tmp_path / "s", seed=1, images=IMAGES)
    with open_project(made.project_path) as project:
        store = LabelStore(project)
        labelled = store.labelled()[0]
        other = next(c for c in ClassStore(project).names() if c != labelled.class_id)
        History(project, "me").do(SetLabels([labelled.image_id], other))
    before = _hashes(tmp_path / "s")
    again = make_demo(tmp_path / "s", seed=1, images=IMAGES)
    assert again.drawn == 0
    assert _hashes(tmp_path / "s") == before
    with open_project(made.project_path) as project:
        assert LabelStore(project).current([labelled.image_id]) == {labelled.image_id: other}


def test_a_stopped_run_goes_on_and_ends_with_the_same_files(tmp_path):
    cancel = CancelToken()

    def stop_at_five(progress):
        if progress.stage == "drawing" and progress.done == 5:
            cancel.cancel()

    with pytest.raises(Cancelled):
        make_demo(tmp_path / "a", seed=4, images=IMAGES, progress=stop_at_five, cancel=cancel)
    assert make_demo(tmp_path / "a", seed=4, images=IMAGES).drawn == IMAGES - 5
    make_demo(tmp_path / "b", seed=4, images=IMAGES)
    assert _hashes(tmp_path / "a") == _hashes(tmp_path / "b")


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="other things"):
        make_demo(tmp_path, images=IMAGES)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "sample.json").write_text("[1]")
    with pytest.raises(UsageError, match="other things"):
        make_demo(tmp_path / "other", images=IMAGES)
    with pytest.raises(UsageError, match="other things"):
        make_demo(tmp_path / "thesis.txt", images=IMAGES)


def test_another_sample_is_left_alone(tmp_path):
    make_demo(tmp_path / "s", seed=1, images=3)
    with pytest.raises(UsageError, match="seed 1, 3 images"):
        make_demo(tmp_path / "s", seed=2, images=3)


def test_a_sample_of_nothing_is_refused(tmp_path):
    with pytest.raises(UsageError, match="at least one"):
        make_demo(tmp_path / "s", images=0)


def test_workers_give_the_same_files_as_one_process(tmp_path, monkeypatch):
    monkeypatch.undo()  # workers know nothing of the small sizes
    monkeypatch.setenv("SEMGUI_HOME", str(tmp_path / "home"))
    from semgui.sample.files import write_planned

    made = make_demo(tmp_path / "s", seed=6, images=24)
    chosen = [p for p in plan.plan_sample(6, 24) if p.session.size[1] <= 640][:6]
    for planned in chosen:
        (tmp_path / "one" / planned.path).parent.mkdir(parents=True, exist_ok=True)
        write_planned(planned, tmp_path / "one")
        assert (tmp_path / "one" / planned.path).read_bytes() == (tmp_path / "s" / planned.path).read_bytes()
    assert made.drawn == 24
