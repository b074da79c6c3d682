"""A class is split in the window: the chosen images of it get a new one, as one action."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.review_project import KINDS, plant
from tests.ui.screens import save_screen

CTRL = Qt.KeyboardModifier.ControlModifier


def test_chosen_images_of_a_class_get_a_new_one_and_undo_gives_them_back(open_window, find_brain, tmp_path):
    driver = open_window(plant(tmp_path, find_brain(), each=4, wrong=0).place)
    driver.until_open(12)
    driver.until_idle()
    window, session = driver.window, driver.session

    def labels() -> Counter:
        return Counter(tile.label for tile in session.opened.library.tiles(session.gallery.ids.tolist()))

    before = labels()
    driver.click_thumbnail(1)
    for row in (3, 0):  # the last is of the class that is split, like the one before
        driver.click_thumbnail(row, CTRL)
    driver.until(lambda: session.inspector.detail.label == KINDS[0])
    driver.until_idle()
    window.actions_.refresh()
    window.actions_.by_id["label.split"].trigger()
    QTest.keyClicks(window.class_splitter.edit, "Fibres, woven")
    save_screen(window, "split-class")
    QTest.keyClick(window.class_splitter.edit, Qt.Key.Key_Return)
    driver.until(lambda: len(labels()) == 4)
    driver.until(lambda: any(c.name == "Fibres, woven" for c in session.labels.taxonomy.active))
    new = session.labels.taxonomy.by_name("Fibres, woven")
    assert labels()[new.id] == 2
    assert labels()[KINDS[1]] == before[KINDS[1]]  # chosen as well, but of another class
    names = [c.name for c in session.labels.taxonomy.active]
    assert names.index("Fibres, woven") == names.index("Fibres") + 1
    driver.key(Qt.Key.Key_Z, CTRL)
    driver.until(lambda: labels() == before)
