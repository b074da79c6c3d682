"""The grid of thumbnails, driven by mouse and keys."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from semgui.catalogue.facets import State
from semgui.catalogue.query import Key
from tests.ui.grid_project import Generated, generate
from tests.ui.pictures import write_picture

COUNT = 400
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
SCREENS = Path("build/screens")


@pytest.fixture(scope="module")
def generated(find_brain, tmp_path_factory) -> Generated:
    """A project of 400 labelled and classified images; tests that change it take their own."""
    return generate(tmp_path_factory.mktemp("grid"), COUNT, find_brain())


@pytest.fixture
def grid(open_window, generated: Generated):
    """A window on the project, thumbnails only."""
    return opened_grid(open_window, generated)


@pytest.fixture
def own_grid(open_window, find_brain, tmp_path: Path):
    """The same on a project that may be changed."""
    return opened_grid(open_window, generate(tmp_path, COUNT, find_brain()))


def opened_grid(open_window, made: Generated):
    window = open_window()
    window.window.resize(1366, 768)
    window.window.open_path(made.place)
    window.until_open(COUNT)
    window.until_idle()
    window.key(Qt.Key.Key_G)
    window.until(lambda: window.window.gallery.layout_.columns < 20)
    return window


def save_screen(window, name: str) -> None:
    """Keep a picture of the window when everything in view has arrived."""
    gallery, view = window.session.gallery, window.window.gallery

    def is_there() -> bool:
        first, last = view.rows_in_view()
        return all(window.window.pixmaps.has(int(i)) for i in gallery.ids[first : last + 1])

    window.until(is_there)
    window.until_idle()
    SCREENS.mkdir(parents=True, exist_ok=True)
    assert window.window.grab().save(str(SCREENS / f"grid-{name}.png"))


def drag(window, start: QPoint, *way: QPoint, modifier=NONE) -> None:
    """Press, move and let go in the thumbnails."""
    view = window.window.gallery.viewport()
    QTest.mousePress(view, LEFT, modifier, start)
    for place in way:
        QTest.mouseMove(view, place)
        QApplication.processEvents()
    QTest.mouseRelease(view, LEFT, modifier, way[-1])
    QApplication.processEvents()


def arrange(window, **changes) -> None:
    gallery = window.session.gallery
    gallery.narrow(dataclasses.replace(gallery.filter, **changes))
    window.until_idle()


def gap_right_of(window, row: int) -> QPoint:
    """A place beside a picture, where a band begins."""
    view = window.window.gallery
    box = view.painter.picture_box(view.rect_of(row))
    return QPoint(box.right() + 3, box.center().y())


def test_keys_move_and_select_as_in_other_grids(grid):
    gallery, columns = grid.session.gallery, grid.window.gallery.layout_.columns
    grid.click_thumbnail(1)
    grid.key(Qt.Key.Key_Down)
    assert gallery.current_row == 1 + columns
    grid.key(Qt.Key.Key_Right, SHIFT)
    grid.key(Qt.Key.Key_Right, SHIFT)
    assert gallery.selected_count == 3
    grid.key(Qt.Key.Key_Down, SHIFT)
    assert gallery.selected_count == 3 + columns
    grid.key(Qt.Key.Key_A, CTRL)
    assert gallery.selected_count == COUNT
    grid.key(Qt.Key.Key_I, CTRL | SHIFT)
    assert gallery.selected_count == 0
    grid.key(Qt.Key.Key_PageDown)
    assert gallery.current_row % columns == (3 + columns) % columns
    grid.key(Qt.Key.Key_End)
    assert gallery.current_row == COUNT - 1
    first, last = grid.window.gallery.rows_in_view()
    assert first > 0
    assert last == COUNT - 1


def test_clicks_with_shift_and_ctrl(grid):
    gallery = grid.session.gallery
    grid.click_thumbnail(2)
    grid.click_thumbnail(5, SHIFT)
    grid.click_thumbnail(3, CTRL)
    grid.click_thumbnail(8, CTRL)
    assert [gallery.row_of(i) for i in gallery.selection] == [2, 4, 5, 8]
    grid.click_thumbnail(4)  # one of the selected: only letting go chooses it alone, it may be dragged
    assert gallery.selected_count == 1
    assert gallery.current_row == 4


def test_a_rubber_band_selects_what_it_touches_and_scrolls_at_the_edge(grid):
    gallery, view = grid.session.gallery, grid.window.gallery
    columns = view.layout_.columns
    start = gap_right_of(grid, 0)
    drag(grid, start, start + QPoint(20, 5), view.rect_of(columns + 2).center())
    rows = [gallery.row_of(i) for i in gallery.selection]
    assert rows == [1, 2, columns + 1, columns + 2]
    drag(grid, start, start + QPoint(20, 5), view.rect_of(1).center(), modifier=CTRL)
    assert gallery.row_of(gallery.selection[0]) == 2  # with Ctrl a band turns its rows over
    bar = view.verticalScrollBar()
    below = QPoint(view.viewport().width() - 5, view.viewport().height() + 60)
    QTest.mousePress(view.viewport(), LEFT, NONE, start)
    QTest.mouseMove(view.viewport(), below)
    grid.until(lambda: bar.value() > 400)
    save_screen(grid, "rubber-band")
    QTest.mouseRelease(view.viewport(), LEFT, NONE, below)
    assert gallery.selected_count > 4 * (columns - 1)
    QTest.mouseClick(view.viewport(), LEFT, NONE, gap_right_of(grid, view.rows_in_view()[0] + columns))
    assert gallery.selected_count == 1


def test_a_selection_survives_order_and_filter_and_the_eye_stays(grid):
    gallery, view = grid.session.gallery, grid.window.gallery
    grid.click_thumbnail(30)
    grid.click_thumbnail(31, CTRL)
    chosen = set(gallery.selection)
    arrange(grid, order=Key.CONFIDENCE, descending=True)
    assert set(gallery.selection) == chosen
    assert view.viewport().rect().intersects(view.rect_of(gallery.current_row))
    save_screen(grid, "by-confidence")
    arrange(grid, flagged=True)
    assert set(gallery.selection) <= chosen or gallery.selected_count == 1
    sure = [grid.tile(row).confidence for row in range(gallery.ids.size)]
    assert sure == sorted(sure, reverse=True)


def test_groups_have_headers_that_stay_fold_and_are_stepped_through(grid):
    gallery, view = grid.session.gallery, grid.window.gallery
    bar = grid.window.browse.gallery_pane.arrange
    bar.group.setCurrentIndex(bar.group.findData(Key.CLASS))
    bar.group.activated.emit(bar.group.currentIndex())
    grid.until(lambda: len(gallery.groups) == 10)
    names = [view.headers.words(group) for group in range(10)]
    assert names[0].startswith("Biological · ")
    gallery.go_to_row(0)
    view.verticalScrollBar().setValue(view.layout_.header + 30)
    assert view.header_at(QPoint(50, 5)) == 0  # it begins above and stays
    save_screen(grid, "groups")
    grid.key(Qt.Key.Key_Down, CTRL)
    assert gallery.current_row == gallery.groups[0].count
    assert view.viewport().rect().contains(view.rect_of(gallery.current_row).center())
    view.verticalScrollBar().setValue(0)
    before = view.layout_.height
    QTest.mouseClick(view.viewport(), LEFT, NONE, QPoint(60, 8))
    assert gallery.is_folded(0)
    assert view.layout_.height < before
    QTest.mouseClick(view.viewport(), LEFT, CTRL, QPoint(60, 8))
    assert gallery.selected_count == gallery.groups[0].count
    grid.key(Qt.Key.Key_G, CTRL | SHIFT)
    assert view.layout_.height == 10 * view.layout_.header
    save_screen(grid, "folded")


def test_the_size_follows_wheel_keys_and_slider_and_is_kept(grid, settings):
    view = grid.window.gallery
    before, columns = view.painter.side, view.layout_.columns
    where = view.viewport().rect().center()
    turn = QWheelEvent(
        QPointF(where),
        QPointF(view.viewport().mapToGlobal(where)),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        CTRL,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), turn)
    assert view.painter.side == before + 16
    grid.key(Qt.Key.Key_BracketRight, CTRL)
    assert view.painter.side == before + 32
    grid.window.browse.gallery_pane.arrange.size.setValue(64)
    assert view.layout_.columns > columns
    assert settings.window.gallery.side == 64
    save_screen(grid, "small")
    grid.window.browse.gallery_pane.arrange.size.setValue(256)
    save_screen(grid, "large")
    grid.key(Qt.Key.Key_G)
    assert view.painter.side == 112  # the strip keeps its own


def test_captions_are_chosen_and_the_whole_name_is_a_tooltip(grid, settings):
    bar, view = grid.window.browse.gallery_pane.arrange, grid.window.gallery
    height = view.layout_.tile_height
    action = next(a for a in bar.words.menu().actions() if a.text() == "Voltage and working distance")
    action.trigger()
    assert view.layout_.tile_height > height
    assert settings.window.gallery.captions == ["class", "name", "beam"]
    tile = grid.tile(0)
    words = view.painter.describe(tile)
    assert str(tile.path) in words
    assert "kV" in words
    save_screen(grid, "captions")


def test_chips_take_conditions_away_one_by_one(grid):
    gallery, bar = grid.session.gallery, grid.window.browse.gallery_pane.filters
    assert not bar.isVisible()
    sidebar = grid.window.sidebar
    line = next(i for i, e in enumerate(sidebar.list.entries()) if e.text == "Unlabelled")
    place = sidebar.list.visualRect(sidebar.list.model().index(line, 0)).center()
    QTest.mouseClick(sidebar.list.viewport(), LEFT, NONE, place)
    line = next(i for i, e in enumerate(sidebar.list.entries()) if e.text == "Flagged")
    place = sidebar.list.visualRect(sidebar.list.model().index(line, 0)).center()
    QTest.mouseClick(sidebar.list.viewport(), LEFT, CTRL, place)
    arrange(grid, classes=frozenset({grid.session.labels.taxonomy.active[0].id}))
    assert bar.isVisible()
    assert [chip.chip.text for chip in bar.row.buttons()] == ["Unlabelled", "Flagged", "Biological"]
    assert bar.accessibleName() == "Shown: Unlabelled · Flagged · Biological"
    grid.until(lambda: gallery.facets.states[State.FLAGGED] >= gallery.ids.size)
    save_screen(grid, "chips")
    for left in (2, 1):
        bar.row.buttons()[0].click()
        grid.until_idle()
        assert len(bar.row.buttons()) == left
    assert gallery.facets.classes["nffa.biological"] == gallery.ids.size
    bar.clear.click()
    grid.until_open(COUNT)
    assert not bar.isVisible()


def test_where_nothing_passes_a_button_clears_the_filters(grid):
    nothing = grid.window.browse.gallery_pane.nothing
    assert not nothing.isVisible()
    grid.key(Qt.Key.Key_F, CTRL)
    QTest.keyClicks(grid.window.sidebar.search, "no such image")
    grid.until(nothing.isVisible)
    grid.until_idle()
    assert nothing.geometry() == grid.window.gallery.viewport().geometry()
    assert grid.window.grab().save(str(SCREENS / "grid-nothing.png"))
    nothing.clear.click()
    grid.until_open(COUNT)
    assert grid.window.sidebar.search.text() == ""
    assert not nothing.isVisible()


def test_ranges_narrow_as_the_handles_move(grid):
    pane, gallery = grid.window.browse.gallery_pane, grid.session.gallery
    pane.arrange.ranges.click()
    grid.until(pane.ranges.isVisible)
    rows = pane.ranges.rows()
    assert {Key.CONFIDENCE, Key.HV, Key.PIXEL_SIZE, Key.ACQUIRED} <= rows.keys()
    rows[Key.CONFIDENCE].slider.setValue((500, 1000))
    grid.until(lambda: gallery.filter.ranges)
    grid.until_idle()
    assert 0 < gallery.ids.size < COUNT
    assert gallery.filter.ranges[0].low == pytest.approx(0.65, abs=0.02)
    assert all(grid.tile(row).confidence >= 0.6 for row in range(5))
    assert pane.ranges.grab().save(str(SCREENS / "grid-ranges.png"))
    pane.ranges.close()


def test_a_filter_is_saved_under_a_name_and_picked_again(grid):
    pane, gallery = grid.window.browse.gallery_pane, grid.session.gallery
    arrange(grid, flagged=True, order=Key.CONFIDENCE)
    wanted = gallery.filter
    pane.saved.save("worth a look", wanted)
    grid.until(lambda: "worth a look" in pane.saved.known)
    grid.window.sidebar.clear()
    grid.until_open(COUNT)
    menu = pane.arrange.saved.menu()
    menu.aboutToShow.emit()
    next(a for a in menu.actions() if a.text() == "worth a look").trigger()
    grid.until_idle()
    assert gallery.filter == wanted
    assert gallery.ids.size == gallery.facets.states[State.FLAGGED]
    pane.saved.remove("worth a look")
    grid.until(lambda: not pane.saved.known)


def test_new_images_do_not_move_what_is_looked_at(own_grid):
    grid = own_grid
    gallery, view = grid.session.gallery, grid.window.gallery
    view.verticalScrollBar().setValue(700)
    QApplication.processEvents()
    row = view.rows_in_view()[0] + view.layout_.columns
    watched, place = int(gallery.ids[row]), view.rect_of(row).topLeft()
    folder = Path(grid.session.opened.library.roots()[0])
    for number in range(view.layout_.columns):
        write_picture(folder / f"a_new_one_{number}.png", 900 + number, (60, 80))
    grid.key(Qt.Key.Key_F5)
    grid.until(lambda: gallery.ids.size == COUNT + view.layout_.columns)
    assert view.rect_of(gallery.row_of(watched)).topLeft() == place


def test_long_class_names_find_room_in_the_sidebar(own_grid):
    grid = own_grid
    from semgui.services.classes import create_class

    project = grid.session.opened.project
    for number in range(6):
        create_class(project, f"Sputtered multilayer films on sapphire, annealed ({number})", "ann")
    grid.session.hand.changed_elsewhere()
    grid.until(lambda: len(grid.session.labels.taxonomy.active) == 16)
    sidebar = grid.window.sidebar
    assert sidebar.width() >= 216
    assert sidebar.list.horizontalScrollBar().maximum() == 0
    last = len(sidebar.list.entries()) - 1
    sidebar.list.scrollTo(sidebar.list.model().index(last, 0))
    assert (
        sidebar.list.viewport()
        .rect()
        .intersects(sidebar.list.visualRect(sidebar.list.model().index(last, 0)))
    )
    sidebar.list.scrollToTop()
    save_screen(grid, "sixteen-classes")


def test_light_and_4k(grid):
    grid.key(Qt.Key.Key_T, CTRL)
    grid.window.resize(3840, 2160)
    QApplication.processEvents()
    save_screen(grid, "light-4k")
    assert grid.window.gallery.layout_.columns > 15
