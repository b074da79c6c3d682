"""The self-test tells what works, goes on after a failure, and notices what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from semgui.domain.errors import SemguiError
from semgui.services import selftest
from semgui.services.selftest import Bench, SelfTestError, self_test


def test_a_failing_step_keeps_no_other_from_being_tried(tmp_path, own_home):
    homes = []

    def works(bench: Bench) -> str:
        homes.append(os.environ["SEMGUI_HOME"])
        return f"in {bench.folder.name}"

    def fails(bench: Bench) -> str:
        raise SemguiError("the window did not open")

    def breaks(bench: Bench) -> str:
        return str({}["opened"])

    steps = [("one", works), ("two", fails), ("odd", breaks), ("three", works)]
    found = list(self_test(tmp_path / "made", steps))
    assert [(c.title, c.works, c.said) for c in found] == [
        ("one", True, "in made"),
        ("two", False, "the window did not open"),
        ("odd", False, "KeyError: 'opened'"),
        ("three", True, "in made"),
    ]
    assert homes == [str(tmp_path / "made/home")] * 2  # never the user's own
    assert os.environ["SEMGUI_HOME"] == str(own_home)


def answering(monkeypatch, *lines: object, status: int = 0, error: str = "") -> None:
    """Let the process with the window say this."""
    said = "".join(f"{json.dumps(line)}\n" for line in lines)
    program = f"import sys; sys.stdout.write({said!r}); sys.stderr.write({error!r}); sys.exit({status})"
    monkeypatch.setattr(selftest, "command_of", lambda *_: [sys.executable, "-c", program])


@pytest.mark.parametrize(
    ("lines", "status", "error", "sentence"),
    [
        ([{"failed": "no picture was shown within 180 seconds"}], 1, "", "no picture was shown"),
        ([], 9, "", "ended with status 9 (it said nothing)"),
        ([], 1, "qt.qpa.plugin: could not load xcb\n", "could not load xcb"),
        ([{"connections": ["('203.0.113.7', 443)"]}], 0, "", "tried to reach ('203.0.113.7', 443)"),
    ],
)
def test_what_the_window_says_of_itself_is_believed_only_if_it_is_bad(
    monkeypatch, tmp_path, lines, status, error, sentence
):
    answering(monkeypatch, *lines, status=status, error=error)
    bench = Bench(tmp_path)
    bench.labelled = 1, "nffa.tips"
    with pytest.raises(SelfTestError) as told:
        selftest.look_again(bench)
    assert sentence in str(told.value)


def test_a_label_that_is_gone_after_a_restart_is_noticed(monkeypatch, tmp_path):
    bench = Bench(tmp_path)
    bench.labelled = 7, "nffa.tips"
    answering(monkeypatch, {"step": "reopened", "labels": {"7": None}}, {"step": "undone", "labels": {}})
    with pytest.raises(SelfTestError, match=r"image 7 was labelled as nffa\.tips and is None after"):
        selftest.look_again(bench)
    kept = {"7": "nffa.tips"}
    answering(monkeypatch, {"step": "reopened", "labels": kept}, {"step": "undone", "labels": kept})
    with pytest.raises(SelfTestError, match="undo"):
        selftest.look_again(bench)
    answering(monkeypatch, {"step": "reopened", "labels": kept}, {"step": "undone", "labels": {"7": None}})
    assert "was there" in selftest.look_again(bench)


@pytest.mark.slow
def test_all_of_it_without_a_window(tmp_path):
    command = [sys.executable, "-c", "from semgui.cli.main import main; main()", "selftest", "--no-window"]
    answer = subprocess.run(
        [*command, "--keep", tmp_path / "made"], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout.splitlines()[-1] == "SEMGui works on this computer."
    assert (tmp_path / "made/run-1/report.html").is_file()
