"""``semgui scan`` as a user meets it."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from semgui.catalogue.images import ImageQuery, ImageStore
from semgui.catalogue.project import open_project
from semgui.cli.main import app
from semgui.cli.progress import ProgressLine, progress_text
from semgui.cli.screen_table import ScreenTable
from semgui.domain.progress import Progress
from tests.catalogue.pictures import write_folder, write_tiff


def scan(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["scan", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_a_folder_becomes_a_project(tmp_path: Path) -> None:
    folder, project = write_folder(tmp_path / "data", 12), tmp_path / "new" / "p.semgui"
    assert scan(folder, "--project", project) == (0, "12 images: 12 new\n", "")
    assert scan(folder, "--project", project) == (0, "12 images: no changes\n", "")
    with open_project(project) as opened:
        assert ImageStore(opened).count(ImageQuery()) == 12


def test_changes_are_counted(tmp_path: Path) -> None:
    folder, project = write_folder(tmp_path / "data", 5), tmp_path / "p.semgui"
    scan(folder, "--project", project)
    (folder / "day0" / "img0.tif").unlink()
    (folder / "day0" / "img1.tif").rename(folder / "best.tif")
    write_tiff(folder / "day0" / "img2.tif", seed=77, shape=(60, 60))
    write_tiff(folder / "new.tif", seed=78)
    code, out, _ = scan(folder, "--project", project)
    assert (code, out) == (0, "5 images: 1 new, 1 changed or back, 1 moved, 1 missing\n")


def test_broken_files_are_listed_and_give_status_3(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "data", 2)
    for i in range(25):
        (folder / f"broken{i:02d}.png").write_text("no picture")
    code, out, err = scan(folder, "--project", tmp_path / "p.semgui")
    assert (code, out) == (3, "27 images: 27 new, 25 cannot be read\n")
    assert "broken00.png: it is not a TIFF" in err
    assert err.splitlines()[-1] == "... and 5 more."
    assert len(err.splitlines()) == 21


@pytest.mark.parametrize("wrong", ["nothing", "a.tif"])
def test_a_wrong_folder_gives_status_2_and_no_project(tmp_path: Path, wrong: str) -> None:
    write_tiff(tmp_path / "a.tif")
    code, out, err = scan(tmp_path / wrong, "--project", tmp_path / "p.semgui")
    assert (code, out) == (2, "")
    assert wrong in err
    assert not (tmp_path / "p.semgui").exists()


def test_a_folder_that_is_no_project_gives_one_sentence(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "data", 1)
    code, _, err = scan(folder, "--project", folder)
    assert code == 1
    assert "folder of its own" in err
    assert len(err.splitlines()) == 1


def listed(project: Path) -> int:
    """Return how many images a project knows that another process has open."""
    try:
        with closing(sqlite3.connect(f"{(project / 'project.db').as_uri()}?mode=ro", uri=True)) as database:
            return int(database.execute("select count(*) from images").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet, or not whole yet
        return 0


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for another process there")
def test_ctrl_c_keeps_what_is_finished(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "data", 300)
    code = (
        "import sys, time\n"
        "from semgui.services import scan\n"
        "read = scan.read_content\n"
        "def slow(*rest):\n    time.sleep(0.5)\n    return read(*rest)\n"
        "scan.read_content = slow\n"
        "from semgui.cli.main import main\nmain()"
    )
    project = tmp_path / "p.semgui"
    command = [sys.executable, "-c", code, "scan", str(folder), "--project", str(project)]
    child = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while listed(project) < 300:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=120)
    assert (child.returncode, out, err) == (130, "", "semgui: stopped; what was finished is kept.\n")
    assert scan(folder, "--project", project)[1] == "300 images: no changes\n"


def test_progress_in_words() -> None:
    assert progress_text(Progress("listing", 1234)) == "listing 1,234"
    assert progress_text(Progress("reading", 4210, 21283, 61.2)) == "reading 4,210/21,283 · 61/s · 4:39 left"
    assert progress_text(Progress("reading", 10, 100_000, 2.5)).endswith("2.5/s · 11:06:36 left")


class Screen:
    """A terminal, or not."""

    def __init__(self, *, terminal: bool) -> None:
        self.text = ""
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass


def test_progress_is_shown_on_a_terminal_only_and_leaves_nothing_behind() -> None:
    now = [0.0]
    for terminal in (True, False):
        screen = Screen(terminal=terminal)
        line = ProgressLine(screen, clock=lambda: now[0])  # type: ignore[arg-type]
        for done in range(5):
            now[0] += 0.01
            line(Progress("reading", done, 1000))
        line(Progress("reading", 1000, 1000))
        line.clear()
        if terminal:
            assert screen.text.count("\r") == 2 + 2  # first and last of six, then wiped
            assert screen.text.endswith("\r")
        else:
            assert screen.text == ""


def test_rows_on_a_terminal_begin_where_the_progress_stood() -> None:
    screen = Screen(terminal=True)
    line = ProgressLine(screen)  # type: ignore[arg-type]
    table = ScreenTable(screen, line.clear)  # type: ignore[arg-type]
    line(Progress("classifying", 1, 2))
    table.write({"path": "a.tif", "error": "the file is empty"})
    wiped, row = screen.text.split("\n")[-2].rsplit("\r", 1)
    assert wiped.endswith(" ")
    assert row.split() == ["a.tif", "the", "file", "is", "empty"]
