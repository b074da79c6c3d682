"""Where the bundle keeps things: beside itself on a stick, each of several versions for itself."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.bundle.conftest import Bundle


def test_versions_side_by_side_on_a_stick_keep_to_themselves(bundle: Bundle, nobody, tmp_path: Path):
    stick = tmp_path / "stick"
    first, second = (_unpacked(bundle, stick / name) for name in ("semgui-1", "semgui-2"))
    _answer(nobody, first, "models", "export", "nffa10-starter", "--out", stick / "starter.zip")
    _answer(nobody, first, "models", "import", stick / "starter.zip", "--name", "of the group")
    assert "of the group" in _answer(nobody, first, "models", "list")
    assert "of the group" not in _answer(nobody, second, "models", "list")
    kept = first.parent / "portable-data/data"
    assert [file for file in kept.rglob("*.safetensors") if file.is_file()]
    assert str(kept) in _answer(nobody, first, "doctor")
    assert not list((tmp_path / "home").rglob("*semgui*"))


def test_without_its_folder_it_uses_those_of_whoever_is_logged_in(bundle: Bundle, nobody, tmp_path: Path):
    program = _unpacked(bundle, tmp_path / "share")
    (program.parent / "portable-data").rmdir()
    assert str(tmp_path / "home/.local/share/semgui") in _answer(nobody, program, "doctor")
    assert not (program.parent / "portable-data").exists()


def _unpacked(bundle: Bundle, folder: Path) -> Path:
    """Lay the bundle out as the portable archive has it; return its program."""
    (folder / "portable-data").mkdir(parents=True)
    (folder / "_internal").symlink_to(bundle.inside)
    return Path(shutil.copy2(bundle.program, folder / "semgui"))


def _answer(environment: dict[str, str], *command: object) -> str:
    words = [str(word) for word in command]
    answer = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout
