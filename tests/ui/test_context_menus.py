"""Right clicks on the picture, on a class and on a folder, and what their menus do."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from semgui.ui.class_editor import ClassEditor

SCREENS = Path(__file__).parents[2] / "build" / "screens"
RIGHT = Qt.MouseButton.RightButton


@pytest.fixture
def opened(open_window, images: Path):
    window = open_window(images)
    window.until_open(13)
    window.until_idle()
    window.click_thumbnail(0)
    window.until(lambda: window.session.picture.shown is not None)
    return window


def ask_menu(widget: QWidget, where: QPoint) -> None:
    """Do as a window system does on a right click."""
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, widget.mapToGlobal(where))
    QApplication.sendEvent(widget, event)


def take_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def words(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def pick(menu: QMenu, text: str) -> None:
    action = next(a for a in menu.actions() if a.text() == text)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    QApplication.processEvents()


def facet_place(window, text: str) -> QPoint:
    facets = window.window.sidebar.list
    row = next(n for n, entry in enumerate(facets.entries()) if entry.text == text)
    facets.scrollTo(facets.model().index(row, 0))
    return facets.visualRect(facets.model().index(row, 0)).center()


def test_a_right_click_on_the_picture_offers_what_is_done_with_it(opened):
    native = opened.window.pane.canvas.native
    QTest.mouseClick(native, RIGHT, pos=QPoint(40, 60))
    menu = take_menu()
    assert {"Flag", "Export figure…", "Fit picture", "Ruler"} <= set(words(menu))
    SCREENS.mkdir(parents=True, exist_ok=True)
    assert menu.grab().save(str(SCREENS / "menu-picture.png"))
    pick(menu, "Flag")
    opened.until(lambda: opened.tile(0).marks.flagged)


def test_a_right_drag_on_the_picture_zooms_and_opens_no_menu(opened):
    native = opened.window.pane.canvas.native
    QTest.mousePress(native, RIGHT, pos=QPoint(40, 60))
    QTest.mouseMove(native, QPoint(40, 100))
    QTest.mouseRelease(native, RIGHT, pos=QPoint(40, 100))
    assert QApplication.activePopupWidget() is None


def test_a_class_of_the_palette_is_given_shown_or_edited_from_its_menu(opened):
    box = opened.window.inspector.palette_box
    fibres = next(c for c in opened.session.labels.taxonomy.active if c.name == "Fibres")
    ask_menu(box.viewport(), box.place_of(fibres.id))
    assert words(take_menu()) == ["Label as Fibres", "Show only Fibres", "Edit class…"]
    pick(take_menu(), "Label as Fibres")
    opened.until(lambda: opened.tile(0).label == fibres.id)
    opened.until_idle()
    ask_menu(box.viewport(), box.place_of(fibres.id))
    pick(take_menu(), "Show only Fibres")
    assert opened.session.gallery.filter.classes == {fibres.id}
    ask_menu(box.viewport(), box.place_of(fibres.id))
    pick(take_menu(), "Edit class…")
    assert opened.window.panels.is_open("classes")
    assert opened.window.findChild(ClassEditor).list.current == fibres.id


def test_a_class_among_the_filters_has_the_same_menu(opened):
    place = facet_place(opened, "Powder")
    ask_menu(opened.window.sidebar.list.viewport(), place)
    assert words(take_menu())[0] == "Label as Powder"
    take_menu().close()


def test_a_folder_is_shown_left_and_copied_from_its_menu(opened, images: Path):
    facets = opened.window.sidebar.list
    ask_menu(facets.viewport(), facet_place(opened, "b"))
    assert "Show all folders" not in words(take_menu())
    pick(take_menu(), "Show only this folder")
    assert opened.session.gallery.filter.folder == images / "b"
    ask_menu(facets.viewport(), facet_place(opened, "b"))
    assert "Show only this folder" not in words(take_menu())
    pick(take_menu(), "Copy folder path")
    assert QGuiApplication.clipboard().text() == str(images / "b")
    ask_menu(facets.viewport(), facet_place(opened, "b"))
    pick(take_menu(), "Show all folders")
    assert opened.session.gallery.filter.folder is None
    ask_menu(facets.viewport(), facet_place(opened, "All images"))
    assert QApplication.activePopupWidget() is None  # nothing to be done with it


def test_a_folder_that_is_gone_is_a_sentence(opened, images: Path):
    facets = opened.window.sidebar.list
    ask_menu(facets.viewport(), facet_place(opened, "b"))
    (images / "b").rename(images.parent / "elsewhere")
    pick(take_menu(), "Open in the file manager")
    assert "no longer there" in opened.notice()


def test_the_palette_shows_the_images_of_a_class(opened):
    opened.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = opened.window.palette_
    assert palette.isVisible()
    QTest.keyClicks(palette.edit, "show only powder")
    QTest.keyClick(palette.edit, Qt.Key.Key_Return)
    powder = next(c.id for c in opened.session.labels.taxonomy.active if c.name == "Powder")
    opened.until(lambda: opened.session.gallery.filter.classes == {powder})


def test_a_class_in_the_editor_is_renamed_moved_and_archived_from_its_menu(opened):
    opened.window.panels.open("classes")
    editor = opened.window.findChild(ClassEditor)

    def names() -> list[str]:
        return [c.name for c in opened.session.labels.taxonomy.active]

    def ask(name: str) -> QMenu:
        found = opened.session.labels.taxonomy.by_name(name)
        editor.list.choose(found.id)
        ask_menu(editor.list.viewport(), editor.list.visualRect(editor.list.currentIndex()).center())
        return take_menu()

    first, second = names()[:2]
    menu = ask(second)
    assert {f"Label as {second}", "Rename", "Move up", "Move down", "Archive"} <= set(words(menu))
    assert menu.grab().save(str(SCREENS / "menu-class-editor.png"))
    pick(menu, "Move up")
    opened.until(lambda: names()[:2] == [second, first])
    pick(ask(first), "Archive")
    opened.until(lambda: first not in names())
    pick(ask(second), "Rename")
    QTest.keyClicks(QApplication.focusWidget(), "Threads")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    opened.until(lambda: "Threads" in names())
