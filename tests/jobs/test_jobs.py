"""Whole runs in processes of their own."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
import torch
from PIL import Image

from semgui.catalogue.fingerprint import fingerprint
from semgui.catalogue.images import ImageStore
from semgui.catalogue.project import open_project
from semgui.catalogue.tables import splits
from semgui.domain.errors import UsageError
from semgui.imaging.limits import DecodeLimits
from semgui.inference.prepare import Source, prepare
from semgui.jobs import supervisor
from semgui.jobs.__main__ import threads_beside_a_window
from semgui.jobs.prepare import JobSpec, prepare_run
from semgui.jobs.run_lock import RunBusyError, is_locked, run_lock
from semgui.jobs.supervisor import RunHandle, RunState, adopt, create_run, prepare_here, start
from semgui.services.label_files import import_labels
from semgui.services.scan import scan_folder
from trainer.card import InputSpec, View, load_card
from trainer.config import BaseWeights, load_config
from trainer.events import EventWriter
from trainer.models import load_model
from trainer.preprocess import PreprocessParams
from trainer.run_folder import RunFolder, read_manifest

if sys.platform != "win32":
    import fcntl

SMALL = {"preprocess": PreprocessParams(edge=96), "input": InputSpec(views=(View(edge=96),))}


def job(data: Path, **changes) -> JobSpec:
    return JobSpec(**({"name": "textures", "kind": "folder", "data": data} | SMALL | changes))


def wait_for(handle: RunHandle, *states: RunState) -> RunState:
    deadline = time.monotonic() + 240
    while (state := handle.state()) not in states:
        assert time.monotonic() < deadline, f"still {state}"
        time.sleep(0.05)
    return state


def prepared(path: Path, spec: JobSpec) -> RunFolder:
    run = create_run(path, spec).run
    prepare_run(run, EventWriter(run.events))
    return run


def test_a_run_from_folder_to_model(class_folder, tmp_path):
    handle = create_run(tmp_path / "run", job(class_folder))
    assert handle.state() is RunState.NEW
    start(handle)
    assert handle.state() is RunState.RUNNING
    with pytest.raises(UsageError, match="worked on already"):
        start(handle)
    assert wait_for(handle, RunState.DONE, RunState.FAILED, RunState.LOST) is RunState.DONE
    kinds = [event.event for event in handle.new_events()]
    assert kinds[-1] == "done"
    assert "warning" in kinds  # broken.tif
    card = load_card(handle.run.model)
    assert card.measurements[0].accuracy.value == 1.0
    # What the run saw is what classification sees.
    model = load_model(handle.run.model, torch.device("cpu"))
    rows = read_manifest(handle.run.manifest)
    features = np.fromfile(handle.run.features / "embeddings.f32", np.float32).reshape(len(rows), -1)
    files = [Source(class_folder / row.image_id) for row in rows]
    images = np.stack([prepare(f, card.preprocess, DecodeLimits()).pixels for f in files])
    np.testing.assert_allclose(model.forward(torch.from_numpy(images)).embedding, features, atol=1e-4)


def test_a_killed_run_is_found_and_goes_on(class_folder, tmp_path):
    handle = create_run(tmp_path / "run", job(class_folder, name="killed"))
    start(handle)
    deadline = time.monotonic() + 60
    pid = None
    while pid is None and time.monotonic() < deadline:
        pid = next((event.pid for event in handle.new_events() if event.event == "started"), None)
        time.sleep(0.01)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert wait_for(handle, RunState.LOST, RunState.DONE) is RunState.LOST
    again = adopt(tmp_path / "run")
    pixels = handle.run.pixels.stat().st_mtime_ns
    start(again)
    assert wait_for(again, RunState.DONE, RunState.FAILED) is RunState.DONE
    assert handle.run.pixels.stat().st_mtime_ns == pixels, "images were decoded again"


def test_a_stop_is_followed_and_forgotten_at_the_next_start(class_folder, tmp_path):
    handle = create_run(tmp_path / "run", job(class_folder))
    start(handle)
    handle.ask_to_stop()
    assert wait_for(handle, RunState.STOPPED, RunState.DONE) is RunState.STOPPED
    start(handle)
    assert not handle.run.stop.exists()
    assert wait_for(handle, RunState.DONE, RunState.FAILED) is RunState.DONE


def test_a_run_that_cannot_be_prepared_says_why(tmp_path):
    handle = create_run(tmp_path / "run", job(tmp_path / "nowhere"))
    start(handle)
    assert wait_for(handle, RunState.FAILED, RunState.LOST) is RunState.FAILED
    (event,) = handle.new_events()
    assert "no such folder" in event.text


def test_the_process_is_nice_and_outlives_its_parent(class_folder, tmp_path):
    """Started from a process that ends at once, the run goes on, at low priority, in a session of its own."""
    create_run(tmp_path / "run", job(class_folder))
    program = (
        "import sys; from pathlib import Path; from semgui.jobs.supervisor import adopt, start;"
        "start(adopt(Path(sys.argv[1])))"
    )
    subprocess.run([sys.executable, "-c", program, tmp_path / "run"], check=True)
    handle = adopt(tmp_path / "run")
    deadline = time.monotonic() + 240
    pid = None
    while pid is None and time.monotonic() < deadline:
        pid = next((event.pid for event in handle.new_events() if event.event == "started"), None)
        time.sleep(0.01)
    assert os.getpriority(os.PRIO_PROCESS, pid) == min(os.getpriority(os.PRIO_PROCESS, 0) + 10, 19)
    assert os.getsid(pid) != os.getsid(0)
    assert wait_for(handle, RunState.DONE, RunState.FAILED) is RunState.DONE


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 2), (3, 2), (16, 15)])
def test_a_core_is_left_to_the_window(cores, threads):
    assert threads_beside_a_window(cores) == threads


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.docx").write_text("mine")
    with pytest.raises(UsageError, match="something here already"):
        create_run(tmp_path / "run", job(tmp_path))
    with pytest.raises(UsageError, match="no run folder"):
        adopt(tmp_path / "run")


def test_a_run_that_is_prepared_here_is_left_alone_by_others(class_folder, tmp_path, monkeypatch):
    handle = create_run(tmp_path / "run", job(class_folder))
    monkeypatch.setattr(supervisor, "SECONDS_TO_TAKE_UP", 0)
    with run_lock(handle.run.path), pytest.raises(UsageError, match="worked on already"):
        prepare_here(handle)
    seen = []

    def look(run: RunFolder, events: EventWriter) -> None:
        seen.append(adopt(run.path).state())
        with pytest.raises(UsageError, match="worked on already"):
            start(adopt(run.path))
        prepare_run(run, events)

    monkeypatch.setattr(supervisor, "prepare_run", look)
    prepare_here(handle)
    assert seen == [RunState.RUNNING]
    assert handle.run.manifest.exists()
    assert handle.state() is RunState.STOPPED


@pytest.mark.skipif(sys.platform == "win32", reason="the locks are others there")
def test_a_disk_without_locks_keeps_nobody_from_working(tmp_path, monkeypatch):
    def refuse(descriptor: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with run_lock(tmp_path):
        assert not is_locked(tmp_path)


def test_a_start_does_not_wait_for_a_lock_that_the_disk_does_not_have(class_folder, tmp_path, monkeypatch):
    handle = create_run(tmp_path / "run", job(class_folder))
    monkeypatch.setattr(supervisor, "is_locked", lambda _: False)
    monkeypatch.setattr(supervisor, "_SECONDS_TO_START", 1e9)
    start(handle)
    assert handle.run.events.stat().st_size > 0
    assert wait_for(handle, RunState.DONE, RunState.FAILED) is RunState.DONE


def test_the_lock_is_free_when_its_holder_is_gone(tmp_path):
    assert not is_locked(tmp_path)
    with run_lock(tmp_path):
        assert is_locked(tmp_path)
        with pytest.raises(RunBusyError), run_lock(tmp_path):
            pass
    assert not is_locked(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no shared lock there")
def test_who_looks_whether_a_run_is_worked_on_keeps_nobody_from_working_on_it(tmp_path):
    with run_lock(tmp_path):
        pass
    looking = os.open(tmp_path / "lock", os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)  # as another process does for a moment
    assert not is_locked(tmp_path)
    with pytest.raises(RunBusyError), run_lock(tmp_path):
        pass
    moment = threading.Timer(0.2, os.close, [looking])
    moment.start()
    with run_lock(tmp_path, patience=60):
        assert is_locked(tmp_path)
    moment.join()


@pytest.fixture
def project(class_folder, tmp_path):
    with open_project(tmp_path / "p.semgui", create=True) as opened:
        scan_folder(opened, class_folder)
        import_labels(opened, class_folder, "tester")
        yield opened


def test_a_project_trains_on_its_labels(project, tmp_path):
    run = prepared(tmp_path / "run", job(project.path, kind="project"))
    rows = read_manifest(run.manifest)
    assert len(rows) == 30
    assert {c.name for c in load_config(run.config).classes} == {"dots", "flat", "stripes"}
    with project.read() as connection:
        kept = {row.image_id: row.split for row in connection.execute(sa.select(splits))}
    assert kept == {int(row.image_id): row.split for row in rows}


def test_a_project_keeps_its_splits(project, class_folder, tmp_path):
    first = {r.image_id: r.split for r in read_manifest(prepared(tmp_path / "a", _of(project, 0)).manifest)}
    for i in range(10):
        values = np.random.default_rng(i).integers(0, 255, (90, 90), dtype=np.uint8)
        Image.fromarray(values).save(class_folder / "flat" / f"new{i}.png")
    scan_folder(project, class_folder)
    import_labels(project, class_folder, "tester")
    second = {r.image_id: r.split for r in read_manifest(prepared(tmp_path / "b", _of(project, 1)).manifest)}
    assert len(second) == 40
    assert {i: second[i] for i in first} == first


def test_an_image_that_joins_a_test_image_is_never_trained_on(project, class_folder, tmp_path):
    """Two images whose files become copies of each other: both go to where the stricter one was."""
    rows = read_manifest(prepared(tmp_path / "a", _of(project, 0)).manifest)
    tested = next(row for row in rows if row.split == "test")
    trained = next(row for row in rows if row.split == "train")
    images = ImageStore(project)
    shutil.copy(images.get(int(tested.image_id)).path, images.get(int(trained.image_id)).path)
    scan_folder(project, class_folder)
    after = {r.image_id: r.split for r in read_manifest(prepared(tmp_path / "b", _of(project, 0)).manifest)}
    assert after[trained.image_id] == after[tested.image_id] == "test"


def _of(project, seed: int) -> JobSpec:
    return job(project.path, kind="project", seed=seed)


def seen_files(run: RunFolder) -> set[str]:
    return set(json.loads(run.training_set.read_text())["fingerprints"])


def test_the_run_says_which_files_the_model_will_have_seen(class_folder, tmp_path):
    run = prepared(tmp_path / "run", job(class_folder))
    rows = read_manifest(run.manifest)
    print_of = {row: fingerprint(class_folder / row.image_id, class_folder) for row in rows}
    assert {"train", "valid", "test"} == {row.split for row in rows}
    assert seen_files(run) == {seen for row, seen in print_of.items() if row.split != "test"}
    assert {row.name for row in rows} == {f"image{i}.png" for i in range(10)}


def test_a_model_has_seen_what_its_parent_has(class_folder, tmp_path):
    parent = tmp_path / "parent"
    parent.mkdir()
    (parent / "training.json").write_text('{"fingerprints": ["of the parent"]}')
    base = BaseWeights(kind="model", path=parent, sha256="0" * 64)
    assert "of the parent" in seen_files(prepared(tmp_path / "a", job(class_folder, base=base)))
    (parent / "training.json").unlink()
    assert not prepared(tmp_path / "b", job(class_folder, base=base)).training_set.exists()
