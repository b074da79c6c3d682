"""The command line as a whole: help, wrong usage, the doctor."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from semgui import doctor
from semgui.cli.errors import friendly
from semgui.cli.main import app
from semgui.doctor import Finding
from tests.inference.pictures import write_picture

SEMGUI = Path(sys.executable).with_name("semgui")


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    return subprocess.run(
        [SEMGUI, *arguments], capture_output=True, text=True, env=clean | environment, check=False
    )


def test_help_names_every_verb() -> None:
    help_text = _run("--help", COLUMNS="200").stdout
    for verb in ("classify", "demo", "doctor", "info", "label", "open", "scan", "settings", "train"):
        assert verb in help_text


@pytest.mark.parametrize("arguments", [["no-such-verb"], ["settings", "no.such=1"], ["settings", "nonsense"]])
def test_wrong_usage_ends_with_2_and_no_traceback(arguments: list[str]) -> None:
    answer = _run(*arguments)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr
    assert answer.stderr.strip()


def test_the_doctor_names_what_it_looks_at() -> None:
    answer = _run("doctor")
    assert "Traceback" not in answer.stderr
    for topic in ("Python", "torch", "napari", "settings", "cache", "model", "accelerator", "screen"):
        assert topic in answer.stdout
    assert "DISPLAY is not set" in answer.stdout  # there is none in this call


def test_the_doctor_gives_a_cure_for_every_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    sick = Finding("models", "none", "no model is embedded", "reinstall SEMGui", blocking=True)
    monkeypatch.setattr(doctor, "examine", lambda: iter([Finding("semgui", "0.1.0"), sick]))
    answer = CliRunner().invoke(app, ["doctor"])
    assert answer.exit_code == 1
    assert "no model is embedded" in answer.stdout
    assert "reinstall SEMGui" in answer.stdout
    assert "To look at: 1." in answer.stdout


def test_a_damaged_model_is_a_finding_with_a_cure(own_home: Path) -> None:
    (own_home / "data" / "models" / "mine").mkdir(parents=True)
    (own_home / "data" / "models" / "mine" / "card.json").write_text("{", encoding="utf-8")
    found = [f for f in doctor.examine() if f.value == "mine"]
    assert len(found) == 1
    assert found[0].problem
    assert found[0].cure
    assert "mine" in found[0].cure


@pytest.mark.parametrize("arguments", [["info", "--json"], ["models", "list"]])
def test_where_no_folder_can_be_made_the_rest_still_works(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    picture = write_picture(tmp_path / "a.png")
    files = [str(picture)] if arguments[0] == "info" else []
    answer = _run(*arguments, *files, SEMGUI_HOME=str(tmp_path / "file"))
    assert answer.returncode == 0, answer.stderr


def test_settings_that_can_be_kept_nowhere_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    answer = _run("settings", "limits.max_pixels=5", SEMGUI_HOME=str(tmp_path / "file"))
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "set SEMGUI_HOME" in answer.stderr


def test_the_doctor_names_folders_that_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("SEMGUI_HOME", str(tmp_path / "file"))
    sick = {f.topic: f for f in doctor._folders()}
    assert all(f.blocking and "cannot be made" in str(f.problem) for f in sick.values())
    assert all("SEMGUI_HOME" in str(f.cure) for f in sick.values())


def test_names_that_a_terminal_has_no_letters_for_are_escaped(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "\u96fb.png")
    answer = _run("info", str(picture), PYTHONIOENCODING="ascii")
    assert answer.returncode == 0, answer.stderr
    assert "\\u96fb.png" in answer.stdout


def test_a_tilde_that_the_shell_left_is_the_home_folder(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png")
    assert _run("info", "~/a.png", HOME=str(tmp_path)).returncode == 0


def test_help_fills_its_lines() -> None:
    lines = [line.strip() for line in _run("train", "--help", COLUMNS="80").stdout.splitlines()]
    assert "stops and shows runs; the same command or --resume RUN takes one up again." in lines


def test_what_the_system_refuses_is_a_sentence() -> None:
    @friendly
    def fails() -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/x/y")

    with pytest.raises(typer.Exit) as end, contextlib.redirect_stderr(io.StringIO()) as said:
        fails()
    assert end.value.exit_code == 1
    assert said.getvalue() == "semgui: /x/y: the disk is full; make room and try again.\n"


def test_an_interruption_ends_well_while_the_network_is_at_work() -> None:
    program = """
import threading, time, torch
import semgui.cli.main as main

def work():
    a = torch.ones(300, 300)
    while True:
        torch.relu(a @ a)

def app():
    threading.Thread(target=work, daemon=True).start()
    time.sleep(0.2)
    raise SystemExit(130)

main.app = app
main.main()
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (130, "")
