"""One full run of the real program: a process of its own, driven through the X server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import open_project
from semgui.catalogue.query import ImageQuery
from semgui.settings import Settings, save_settings

_PATIENCE_S = 120
_EFFECT_S = 8  # far longer than a key takes, so that none is pressed twice


class Program:
    """A running `semgui open`."""

    def __init__(self, path: Path, project: Path) -> None:
        command = [sys.executable, "-c", "from semgui.cli.main import main; main()", "open", str(path)]
        self.process = subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"})
        self._project = project
        self._window = self.until(lambda: self._search(f"{project.stem} – SEMGui"))

    def until(self, look: Callable[[], object]) -> object:
        """Wait for something to be true; fail when the program ends before."""
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            assert self.process.poll() is None, "the program ended"
            found = look()
            if found:
                return found
            time.sleep(0.2)
        raise AssertionError("it did not happen")

    def press(self, *keys: str) -> None:
        """Press keys, each followed by a moment as from a hand."""
        _xdotool("windowfocus", "--sync", self._window)
        _xdotool("key", "--delay", "80", *keys)

    def press_until(self, look: Callable[[], object], *keys: str) -> None:
        """Press keys until they have their effect: those before the first picture is shown go nowhere."""
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            self.press(*keys)
            pressed = time.monotonic()
            while time.monotonic() - pressed < _EFFECT_S:
                if look():
                    return
                time.sleep(0.2)
        raise AssertionError("the keys had no effect")

    def click(self, x: int, y: int) -> None:
        """Click at a place of the window."""
        _xdotool("mousemove", "--window", self._window, str(x), str(y), "click", "1")

    def size(self) -> tuple[int, int]:
        """Return width and height of the window."""
        words = _xdotool("getwindowgeometry", "--shell", self._window).split()
        values = dict(word.split("=") for word in words)
        return int(values["WIDTH"]), int(values["HEIGHT"])

    def quit(self) -> int:
        """Close the window; return the exit status."""
        self.press("ctrl+q")
        return self.process.wait(60)

    def labels(self) -> list[str | None]:
        """Labels as they are on the disk, in the order of the gallery."""
        with open_project(self._project) as project:
            ids = ImageStore(project).ids(ImageQuery()).tolist()
            current = LabelStore(project).current(ids)
            return [current.get(i) for i in ids]

    def predicted(self) -> int:
        """How many images have an answer."""
        with open_project(self._project) as project:
            models = PredictionStore(project).models()
            ids = ImageStore(project).ids(ImageQuery()).tolist()
            return len(PredictionStore(project).get(models[-1].model_id, ids)) if models else 0

    def _search(self, title: str) -> str:
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", title],
            capture_output=True,
            text=True,
            check=False,
        )
        return found.stdout.split()[0] if found.stdout else ""


def _xdotool(*arguments: str) -> str:
    return subprocess.run(["xdotool", *arguments], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def start(display: str, model_folder: Path) -> Iterator[Callable[[Path, Path], Program]]:
    if shutil.which("xdotool") is None:
        pytest.skip("xdotool is not installed (Debian: apt install xdotool)")
    settings = Settings()
    settings.compute.model = str(model_folder)
    settings.compute.device = "cpu"
    save_settings(settings)
    programs: list[Program] = []

    def starting(path: Path, project: Path) -> Program:
        programs.append(Program(path, project))
        return programs[-1]

    yield starting
    for program in programs:
        program.process.kill()
        program.process.wait()


def test_the_program_from_start_to_restart(start, images: Path):
    project = images.parent / "session.semgui"
    program = start(images, project)
    program.until(lambda: project.is_dir() and program.predicted() == 12)
    program.press_until(lambda: program.labels()[:2] == ["nffa.fibres", None], "Home", "2")
    program.press("2")
    program.until(lambda: program.labels()[:3] == ["nffa.fibres", "nffa.fibres", None])
    _, height = program.size()
    program.click(60, height - 120)  # the first thumbnail
    program.press("shift+Right", "shift+Right", "0")
    program.until(lambda: program.labels()[:4] == ["nffa.tips"] * 3 + [None])
    program.press("ctrl+z")
    program.until(lambda: program.labels()[:4] == ["nffa.fibres", "nffa.fibres", None, None])
    program.press("h", "Right", "h", "g", "g", "F1", "Escape")
    assert program.quit() == 0

    again = start(project, project)
    again.press_until(lambda: again.labels()[:2] == ["nffa.fibres", None], "ctrl+z")
    again.press("ctrl+shift+z")
    again.until(lambda: again.labels()[:2] == ["nffa.fibres", "nffa.fibres"])
    assert again.quit() == 0
    assert sorted(p.name for p in images.rglob("*") if p.is_file()) == sorted(
        ["broken.png"] + [f"img{number:03}.png" for number in range(12)]
    )
