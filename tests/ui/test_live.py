"""At the microscope: images appear in the window by themselves, and it follows the newest."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from semgui.catalogue.watch import FolderWatch
from semgui.domain.ids import ImageId
from semgui.services.live import LiveOptions
from semgui.settings import load_settings
from tests.catalogue.pictures import write_tiff
from tests.services.test_live import SLOW_WRITER
from tests.ui.pictures import write_folder, write_picture
from tests.ui.screens import save_screen

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def watching(open_window, tmp_path: Path):
    """A window that has read and classified four images and watches their folder."""
    write_folder(tmp_path / "session", 4)
    window = open_window(tmp_path / "session")
    window.session.live._options = LiveOptions(
        scan=window.session.live._options.scan, watch=partial(FolderWatch, settle_seconds=0.3)
    )
    window.until_open(4)
    window.until_idle()
    window.key(Qt.Key.Key_L, CTRL)
    window.until(lambda: window.session.live.watching)
    return window


def current_name(window) -> str:
    tile = window.session.gallery.tile_of(window.session.gallery.current)
    return tile.path.name if tile else ""


def test_an_image_written_in_pieces_appears_classified_and_is_shown(watching, tmp_path: Path):
    source = write_tiff(tmp_path / "source.tif", 5, (200, 300))
    target = tmp_path / "session" / "b" / "new.tif"
    with subprocess.Popen([sys.executable, "-c", SLOW_WRITER, str(source), str(target), "3", "0.6"]):
        watching.until(lambda: current_name(watching) == "new.tif")
    watching.until(lambda: watching.session.inspector.detail.answer is not None)
    picture = watching.session.picture
    watching.until(lambda: picture.shown is not None and picture.shown.path == target)
    assert watching.session.gallery.ids.size == 5
    assert watching.window.live_chip.isVisible()
    save_screen(watching.window, "live-following")


def test_whoever_goes_elsewhere_is_left_in_peace_and_told_how_many_came(watching, tmp_path: Path):
    write_picture(tmp_path / "session" / "one.png", 11)
    watching.until(lambda: current_name(watching) == "one.png")
    watching.click_thumbnail(0)
    here = watching.session.gallery.current
    for number in range(2):
        write_picture(tmp_path / "session" / f"two{number}.png", 12 + number)
    watching.until(lambda: watching.session.gallery.ids.size == 7)
    assert watching.session.gallery.current == here
    watching.until(lambda: "2 new" in watching.window.live_chip.text())
    watching.window.live_chip.click()
    watching.until(lambda: current_name(watching) == "two1.png")
    assert "follows" in watching.window.live_chip.text()


def test_a_comparison_outlasts_that_an_image_comes_and_the_newest_is_shown_after_it(watching, tmp_path: Path):
    live, gallery, compare = watching.session.live, watching.session.gallery, watching.session.compare
    write_picture(tmp_path / "session" / "one.png", 11)
    watching.until(lambda: current_name(watching) == "one.png")
    one = live.newest
    compare.open([one, ImageId(int(gallery.ids[0]))])
    watching.until(lambda: compare.on)
    write_picture(tmp_path / "session" / "two.png", 12)
    watching.until(lambda: live.newest != one and gallery.row_of(live.newest) >= 0)
    assert compare.on
    assert gallery.current == one
    compare.close()
    watching.until(lambda: current_name(watching) == "two.png")


def test_the_latest_are_listed_first_and_new_ones_above_them(watching, tmp_path: Path):
    watching.key(Qt.Key.Key_L, CTRL | Qt.KeyboardModifier.AltModifier)
    live, gallery = watching.session.live, watching.session.gallery
    watching.until(lambda: live.latest_first and current_name(watching) == "img003.png")
    assert gallery.current_row == 0
    write_picture(tmp_path / "session" / "a" / "newest.png", 40)
    watching.until(lambda: current_name(watching) == "newest.png")
    assert gallery.current_row == 0
    save_screen(watching.window, "live-latest")


def test_removed_files_leave_the_list(watching, tmp_path: Path):
    (tmp_path / "session" / "a" / "img000.png").unlink()
    watching.until(lambda: watching.session.gallery.ids.size == 3)


def test_the_project_remembers_that_it_is_watched(watching, open_window, tmp_path: Path):
    place = watching.session.place
    assert str(place) in load_settings().live.projects
    watching.close()
    again = open_window(place)
    again.until(lambda: again.session.live.watching)
    again.key(Qt.Key.Key_L, CTRL)
    again.until(lambda: not again.session.live.watching)
    assert load_settings().live.projects == []


def test_it_ends_with_the_project(watching):
    watching.key(Qt.Key.Key_W, CTRL)
    watching.until(lambda: watching.session.mode.value == "empty")
    assert not watching.session.live.watching
    assert not watching.window.live_chip.isVisible()
