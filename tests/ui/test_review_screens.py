"""Review, Confusions, Map and Groups with 20,000 images, twelve classes, long names: to look at."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from semgui.catalogue.project import open_project
from semgui.domain.ids import ImageId
from semgui.review.commands import SetLabels
from semgui.review.history import History
from semgui.ui.review_page import ReviewPage
from semgui.ui.theme import DARK, LIGHT
from semgui.viewmodels.map import MapState
from semgui.viewmodels.map_colours import ColourBy
from semgui.viewmodels.proposals import GroupState
from tests.ui.map_project import NEW_NAMES, generate_map
from tests.ui.screens import save_screen

COUNT = 20_000
_SIZES = ((1366, 768, DARK), (1366, 768, LIGHT), (3840, 2160, DARK))


@pytest.fixture
def opened(open_window, find_brain, tmp_path):
    """A window on a large project in which all twelve classes are used, by two people."""
    made = generate_map(tmp_path, COUNT, find_brain(), wide=True, long_names=True)
    with open_project(made.place) as project:
        names = {c.name: c.id for c in _taxonomy(project)}
        for number, name in enumerate(NEW_NAMES):
            ids = [ImageId(i) for i in range(10 + number, COUNT, 211)]
            History(project, "Maria Fernández-López").do(SetLabels(ids, names[name]))
            History(project, "ann").do(SetLabels(ids[::3], names[NEW_NAMES[1 - number]]))
    driver = open_window(made.place)
    driver.until_open(COUNT)
    driver.session.activities.cancel_all()
    _rest(driver)
    return driver


def _taxonomy(project):
    from semgui.catalogue.classes import ClassStore

    return ClassStore(project).taxonomy()


def _rest(driver) -> None:
    """Wait for everything but near-duplicates: 20,000 pictures would have to be decoded first."""
    driver.session.activities.cancel_all()
    driver.until(lambda: not driver.window.runner.busy, seconds=300)


def _save(driver, name: str) -> None:
    """Save what is shown at every size."""
    for width, height, theme in _SIZES:
        driver.window.resize(width, height)
        driver.window.looks.choose(theme.name)
        driver.until(lambda width=width: driver.window.width() == width)
        _rest(driver)
        save_screen(driver.window, f"many-{name}-{width}-{theme.name}")
    driver.window.resize(1366, 768)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_screens_with_many_images_and_long_names(opened):
    window, session, review = opened.window, opened.session, opened.session.review
    window.modes.show("review")
    opened.until(lambda: review.reviewing and session.case.shown is not None, seconds=300)
    _rest(opened)
    opened.key(Qt.Key.Key_H)
    opened.until(lambda: session.heatmap.on and session.heatmap.heat is not None)
    _save(opened, "review-one")
    opened.key(Qt.Key.Key_H)
    for strategy in ("duplicates", "novelty", "uncertainty"):
        review.choose(strategy)
        _rest(opened)
        _save(opened, f"review-{strategy}")
    review.choose("label_issues")
    opened.until(lambda: review.reviewing)
    page = window.findChild(ReviewPage)
    for view in ("sheet", "accept", "people"):
        page.show_view(view)
        _rest(opened)
        _save(opened, f"review-{view}")
    page.show_view("one")
    window.modes.show("confusions")
    confusions = window.modes.page("confusions").confusions
    opened.until(lambda: confusions.shown is not None and not confusions.loading)
    confusions.choose(0, 1)
    _save(opened, "confusions")
    window.modes.show("map")
    page = window.modes.page("map")
    opened.until(lambda: page.model.state is MapState.READY and page.model.colours.entries, seconds=300)
    for by in (ColourBy.LABEL, ColourBy.LABEL_ISSUE, ColourBy.NOVELTY):
        page.model.colour_by(by)
        opened.until(lambda by=by: page.model.colours.by is by)
        _save(opened, f"map-{by.value.replace(' ', '-')}")
    page.show_groups(on=True)
    _rest(opened)
    page.proposals.propose()
    opened.until(lambda: page.proposals.state is GroupState.READY, seconds=300)
    _save(opened, "groups")
