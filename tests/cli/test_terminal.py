"""Names of files give no orders to a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="terminals of this kind are Unix's")

SEMGUI = Path(sys.executable).with_name("semgui")
EVIL = "a\x1b]0;title\x07\x9b31m.png"
BROKEN = "b\rall is well\nsemgui: nothing is wrong.png"


def scan(folder: Path, output: int) -> None:
    """Scan a folder as a user does; what is printed goes to an open file."""
    command = [SEMGUI, "scan", folder, "--project", folder.with_suffix(".semgui")]
    done = subprocess.run(command, stdout=output, stderr=output, check=False)
    assert done.returncode == 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with files whose names change the title of a terminal, and pretend to be lines."""
    made = tmp_path / "images"
    made.mkdir()
    for name in (EVIL, BROKEN):
        (made / name).write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    return made


def test_a_terminal_shows_control_characters_and_does_not_obey_them(folder: Path):
    ours, theirs = pty.openpty()
    scan(folder, theirs)
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 1 << 16)
        except OSError:  # Linux ends like this
            break
        if not part:
            break
        shown += part
    os.close(ours)
    text = shown.decode()
    assert "a\\x1b]0;title\\x07\\x9b31m.png" in text
    assert not {"\x1b", "\x07", "\x9b"} & set(text)
    assert f"{folder}/b\\rall is well\\nsemgui: nothing is wrong.png: " in text


def test_a_file_gets_names_as_they_are(folder: Path, tmp_path: Path):
    log = tmp_path / "log.txt"
    with log.open("w") as file:
        scan(folder, file.fileno())
    text = log.read_text("utf-8")
    assert EVIL in text
    assert len(text.splitlines()) == 3  # a line for each, and one that counts


def test_an_error_is_one_line_whatever_name_it_names(tmp_path: Path):
    command = [SEMGUI, "scan", tmp_path / "no\nsuch", "--project", tmp_path / "p.semgui"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no\\nsuch" in done.stderr
