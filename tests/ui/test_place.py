"""Where one was in a project is there again when it is opened the next time."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtTest import QTest

from semgui.viewmodels.desk import Mode
from tests.ui.pictures import write_folder


def test_filter_image_and_grid_of_each_project_are_there_again(open_window, images: Path, tmp_path: Path):
    other = tmp_path / "other"
    write_folder(other, 4)
    window = open_window(images)
    window.until_open(13)
    window.until_idle()
    QTest.keyClicks(window.window.sidebar.search, "img00")
    window.until(lambda: window.session.gallery.ids.size == 10)
    wanted = window.session.gallery.filter
    window.window.toggle_grid()
    window.click_thumbnail(7)
    window.until(lambda: window.session.inspector.detail.path.name == window.tile(7).path.name)
    image = window.session.inspector.detail.path

    window.window.open_path(other)  # straight from one to the other
    window.until_open(4)
    assert window.session.gallery.filter == window.session.gallery.initial
    assert not window.window.browse.grid
    window.session.close()
    window.until(lambda: window.session.mode is Mode.EMPTY)

    window.window.open_path(images)
    window.until_open(10)
    assert window.session.gallery.filter == wanted
    assert window.window.browse.grid
    window.until(lambda: window.session.inspector.detail and window.session.inspector.detail.path == image)
    assert window.window.sidebar.search.text() == "img00"
