"""The frame of the window: palette, keys, modes, panels, what was open last and how it comes back."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget

from semgui.catalogue.project import DATABASE
from semgui.settings import load_settings
from semgui.ui import modes as modes_module
from semgui.ui import theme as theme_module
from semgui.ui.actions import Context, shown_keys
from semgui.ui.key_sheet import key_sheet, sheet_text
from semgui.ui.shortcuts import ShortcutSheet, save_pdf
from semgui.ui.unreadable import UnreadablePanel
from semgui.viewmodels import opening as opening_module
from semgui.viewmodels.desk import Mode
from tests.ui.pictures import write_picture

_CTRL = Qt.KeyboardModifier.ControlModifier
_SCREENS = Path("build/screens")


@pytest.fixture
def opened(open_window, images: Path):
    driver = open_window(images)
    driver.until_open(13)
    driver.until_idle()
    return driver


def _save(widget: QWidget, name: str) -> None:
    _SCREENS.mkdir(parents=True, exist_ok=True)
    QApplication.processEvents()
    widget.grab().save(str(_SCREENS / f"shell-{name}.png"))


def _type(text: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), text)
    QApplication.processEvents()


# The palette


def test_the_palette_labels_by_the_name_of_a_class_and_gives_the_keyboard_back(opened) -> None:
    window = opened.window
    before = QApplication.focusWidget()
    opened.key(Qt.Key.Key_K, _CTRL)
    assert QApplication.focusWidget() is window.palette_.edit
    _type("label nano")
    _save(window, "palette")
    opened.key(Qt.Key.Key_Return)
    assert not window.palette_.isVisible()
    assert QApplication.focusWidget() is before
    opened.until_idle()
    nanowires = next(c for c in opened.session.labels.taxonomy.active if c.name == "Nanowires")
    assert opened.tile(0).label == nanowires.id


def test_keys_typed_into_the_palette_do_nothing_else_and_escape_closes_it(opened) -> None:
    window = opened.window
    opened.key(Qt.Key.Key_P, _CTRL | Qt.KeyboardModifier.ShiftModifier)
    _type("1")
    opened.key(Qt.Key.Key_Right)
    assert window.palette_.isVisible()
    opened.key(Qt.Key.Key_Escape)
    opened.until_idle()
    assert not window.palette_.isVisible()
    assert opened.tile(0).label is None
    assert opened.session.gallery.current_row == 0


def test_the_palette_offers_only_what_can_be_done_now(open_window) -> None:
    driver = open_window()
    driver.until(driver.window.isActiveWindow)
    driver.key(Qt.Key.Key_K, _CTRL)
    model = driver.window.palette_.list.model()
    offered = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert "Open folder" in offered
    assert "Export labels" not in offered
    driver.key(Qt.Key.Key_Escape)


# Keys


def test_a_key_that_is_held_moves_and_looks_but_never_labels(opened) -> None:
    held = {name for name, action in opened.window.actions_.by_id.items() if action.autoRepeat()}
    assert {"view.next", "view.previous", "view.zoom_in", "view.pan_left"} <= held
    assert {name.partition(".")[0] for name in held} == {"view"}


def test_new_keys_count_at_once_and_are_kept_and_the_old_owner_is_named(opened) -> None:
    window = opened.window
    opened.key(Qt.Key.Key_F1)
    sheet = window.findChild(ShortcutSheet)
    QTest.keyClicks(sheet.search, "thumbnails only")
    (item,) = sheet.tree.findItems("Thumbnails only", Qt.MatchFlag.MatchRecursive)
    assert not item.isHidden()
    sheet.tree.setCurrentItem(item)
    QTest.mouseClick(sheet.change, Qt.MouseButton.LeftButton)
    QTest.keyClick(sheet.capture, Qt.Key.Key_F)
    assert "Fit picture" in sheet.said.text()
    _save(sheet, "keys")
    QTest.mouseClick(sheet.take, Qt.MouseButton.LeftButton)
    assert load_settings().window.shortcuts == {"view.grid": ["F"], "view.fit": []}
    sheet.close()
    window.activateWindow()
    window.gallery.setFocus()
    opened.key(Qt.Key.Key_F)
    assert window.browse.grid
    window.actions_.keymap.reset_all()
    opened.key(Qt.Key.Key_F)
    assert window.browse.grid
    assert load_settings().window.shortcuts == {}


def test_the_letter_of_a_class_beats_the_key_of_an_action(opened) -> None:
    labels, actions = opened.session.labels, opened.window.actions_
    first = labels.taxonomy.active[0]
    opened.session.hand.classes.set_shortcut(first.id, "f")
    opened.until(lambda: labels.taxonomy.active[0].shortcut == "f")
    opened.until_idle()
    opened.key(Qt.Key.Key_F)
    opened.until_idle()
    assert opened.tile(0).label == first.id
    lines = {line.words: line.keys for section in key_sheet(actions) for line in section.lines}
    assert lines[first.name] == "F"
    assert "Fit picture" not in lines


def test_the_sheet_is_copied_as_text_and_saved_as_pages(opened, tmp_path: Path) -> None:
    actions = opened.window.actions_
    text = sheet_text(key_sheet(actions))
    assert "Ctrl+O\tOpen folder" in text
    assert "5\tNanowires" in text
    save_pdf(tmp_path / "keys.pdf", actions)
    assert (tmp_path / "keys.pdf").read_bytes().startswith(b"%PDF")


# The table


def test_every_action_is_said_in_words_and_no_two_answer_to_one_key(opened) -> None:
    actions = opened.window.actions_
    owners: dict[str, list[str]] = {}
    for info in actions.table:
        if not info.visible():
            continue
        assert info.words
        assert info.plain_words in actions.by_id[info.id].toolTip()
        for key in actions.keys(info):
            owners.setdefault(key, []).append(info.id)
    doubled = {key: ids for key, ids in owners.items() if len(ids) > 1}
    assert not doubled
    for info in actions.table:
        if info.toolbar:
            assert info.icon
            key = shown_keys(actions.keys(info)[:1])
            assert f"({key})" in actions.by_id[info.id].toolTip() or not key


def test_the_menu_of_thumbnails_has_what_the_table_says(opened) -> None:
    actions = opened.window.actions_
    menu = actions.context_menu(Context.THUMBNAILS)
    shown = {action.objectName() for action in menu.actions() if not action.isSeparator()}
    wanted = {
        info.id
        for info in actions.table
        if Context.THUMBNAILS in info.context and actions.by_id[info.id].isEnabled()
    }
    assert shown == wanted
    assert "label.clear" in shown
    menu.deleteLater()


# Modes and panels


def test_a_mode_is_made_when_it_is_first_shown_and_takes_no_labels(
    open_window, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def build(window: QWidget) -> QWidget:
        made.append(window)
        return QLabel("counting")

    browse = modes_module.MODES[0]
    extra = modes_module.ModePage("extra", "Extra", "Test", build)
    monkeypatch.setattr(modes_module.Modes.__init__, "__defaults__", ((browse, extra),))
    driver = open_window(images)
    window = driver.window
    assert not window.mode_bar.isVisible()
    driver.until_open(13)
    driver.until_idle()
    assert window.mode_bar.isVisible()
    assert not made
    driver.key(Qt.Key.Key_2, _CTRL)
    assert len(made) == 1
    assert window.pages.currentWidget().text() == "counting"
    driver.key(Qt.Key.Key_1)
    driver.until_idle()
    assert driver.tile(0).label is None
    driver.key(Qt.Key.Key_1, _CTRL)
    assert window.pages.currentWidget() is window.browse


def test_unreadable_files_are_listed_filtered_copied_and_looked_at_again(opened, images: Path) -> None:
    window = opened.window
    (images / "b" / "empty.tif").write_bytes(b"")
    opened.key(Qt.Key.Key_F5)
    opened.key(Qt.Key.Key_U, _CTRL)
    panel = window.findChild(UnreadablePanel)
    table = panel.table.model()
    opened.until(lambda: table.rowCount() == 2)
    _save(window, "unreadable")
    QTest.keyClicks(panel.filter, "brok")
    assert [table.index(row, 0).data() for row in range(table.rowCount())] == ["broken.png"]
    QTest.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    path, reason = QGuiApplication.clipboard().text().split("\t")
    assert path == str(images / "b" / "broken.png")
    assert reason
    panel.filter.clear()
    write_picture(images / "b" / "broken.png", 99)
    opened.until(panel.again.isEnabled)
    QTest.mouseClick(panel.again, Qt.MouseButton.LeftButton)
    opened.until(lambda: table.rowCount() == 1)
    opened.until_idle()


# Opening and coming back


def test_what_is_opened_is_said_at_once_even_if_the_disk_sleeps(
    open_window, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = open_window()
    window = driver.window
    kind_of, awake = opening_module.kind_of, threading.Event()

    def slowly(path: Path) -> object:
        assert awake.wait(60)
        return kind_of(path)

    monkeypatch.setattr(opening_module, "kind_of", slowly)
    window.open_path(images)
    assert images.name in window.status.said.text()
    driver.until(lambda: window.pages.currentWidget() is window.opening)
    assert images.name in window.opening.title.text()
    _save(window, "opening")
    awake.set()
    driver.until_open(13)
    driver.until_idle()
    assert window.pages.currentWidget() is window.browse


def test_the_window_comes_back_as_it_was(opened, open_window, images: Path) -> None:
    window, session = opened.window, opened.session
    opened.click_thumbnail(4)
    opened.until_idle()
    window.browse.splitters()["whole"].setSizes([800, 566])
    opened.key(Qt.Key.Key_U, _CTRL)
    image = session.inspector.detail.path
    opened.close()
    again = open_window()
    project = again.window.preferences.recent_projects[0]
    assert again.window.settings.window.recent_counts[str(project)] == 13
    recent = again.window.empty
    again.until(lambda: any("13 images" in part.text() for part in recent.findChildren(QLabel)))
    _save(again.window, "recent")
    again.window.open_path(project)
    again.until_open(13)
    again.until(lambda: again.session.inspector.detail and again.session.inspector.detail.path == image)
    again.until_idle()
    sizes = again.window.browse.splitters()["whole"].sizes()
    assert sizes[0] / sum(sizes) == pytest.approx(800 / 1366, abs=0.03)
    assert again.window.panels.is_open("unreadable")


def test_the_picture_keeps_its_height_whether_one_quits_in_thumbnails_or_not(opened, open_window) -> None:
    def height(driver) -> int:
        return driver.window.pane.height()

    before = height(opened)
    opened.key(Qt.Key.Key_G)
    opened.key(Qt.Key.Key_G)
    assert height(opened) == before
    project, driver = opened.session.place, opened
    for press in (1, 1, 0):  # into the thumbnails; out of them; as it is
        for _ in range(press):
            driver.key(Qt.Key.Key_G)
        driver.close()
        driver = open_window(project)
        driver.until_open(13)
        driver.until_idle()
    assert not driver.window.browse.grid
    assert height(driver) == pytest.approx(before, abs=8)


def test_a_project_that_is_gone_is_grey_and_can_be_taken_off(open_window, settings, tmp_path: Path) -> None:
    settings.window.recent_projects = [str(tmp_path / "Gone.semgui")]
    driver = open_window()
    page = driver.window.empty
    driver.until(lambda: any(part.text() == "not there" for part in page.findChildren(QLabel)))
    (button,) = [b for b in page.findChildren(QPushButton) if b.text() == "Gone"]
    assert not button.isEnabled()
    (remove,) = page.findChildren(QToolButton)
    QTest.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert settings.window.recent_projects == []
    driver.until(lambda: not page.findChildren(QToolButton))


@pytest.mark.parametrize("harm", ["newer", "damaged", "gone"])
def test_a_project_that_cannot_be_opened_is_a_sentence_and_nothing_is_lost(
    opened, harm: str, tmp_path: Path
) -> None:
    place = tmp_path / "Other.semgui"
    place.mkdir()
    database = place / DATABASE
    original = sqlite3.connect(opened.session.place / DATABASE)
    with closing(original), closing(sqlite3.connect(database)) as copy:
        original.backup(copy)
        if harm == "newer":
            copy.execute("UPDATE alembic_version SET version_num = '9999'")
            copy.commit()
    if harm == "damaged":
        database.write_bytes(b"this is no database" * 500)
    elif harm == "gone":
        shutil.rmtree(place)
    before = database.read_bytes() if database.exists() else b""
    opened.window.open_path(place)
    opened.until(opened.notice)
    opened.until_idle()
    assert "Other.semgui" in opened.notice()
    assert "Traceback" not in opened.notice()
    assert (database.read_bytes() if database.exists() else b"") == before
    _save(opened.window, f"not-opened-{harm}")
    if harm == "gone":
        assert opened.session.mode is Mode.PROJECT


# Colours


def test_the_colours_follow_the_system_until_one_is_chosen(
    open_window, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.window.theme = "system"
    driver = open_window()
    window = driver.window

    def change_system(scheme: Qt.ColorScheme) -> None:  # as far as X without a desktop lets one
        monkeypatch.setattr(theme_module, "system_scheme", lambda: scheme)
        QGuiApplication.styleHints().colorSchemeChanged.emit(scheme)

    driver.until(window.isActiveWindow)
    change_system(Qt.ColorScheme.Light)
    assert window.theme.name == "light"
    change_system(Qt.ColorScheme.Dark)
    assert window.theme.name == "dark"
    driver.key(Qt.Key.Key_T, _CTRL)
    assert window.theme.name == "light"
    assert load_settings().window.theme == "light"
    change_system(Qt.ColorScheme.Dark)
    assert window.theme.name == "light"
