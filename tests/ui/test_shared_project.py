"""A project that somebody else works on, and one that goes away while it is open."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt


@pytest.fixture
def opened(open_window, images: Path):
    window = open_window(images)
    window.until_open(13)
    window.until_idle()
    return window


def in_front(window) -> None:
    window.window.activateWindow()
    window.until(window.window.isActiveWindow)


def test_two_windows_on_one_project_keep_the_labels_of_both(opened, open_window) -> None:
    other = open_window(opened.session.place)
    other.until_open(13)
    other.until_idle()
    in_front(opened)
    opened.click_thumbnail(0)
    opened.key(Qt.Key.Key_1)
    in_front(other)
    other.click_thumbnail(1)
    other.key(Qt.Key.Key_2)
    opened.until_idle()
    other.until_idle()
    assert opened.notice() == other.notice()  # both speak of the file that cannot be read, of nothing else
    for window in (opened, other):
        assert [window.tile(row).label for row in (0, 1)] == ["nffa.biological", "nffa.fibres"]
    other.close()
    in_front(opened)
    opened.click_thumbnail(2)
    opened.key(Qt.Key.Key_3)
    opened.until(lambda: opened.tile(2).label == "nffa.films_coated_surface")


def test_a_project_that_goes_away_is_a_sentence_and_comes_back_with_its_labels(opened) -> None:
    place: Path = opened.session.place
    opened.click_thumbnail(0)
    opened.key(Qt.Key.Key_1)
    opened.until(lambda: opened.tile(0).label == "nffa.biological")
    opened.until_idle()
    away = place.with_name("away")
    place.rename(away)  # a disk that is pulled out, a folder that is moved
    opened.click_thumbnail(1)
    opened.key(Qt.Key.Key_2)
    opened.until_idle()
    assert "bring the project back if it was moved" in opened.notice()
    assert "Errno" not in opened.notice()
    away.rename(place)
    opened.click_thumbnail(2)
    opened.key(Qt.Key.Key_3)
    opened.until_idle()
    labels = ["nffa.biological", "nffa.fibres", "nffa.films_coated_surface"]
    assert [opened.tile(row).label for row in range(3)] == labels
