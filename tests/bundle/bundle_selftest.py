"""The whole job on the bundle itself: no network, no Python, no home, and nothing left running."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from tests.bundle.conftest import Bundle, tool

_LIMIT_SECONDS = 1800
_STEPS = 6
# Calls that reach another computer. AF_UNIX stays on this one: the screen, the session's bus.
_ABROAD = re.compile(r"(connect|sendto|sendmsg)\(\d+.*sa_family=AF_INET")


def test_everything_works_without_network_python_and_home(bundle: Bundle, nobody, tmp_path: Path):
    trace = tmp_path / "trace.txt"
    command = [
        *(tool("strace"), "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", trace),
        *(tool("unshare"), "--map-root-user", "--net", "--"),
        *(bundle.program, "selftest", "--keep", tmp_path / "made"),
    ]
    begun = time.monotonic()
    answer = subprocess.run(
        list(map(str, command)),
        env=nobody,
        capture_output=True,
        text=True,
        timeout=_LIMIT_SECONDS,
        check=False,
    )
    print(f"\n{answer.stdout}\nself-test: {time.monotonic() - begun:.0f} s")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    lines = answer.stdout.strip().splitlines()
    assert lines[-1] == "SEMGui works on this computer."
    assert [line[0] for line in lines[:-1]] == ["✓"] * _STEPS
    for picture in ("window-first.png", "window-again.png"):
        assert (tmp_path / "made" / picture).stat().st_size > 10_000

    traced = trace.read_text(errors="replace")
    assert "AF_UNIX" in traced  # the trace is of something: the screen was reached
    abroad = [line for line in traced.splitlines() if _ABROAD.search(line)]
    assert not abroad, abroad[:5]

    left = [p.info for p in psutil.process_iter(["pid", "exe"]) if p.info["exe"] == str(bundle.program)]
    assert not left


def test_settings_caches_and_models_of_the_user_are_not_touched(bundle: Bundle, nobody, tmp_path: Path):
    folder = tmp_path / "made"
    command = [bundle.program, "selftest", "--no-window", "--keep", folder]
    answer = _answer(command, nobody)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert [path.name for path in (tmp_path / "home").rglob("*semgui*")] == []
    again = _answer(command, nobody)
    assert again.returncode == 2
    assert "there is something here already" in again.stderr


def test_the_doctor_finds_the_screen_from_within_the_bundle(bundle: Bundle, nobody):
    command = [bundle.program, "doctor"]
    answer = _answer(command, nobody)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "Qt platform" in answer.stdout  # the probe ran as a process of the same executable
    assert "nffa10-starter" in answer.stdout


def _answer(command: Sequence[object], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=_LIMIT_SECONDS,
        check=False,
    )
