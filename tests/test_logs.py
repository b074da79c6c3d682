"""Crashes stay on this computer, and are not lost."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from semgui import logs, paths
from semgui.diagnostics import diagnostics
from semgui.doctor import Finding

CRASH = """
import ctypes
from semgui.logs import logging_to_files
with logging_to_files() as news:
    print(news, flush=True)
    {what}
"""


def run(what: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CRASH.format(what=what)], capture_output=True, text=True, check=False
    )


def test_a_crash_below_python_leaves_a_note_that_the_next_start_finds(own_home):
    assert run("pass").stdout == "0\n"
    assert list(paths.log_dir().glob("crash-*")) == []  # an end in order leaves nothing
    crashed = run("ctypes.string_at(0)")
    assert crashed.returncode != 0
    assert logs.crash_files() == []  # nobody has looked yet
    assert run("pass").stdout == "1\n"
    (note,) = logs.crash_files()
    assert "Segmentation fault" in note.read_text()
    assert "string_at" in note.read_text()
    assert run("pass").stdout == "0\n"  # told once


def test_the_note_of_a_process_that_runs_is_left_alone(own_home):
    folder = paths.log_dir()
    running = folder / f"crash-{threading.get_native_id()}.txt"
    running.write_text("not mine")
    assert run("pass").stdout == "0\n"
    assert running.read_text() == "not mine"


def test_only_the_last_crashes_are_kept(own_home):
    folder = paths.log_dir()
    for minute in range(14):
        (folder / f"crash-2026-01-01 10.{minute:02}.00.txt").write_text("x")
    run("pass")
    kept = logs.crash_files()
    assert len(kept) == 10
    assert kept[0].name == "crash-2026-01-01 10.13.00.txt"


def test_a_fault_in_a_thread_is_in_the_log(own_home):
    run("import threading; t = threading.Thread(target=lambda: 1 / 0, name='worker'); t.start(); t.join()")
    assert "a fault in worker" in logs.log_file().read_text()
    assert "ZeroDivisionError" in logs.log_file().read_text()


def test_diagnostics_tell_what_helps_and_not_who(own_home, monkeypatch):
    home = Path("/home/marie.curie")
    finding = Finding("cache", f"{home}/.cache/semgui", "the disk is nearly full", "free some space")
    monkeypatch.setattr("semgui.diagnostics.examine", lambda: iter([finding]))
    monkeypatch.setattr(Path, "home", lambda: home)
    monkeypatch.setattr("getpass.getuser", lambda: "marie.curie")
    logs.log_file().write_text(f"WARNING {home}/secret/a.tif is broken; /data/marie.curie/b.tif too\n")
    text = diagnostics()
    assert "~/.cache/semgui" in text
    assert "the disk is nearly full" in text
    assert "~/secret/a.tif is broken; /data/USER/b.tif too" in text
    assert "limits.max_pixels = " in text
    assert "annotator" not in text
    assert "curie" not in text


@pytest.fixture(autouse=True)
def quiet_logging():
    before = list(logging.getLogger().handlers)
    yield
    assert logging.getLogger().handlers == before  # everything ran in processes of its own
