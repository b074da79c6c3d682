"""One place says how programs of ours are started, frozen or not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from semgui import processes
from tests.conftest import REPOSITORY


def test_from_a_checkout_the_interpreter_runs_the_module():
    command = processes.command_of("trainer", Path("run"))
    assert command == [sys.executable, "-m", "trainer", "run"]
    answer = subprocess.run(processes.command_of("trainer"), capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "usage: python -m trainer" in answer.stderr


def test_a_frozen_application_runs_itself(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    command = processes.command_of("semgui.jobs", "run")
    assert command == [sys.executable, processes.RUN, "semgui.jobs", "run"]


def test_a_program_that_the_bundle_would_not_carry_is_refused_in_a_checkout_too():
    with pytest.raises(ValueError, match="none of"):
        processes.command_of("semgui.cli.main")


@pytest.mark.parametrize("program", processes.PROGRAMS)
def test_the_first_lines_of_the_bundle_answer_for_each_program(program, tmp_path):
    """The entry script itself, told to be a program; each ends at once without its arguments."""
    script = (
        "import sys, runpy; sys.frozen = True;"
        f"sys.argv[1:] = [{processes.RUN!r}, {program!r}, {str(tmp_path / 'nothing')!r}];"
        f"runpy.run_path({str(REPOSITORY / 'packaging' / 'start.py')!r}, run_name='__main__')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={"QT_QPA_PLATFORM": "offscreen", "PATH": ""},
    )
    if program == "semgui.ui.probe":
        assert answer.returncode == 0, answer.stderr
        assert '"platform": "offscreen"' in answer.stdout
    else:
        assert answer.returncode != 0
        assert "usage:" in answer.stderr, answer.stderr


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ([], ["open"]),
        (["scan"], ["scan"]),
        (["{there}"], ["open", "{there}"]),
        (["{there}/nothing"], ["{there}/nothing"]),
        (["info", "{there}"], ["info", "{there}"]),
    ],
)
def test_a_double_click_and_a_dropped_folder_open_the_window(given, meant, tmp_path):
    given = [word.format(there=tmp_path) for word in given]
    assert processes.meant(given) == [word.format(there=tmp_path) for word in meant]


def test_a_program_of_the_system_gets_its_own_libraries_and_ours_keep_theirs(monkeypatch):
    ours = {"LD_LIBRARY_PATH": "/opt/semgui/_internal", "LD_LIBRARY_PATH_ORIG": "/opt/lab/lib"}
    environment = dict(ours)
    with processes.libraries_of_the_system(environment):
        assert environment == {"LD_LIBRARY_PATH": "/opt/lab/lib"}
    assert environment == ours
    untouched = {"LD_LIBRARY_PATH": "/opt/lab/lib"}
    with processes.libraries_of_the_system(untouched):
        assert untouched == {"LD_LIBRARY_PATH": "/opt/lab/lib"}
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    environment = {"LD_LIBRARY_PATH": "/opt/semgui/_internal"}
    with processes.libraries_of_the_system(environment):
        assert environment == {}
    assert environment == {"LD_LIBRARY_PATH": "/opt/semgui/_internal"}


def test_nothing_else_starts_an_interpreter():
    """`sys.executable -m` would start a second window in a frozen application."""
    starters = re.compile(r"sys\.executable\s*,\s*[\"']-[mc]")
    found = [
        str(path.relative_to(REPOSITORY))
        for room in ("semgui", "trainer")
        for path in (REPOSITORY / room).rglob("*.py")
        if starters.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
