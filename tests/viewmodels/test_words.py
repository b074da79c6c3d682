from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from semgui.domain.errors import UsageError
from semgui.domain.labels import LabelEvent, LabelSource
from semgui.domain.metadata import SemMetadata
from semgui.domain.progress import Progress
from semgui.viewmodels.activity import Activities, duration
from semgui.viewmodels.describe import history_lines, metadata_line
from semgui.viewmodels.places import Kind, default_project, kind_of
from tests.viewmodels.runner import ManualRunner


def test_the_line_of_facts_reads_like_the_field():
    metadata = SemMetadata(vendor="zeiss", instrument="Supra 40", hv_kv=5, wd_mm=4.1, pixel_size_nm=3.2)
    line = metadata_line(metadata, 1024, 768, "uint8")
    assert line == "ZEISS Supra 40 · 5 kV · WD 4.1 mm · 3.2 nm/px · 1\u202f024 × 768 · 8 bit"


def test_an_unknown_scale_is_named_and_nothing_is_made_up():
    assert metadata_line(SemMetadata(), 0, 0, "uint16") == "scale unknown · 16 bit"


def test_a_vendor_is_not_named_twice():
    line = metadata_line(SemMetadata(vendor="zeiss", instrument="ZEISS Merlin"), 0, 0, "")
    assert line.startswith("ZEISS Merlin ·")


def test_history_reads_newest_first():
    at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    events = [
        LabelEvent(1, 1, "a", "ann", at, LabelSource.IMPORT, None, 1),
        LabelEvent(2, 1, "b", "me", at, LabelSource.ACCEPTED, "m", 2),
        LabelEvent(3, 1, None, "me", at, LabelSource.USER, None, 3, undoes=2),
    ]
    lines = [line.partition(" · ")[2] for line in history_lines(events, {"a": "Fibres", "b": "Tips"}, "me")]
    assert lines == ["you undid: label removed", "you: Tips (accepted)", "ann: Fibres (imported)"]


def test_durations():
    assert duration(280) == "4:40"
    assert duration(3725) == "1:02:05"


def test_progress_names_rate_and_time_left_and_can_be_stopped():
    runner = ManualRunner()
    activities = Activities(runner)
    seen = []

    def work(progress, cancel):
        progress(Progress("classifying", 4210, 21283, 61.0))
        seen.append(cancel)
        return 1

    activity = activities.start("Classifying", work, done=seen.append, failed=seen.append)
    result = runner.tasks[0].work()
    runner.calls.pop(0)()
    assert activity.sentence() == "Classifying 4,210 of 21,283 · 61/s · 4:40 left"
    activities.cancel_all()
    assert seen[0].cancelled
    assert "stopping" in activity.sentence()
    runner.tasks.pop(0).done(result)
    assert not activities.running


def test_paths_are_known_for_what_they_are(tmp_path: Path):
    (tmp_path / "a.TIF").write_bytes(b"")
    (tmp_path / "notes.docx").write_bytes(b"")
    project = tmp_path / "p.semgui"
    project.mkdir()
    (project / "project.db").write_bytes(b"")
    assert kind_of(tmp_path) is Kind.FOLDER
    assert kind_of(tmp_path / "a.TIF") is Kind.IMAGE
    assert kind_of(project) is Kind.PROJECT
    assert kind_of(project / "project.db") is Kind.PROJECT
    with pytest.raises(UsageError, match="not an image"):
        kind_of(tmp_path / "notes.docx")
    with pytest.raises(UsageError, match="no such"):
        kind_of(tmp_path / "gone")


def test_the_project_lies_beside_the_folder_and_never_in_it(tmp_path: Path, monkeypatch, own_home):
    folder = tmp_path / "images"
    folder.mkdir()
    assert default_project(folder) == tmp_path / "images.semgui"
    monkeypatch.setattr("os.access", lambda *_: False)
    place = default_project(folder)
    assert place.is_relative_to(own_home)
    assert not place.is_relative_to(folder)
