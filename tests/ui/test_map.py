"""The mode Map: points that are looked at, surrounded and labelled, in the real window."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from semgui.catalogue.labels import LabelStore
from semgui.catalogue.query import ImageQuery, LabelState
from semgui.domain.ids import ImageId
from semgui.services.embedding_map import Layout
from semgui.viewmodels.map import MapState
from semgui.viewmodels.map_colours import ColourBy
from tests.ui.map_project import generate_map
from tests.ui.screens import save_screen

_COUNT = 300
_LEFT, _NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def _map_of(driver):
    driver.window.modes.show("map")
    page = driver.window.modes.page("map")
    driver.until(lambda: page.model.state is MapState.READY and page.model.colours.entries)
    return page


def _colour(driver, page, by: ColourBy) -> None:
    box = page.view.colours
    box.setCurrentIndex(box.findData(by))
    box.activated.emit(box.currentIndex())
    driver.until(lambda: page.model.colours.by is by)


def _surround(canvas, rows: np.ndarray, keys=_NO) -> None:
    """Draw a rectangle around points."""
    places = canvas.camera.to_pixels(canvas._model.map.places[rows])
    low, high = places.min(axis=0) - 6, places.max(axis=0) + 6
    first, last = QPoint(*map(round, low.tolist())), QPoint(*map(round, high.tolist()))
    QTest.mousePress(canvas, _LEFT, keys, first)
    QTest.mouseMove(canvas, (first + last) / 2)
    QTest.mouseMove(canvas, last)
    QApplication.processEvents()
    QTest.mouseRelease(canvas, _LEFT, keys, last)


def _labels(driver, ids) -> set:
    opened = driver.session.opened
    return set(LabelStore(opened.project).current([ImageId(int(i)) for i in ids]).values())


def test_points_are_surrounded_and_labelled_as_one_action(open_window, find_brain, tmp_path):
    made = generate_map(tmp_path, _COUNT, find_brain())
    driver = open_window(made.place)
    driver.until_open(_COUNT)
    page = _map_of(driver)
    model, canvas = page.model, page.view.canvas
    assert sorted(model.map.ids.tolist()) == list(range(1, _COUNT + 1))
    assert len(model.colours.entries) == 11  # ten classes, and no label

    _colour(driver, page, ColourBy.PREDICTED)
    wanted = model.colours.entries[0].rows
    driver.key(Qt.Key.Key_R)
    assert canvas.tool == "rectangle"
    _surround(canvas, np.flatnonzero(wanted))
    assert model.picked[wanted].all()
    chosen = model.map.ids[model.picked]
    assert set(driver.session.gallery.targets) == set(chosen.tolist())
    driver.until(page.view.side.grid.isVisible)

    _colour(driver, page, ColourBy.LABEL)
    before, places = model.colours, model.map.places.copy()
    driver.key(Qt.Key.Key_3)
    third = next(c for c in driver.session.labels.taxonomy.active if c.shortcut == "3")
    driver.until(lambda: _labels(driver, chosen) == {third.id})
    driver.until(lambda: model.colours is not before and _entry(model, third.name)[model.picked].all())
    assert np.array_equal(model.map.places, places)
    save_screen(driver.window, "map-labelled")
    driver.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    driver.until(lambda: _labels(driver, chosen) != {third.id})
    driver.until(lambda: not _entry(model, third.name)[model.picked].all())


def _entry(model, name: str) -> np.ndarray:
    found = [entry.rows for entry in model.colours.entries if entry.name == name]
    return found[0] if found else np.zeros(len(model.map), bool)


def test_a_point_is_pointed_at_clicked_and_opened(open_window, find_brain, tmp_path):
    made = generate_map(tmp_path, _COUNT, find_brain())
    driver = open_window(made.place)
    driver.until_open(_COUNT)
    page = _map_of(driver)
    model, canvas = page.model, page.view.canvas
    where = canvas.place_of(17).toPoint()
    row = canvas.row_at(canvas.place_of(17))  # another one may lie nearer
    QTest.mouseMove(canvas, where)
    driver.until(page.view.card.isVisible)
    assert page.view.card.name.full_text == driver.tile(_gallery_row(driver, model.id_at(row))).path.name
    driver.until(lambda: not page.view.card.picture.pixmap().isNull())
    save_screen(driver.window, "map-pointed")
    QTest.mouseClick(canvas, _LEFT, _NO, where)
    assert driver.session.gallery.current == model.id_at(row)
    assert model.picked_count == 1
    # Beside what is chosen with Shift, and not at all where there is nothing.
    other = next(r for r in range(_COUNT) if abs(canvas.place_of(r).x() - where.x()) > 60)
    other = canvas.row_at(canvas.place_of(other))
    QTest.mouseClick(canvas, _LEFT, Qt.KeyboardModifier.ShiftModifier, canvas.place_of(other).toPoint())
    assert model.picked_count == 2
    QTest.mouseDClick(canvas, _LEFT, _NO, canvas.place_of(other).toPoint())
    assert driver.window.modes.current.id == "browse"
    driver.until(lambda: driver.session.gallery.current == model.id_at(other))
    driver.until(lambda: driver.session.gallery.ids.size == _COUNT)
    assert driver.session.gallery.selected_count == 1  # what is not seen any more is not chosen


def _gallery_row(driver, image_id) -> int:
    return driver.session.gallery.row_of(image_id)


def test_the_filter_the_wheel_and_the_theme(open_window, find_brain, tmp_path):
    made = generate_map(tmp_path, _COUNT, find_brain(), long_names=True)
    driver = open_window(made.place)
    driver.until_open(_COUNT)
    page = _map_of(driver)
    model, canvas = page.model, page.view.canvas
    driver.session.gallery.narrow(ImageQuery(label_state=LabelState.UNLABELLED))
    driver.until(lambda: model.shown_count == 200)
    assert model.pick(np.ones(_COUNT, bool)) == 200
    assert not _labels(driver, model.map.ids[model.picked])
    driver.window.actions_.refresh()
    driver.window.actions_.by_id["map.choose_nothing"].trigger()
    assert model.picked_count == 0
    for by in (ColourBy.UNCERTAINTY, ColourBy.MAGNIFICATION, ColourBy.DETECTOR, ColourBy.ACQUIRED):
        _colour(driver, page, by)
        assert model.colours.ramp is not None or len(model.colours.entries) == 4
    before = canvas.grab().toImage()
    row = 5
    place = canvas.place_of(row)
    canvas.camera.zoom_about(place.x(), place.y(), 2.0)
    canvas.refresh()
    assert (canvas.place_of(row) - place).manhattanLength() < 0.1
    assert canvas.grab().toImage() != before
    driver.window.looks.choose("light")
    driver.window.resize(1366, 768)
    save_screen(driver.window, "map-date-light")
    assert driver.window.height() == 768


def test_without_a_classification_it_says_what_to_do(open_window, images):
    driver = open_window(images)
    driver.until_open(13)
    driver.window.modes.show("map")
    page = driver.window.modes.page("map")
    driver.until_idle()  # the images are classified when a folder is opened
    driver.until(lambda: page.model.state is MapState.READY)
    assert len(page.model.map) == 12
    page.model.attach(None, None)
    page.view.refresh()
    assert "model" in page.view.message.title.text()
    save_screen(driver.window, "map-no-model")
    # A project that is left while its map is being drawn leaves nothing undone for the next one.
    session = driver.session
    page.model.attach(session.opened, session.brain)
    page.model.draw()
    page.model.attach(None, None)
    page.model.attach(session.opened, session.brain)
    driver.until(lambda: page.model.state is MapState.READY and len(page.model.map) == 12)


_STAND_IN = '''
"""In the place of umap, which takes a minute to compile itself: the same face, and a map that is known."""
import time
import numpy as np

class UMAP:
    def __init__(self, n_neighbors, min_dist, random_state):
        assert n_neighbors == 15 and random_state == 0

    def fit_transform(self, features):
        time.sleep(WAIT)
        return np.stack([-features[:, 1], features[:, 0]], axis=1)  # turned by a quarter
'''


def _lay_out(page, layout: Layout) -> None:
    """Choose how the images are laid out, as the mouse does."""
    box = page.view.layouts
    box.setCurrentIndex(box.findData(layout))
    box.activated.emit(box.currentIndex())


def test_umap_is_drawn_in_a_process_of_its_own_and_can_be_stopped(
    open_window, find_brain, tmp_path, monkeypatch
):
    stand_in = tmp_path / "modules" / "umap.py"
    stand_in.parent.mkdir()
    stand_in.write_text(_STAND_IN.replace("WAIT", "3600"))
    monkeypatch.syspath_prepend(str(stand_in.parent))
    monkeypatch.setenv("PYTHONPATH", str(stand_in.parent))
    made = generate_map(tmp_path, _COUNT, find_brain())
    driver = open_window(made.place)
    driver.until_open(_COUNT)
    page = _map_of(driver)
    model, session = page.model, driver.session
    driver.until_idle()
    before = model.map.places.copy()

    _lay_out(page, Layout.UMAP)
    driver.until(lambda: session.activities.running)
    assert model.state is MapState.READY and len(model.map)  # the map that was there is looked at meanwhile
    session.activities.cancel(session.activities.running[0])
    driver.until_idle()
    assert model.layout is Layout.PCA and page.view.layouts.currentData() == Layout.PCA
    assert np.array_equal(model.map.places, before)

    stand_in.write_text(_STAND_IN.replace("WAIT", "0"))
    _lay_out(page, Layout.UMAP)
    driver.until(lambda: model.map.layout is Layout.UMAP)
    driver.until_idle()
    assert np.corrcoef(model.map.places[:, 0], before[:, 1])[0, 1] < -0.99
    assert page.view.layouts.currentData() == Layout.UMAP
    save_screen(driver.window, "map-umap")

    monkeypatch.setattr("semgui.ui.map_view.is_installed", lambda: False)
    _lay_out(page, Layout.PCA)
    driver.until(lambda: model.map.layout is Layout.PCA)
    _lay_out(page, Layout.UMAP)
    driver.until(lambda: 'pip install "semgui[umap]"' in driver.notice())
    assert page.view.layouts.currentData() == Layout.PCA
