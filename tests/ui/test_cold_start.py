"""From a folder that nobody has named anything in to a queue of a model of one's own, in the window."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from semgui.catalogue.query import ImageQuery
from semgui.settings import Settings
from semgui.viewmodels.cold_start import FEWEST_LABELS, Step
from semgui.viewmodels.confusion_learning import Stage
from semgui.viewmodels.network import NetworkFinder
from semgui.viewmodels.proposals import GroupState
from tests.ui.review_project import draw
from tests.ui.screens import save_screen

_LEFT, _CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
_NAMES = ("Gratings", "Nets", "Discs on a substrate")
_EACH = 12


@pytest.fixture
def find_brain(settings: Settings, model_folder, decoder) -> NetworkFinder:
    """Whatever the settings of the window say: the model that is trained here is used afterwards."""
    settings.compute.model = str(model_folder)
    settings.compute.device = "cpu"
    settings.new_project = "empty"
    return NetworkFinder(settings, decoder)


@pytest.mark.slow
def test_group_name_label_train_review(open_window, tmp_path):
    for number in range(3 * _EACH):
        draw(tmp_path / "images" / f"img{number:04}.png", number % 3, number)
    driver = open_window(tmp_path / "images")
    driver.until_open(3 * _EACH)
    window, session = driver.window, driver.session
    window.resize(1366, 768)
    driver.until(lambda: not session.activities.running)
    driver.until_idle()

    window.modes.show("map")
    page = window.modes.page("map")
    QTest.mouseClick(page.tabs[1], _LEFT)
    groups, view, steps = page.proposals, page.groups, page.groups.steps
    driver.until(lambda: steps.way.now is Step.GROUP and view.message.button.isVisible())
    view.how_many.setValue(3)
    driver.press(view.message.button)
    driver.until(lambda: groups.state is GroupState.READY and len(groups.groups) == 3)
    driver.until(lambda: session.gallery.ids.size == len(groups.groups[0].ids))

    _name_all(driver, page)
    _label_more(driver, page)
    _train_and_use(driver, page)

    driver.press(steps.button)
    review = session.review
    driver.until(lambda: review.reviewing and session.case.shown is not None)
    driver.until_idle()
    assert review.source.evidence.model_id == session.brain.id
    assert review.strategy == "margin"
    assert review.order.ids.size > 0
    assert session.gallery.current == review.order.ids[0]
    save_screen(window, "cold-start-queue-1366")


def _name_all(driver, page) -> None:
    """Give every group its name; of the first all but three are taken out, so that this class is short."""
    groups, view, steps = page.proposals, page.groups, page.groups.steps
    for row in range(3, len(groups.groups[0].ids)):
        where = view.grid.rect_of(row).center()
        QTest.mouseClick(view.grid.viewport(), _LEFT, _CTRL, where)
    for number, name in enumerate(_NAMES):
        driver.until(lambda number=number: groups.chosen == (number,))
        view.name.setFocus()
        QTest.keyClicks(view.name, name)
        QTest.keyClick(view.name, Qt.Key.Key_Return)
        driver.until(lambda number=number: groups.groups[number].labelled)
    driver.until(lambda: steps.way.now is Step.LABEL)
    assert f"Find more {_NAMES[0]}" in steps.button.text()
    save_screen(driver.window, "cold-start-label-1366")


def _label_more(driver, page) -> None:
    """Find more images of the class that is short, and label them until there are enough."""
    window, session = driver.window, driver.session
    driver.press(page.groups.steps.button)
    driver.until(lambda: session.search.active and not session.search.searching)
    driver.until(lambda: window.modes.current.id == "browse" and session.search.found > 0)
    short = next(c for c in session.labels.taxonomy.active if c.name == _NAMES[0])
    unlabelled = [i for i in session.gallery.ids.tolist() if i not in _labelled(driver)]
    for image in unlabelled[: FEWEST_LABELS - 3]:
        driver.click_thumbnail(session.gallery.row_of(image))
        driver.key(Qt.Key(Qt.Key.Key_0 + int(short.shortcut)))
    driver.until(lambda: Counter(_labelled(driver).values())[short.id] == FEWEST_LABELS)
    window.modes.show("map")


def _train_and_use(driver, page) -> None:
    """Train a quick head, and classify with it."""
    window, session, steps = driver.window, driver.session, page.groups.steps
    before = session.brain.id
    driver.until(lambda: steps.way.now is Step.TRAIN)
    driver.press(steps.button)
    driver.until(lambda: session.learning.stage is Stage.TRAINING)
    driver.until(lambda: session.learning.stage not in (Stage.TRAINING, Stage.COMPARING), seconds=300)
    save_screen(window, "cold-start-trained-1366")
    assert session.learning.problem == "" or session.learning.stage is Stage.UNKNOWN
    driver.press(steps.button)
    driver.until(lambda: session.brain is not None and session.brain.id != before, seconds=120)
    assert [name for _, name in session.brain.classes] == list(_NAMES)
    driver.until(lambda: steps.way.now is Step.REVIEW and steps.button.isVisible(), seconds=120)
    driver.until_idle()
    save_screen(window, "cold-start-review-1366")


def _labelled(driver) -> dict:
    library = driver.session.opened.library
    tiles = library.tiles(library.listing(ImageQuery()).ids.tolist())
    return {tile.id: tile.label for tile in tiles if tile.label is not None}
