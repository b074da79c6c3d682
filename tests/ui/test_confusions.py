"""The mode Confusions, driven in the real window."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.confused_project import confused_project
from tests.ui.screens import save_screen


@pytest.fixture
def opened(open_window, find_brain, tmp_path: Path):
    def opening(classes: int, each: int):
        made = confused_project(tmp_path, classes, each, find_brain().id)
        driver = open_window(made.place)
        driver.until_open(classes * each)
        driver.window.modes.show("confusions")
        page = driver.window.modes.page("confusions")
        driver.until(lambda: page.confusions.shown is not None)
        return driver, page, made

    return opening


def test_look(opened):
    driver, page, made = opened(10, 24)
    save_screen(driver.window, "confusions-10-oof")
    newer = next(j.key for j in page.confusions.judges if j.key.startswith("small"))
    page.confusions.ask(newer)
    driver.until(lambda: page.confusions.judge.key == newer and not page.confusions.loading)
    save_screen(driver.window, "confusions-10-model")
    page.confusions.set_side_by_side(on=True)
    page.confusions.choose(0, 1)
    save_screen(driver.window, "confusions-10-three")
    driver.window.actions_.by_id["confusions.open"].trigger()
    driver.until(lambda: driver.session.review.reviewing)
    driver.until(lambda: driver.session.case.shown is not None)
    save_screen(driver.window, "confusions-opened")
    assert driver.session.gallery.ids.size == 4
