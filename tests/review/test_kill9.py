"""Killing the process that labels and marks, at 50 random moments, loses nothing that was acknowledged."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from semgui.catalogue.label_tables import batches, current_labels, label_events, mark_events
from semgui.catalogue.marks import MarkStore
from semgui.catalogue.project import Project, open_project
from semgui.domain.marks import MarkKind
from semgui.review.history import History
from semgui.services import classes
from tests.label_projects import project_with_rows

KILLS = 50
IMAGES = 200
SCRIPT = Path(__file__).with_name("labelling_process.py")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


def acknowledged_until_killed(project: Path, start: int, moment: float) -> list[tuple[int, int]]:
    """Let a process label until `moment` seconds after its first acknowledgement; return all of them."""
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(project), str(IMAGES), str(start)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline()]
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    lines += process.stdout.read().splitlines(keepends=True)
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()
    # A line without its end was cut while being written: it acknowledged nothing.
    pairs = [line.split() for line in lines if line.endswith("\n")]
    return [(int(batch), int(step)) for batch, step in pairs]


def annotator_of(step: int) -> str:
    """Who signed a step in `labelling_process`."""
    return {0: f"bulk{step}", 3: f"bulk{step}", 5: "undoer", 6: "undoer"}.get(step % 10, f"one{step}")


def check_whole(project: Project, acknowledged: dict[int, int]) -> None:
    """The file is sound, each acknowledged action is there, and every action is there as a whole."""
    with project.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        rows = connection.execute(sa.select(batches.c.id, batches.c.annotator))
        kept = {row.id: row.annotator for row in rows}
        assert {b: kept.get(b) for b in acknowledged} == {b: annotator_of(s) for b, s in acknowledged.items()}
        for events, title_of in ((label_events, "Label {} image"), (mark_events, "{} image")):
            sizes = connection.execute(
                sa.select(batches.c.title, sa.func.count())
                .join(events, events.c.batch_id == batches.c.id)
                .group_by(batches.c.id)
            )
            for title, number in sizes:
                assert title_of.format(number) in title, (title, number)


def test_fifty_kills_lose_no_acknowledged_label_or_mark(tmp_path: Path) -> None:
    path = tmp_path / "work.semgui"
    with project_with_rows(path, IMAGES) as made:
        for name in ("Tips", "Fibres", "Powder"):
            classes.create_class(made, name, "ann")
    dice = random.Random(20261121)
    seen: dict[int, int] = {}
    step = 0
    for _ in range(KILLS):
        acknowledged = acknowledged_until_killed(path, step, dice.uniform(0.0, 0.25))
        assert not set(seen) & {batch for batch, _ in acknowledged}
        seen |= dict(acknowledged)
        step = acknowledged[-1][1] if acknowledged else step
        with open_project(path) as project:
            check_whole(project, seen)
    assert len(seen) > 5 * KILLS, "the process hardly labelled anything: the test would prove nothing"


def test_the_history_goes_on_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "work.semgui"
    with project_with_rows(path, IMAGES) as made:
        classes.create_class(made, "Tips", "ann")
    acknowledged_until_killed(path, 0, 0.2)
    with open_project(path) as project:
        while History(project, "ann").undo() is not None:
            pass
        with project.read() as connection:
            left = sa.select(sa.func.count()).where(current_labels.c.class_id.is_not(None))
            assert connection.execute(left).scalar_one() == 0
        assert MarkStore(project).counts() == dict.fromkeys(MarkKind, 0)


def test_labelling_needs_neither_torch_nor_qt() -> None:
    code = (
        "import sys, semgui.services.label, semgui.services.label_files;"
        "print([m for m in ('torch', 'PySide6', 'napari') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
