"""A project on a network folder that somebody else has open."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from semgui.catalogue import lock
from semgui.catalogue.project import open_project
from semgui.viewmodels import opened
from semgui.viewmodels.desk import Mode
from tests.ui.screens import save_screen


def test_the_second_learns_who_has_it_and_gets_in_afterwards(open_window, tmp_path: Path, monkeypatch):
    on_network = partial(open_project, is_network=lambda _: True)
    monkeypatch.setattr(opened, "open_project", on_network)
    place = tmp_path / "course.semgui"
    here = lock.socket.gethostname
    monkeypatch.setattr(lock.socket, "gethostname", lambda: "another computer")
    with on_network(place, create=True):
        monkeypatch.setattr(lock.socket, "gethostname", here)
        driver = open_window(place)
        driver.until(lambda: "network folder and open on" in driver.notice())
        assert driver.session.mode is Mode.EMPTY
        save_screen(driver.window, "shell-open-elsewhere")
        monkeypatch.setattr(lock.socket, "gethostname", lambda: "another computer")
    monkeypatch.setattr(lock.socket, "gethostname", here)
    driver.window.open_path(place)
    driver.until(lambda: driver.session.mode is Mode.PROJECT)
