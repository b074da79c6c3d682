"""One image dropped on the window: without a project, beside an open one, and taken in with its folder."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt

from semgui.imaging.decoders import DecoderPool
from semgui.services.classify import load_classifier
from semgui.settings import Settings
from semgui.viewmodels import network
from semgui.viewmodels.desk import Mode
from semgui.viewmodels.network import NetworkFinder
from tests.catalogue.pictures import write_tiff
from tests.ui.pictures import write_folder, write_picture
from tests.ui.screens import save_screen


@pytest.fixture
def find_brain(decoder: DecoderPool) -> NetworkFinder:
    """The model as it is shipped: it has reference pictures."""
    chosen = Settings()
    chosen.compute.device = "cpu"
    return NetworkFinder(chosen, decoder)


@pytest.fixture
def opened(open_window, tmp_path: Path):
    write_folder(tmp_path / "session", 6)
    window = open_window(tmp_path / "session")
    window.until_open(6)
    window.until_idle()
    return window


def examined(window) -> bool:
    detail = window.session.inspector.detail
    return detail is not None and detail.answer is not None and bool(detail.known)


def test_without_a_project_its_class_and_the_models_own_pictures(open_window, tmp_path: Path):
    image = tmp_path / "one" / "alone.png"
    write_picture(image, 3, (600, 800))
    window = open_window()
    window.drop(image)
    window.until(lambda: examined(window))
    assert window.session.mode is Mode.IMAGE
    rows = window.window.inspector.nearest.rows
    assert len(rows) == 5
    assert all(row.known.caption.startswith("drawn: ") for row in rows)
    similarities = [row.known.similarity for row in rows]
    assert similarities == sorted(similarities, reverse=True)
    assert not window.window.guest_bar.back.isVisible()
    assert window.window.guest_bar.take_in.isVisible()
    save_screen(window.window, "live-one-image")
    assert window.window.size() == QSize(1366, 768), "what is said of it must not make the window larger"
    window.window.looks.toggle()
    save_screen(window.window, "live-one-image-other-theme")
    # Once the network is loaded, the next one takes no time.
    write_picture(tmp_path / "one" / "second.png", 4, (600, 800))
    began = time.monotonic()
    window.drop(tmp_path / "one" / "second.png")
    window.until(lambda: examined(window) and window.session.inspector.detail.path.name == "second.png")
    assert time.monotonic() - began < 10  # two seconds on a machine with nothing else to do


def test_beside_a_project_which_is_there_again_afterwards(opened, tmp_path: Path):
    here = opened.session.gallery.current
    place = opened.session.place
    image = tmp_path / "elsewhere" / "guest.png"
    write_picture(image, 30)
    opened.drop(image)
    opened.until(lambda: examined(opened))
    assert opened.session.mode is Mode.IMAGE
    assert opened.session.place == place
    assert not opened.window.can_label()
    save_screen(opened.window, "live-guest")
    opened.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert opened.session.mode is Mode.PROJECT
    opened.until(lambda: opened.session.inspector.detail and opened.session.inspector.detail.id == here)
    assert opened.session.gallery.current == here
    assert not opened.window.guest_bar.isVisible()


def test_nearest_are_the_labelled_images_of_the_project(opened, tmp_path: Path):
    opened.click_thumbnail(2)
    labelled = opened.session.gallery.current
    opened.key(Qt.Key.Key_3)
    opened.until(lambda: opened.tile(2).label is not None)
    write_picture(tmp_path / "elsewhere" / "guest.png", 30)
    opened.drop(tmp_path / "elsewhere" / "guest.png")
    opened.until(lambda: examined(opened))
    (row,) = opened.window.inspector.nearest.rows
    assert row.known.image_id == labelled
    row.click()
    assert opened.session.mode is Mode.PROJECT
    assert opened.session.gallery.current == labelled


def test_one_of_the_project_is_gone_to(opened):
    path = opened.tile(4).path
    opened.drop(path)
    opened.until(lambda: opened.session.gallery.current_row == 4)
    assert opened.session.mode is Mode.PROJECT


def test_its_folder_can_be_taken_in(opened, tmp_path: Path):
    for number in range(3):
        write_picture(tmp_path / "elsewhere" / f"guest{number}.png", 30 + number)
    opened.drop(tmp_path / "elsewhere" / "guest1.png")
    opened.until(lambda: examined(opened))
    opened.window.guest_bar.take_in.click()
    opened.until_open(9)
    opened.until(lambda: opened.session.inspector.detail.path.name == "guest1.png")
    assert opened.session.mode is Mode.PROJECT


def test_killed_decoders_are_replaced_and_nothing_is_missing(open_window, decoder, tmp_path: Path):
    write_folder(tmp_path / "session", 40)
    window = open_window(tmp_path / "session")
    window.until_open(40)
    window.until(lambda: bool(decoder.pids))
    killed = decoder.pids
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    window.key(Qt.Key.Key_Right)
    window.until_idle()
    assert window.session.picture.shown is not None
    assert [window.tile(row).error for row in range(40)] == [None] * 40
    assert all(window.tile(row).predicted for row in range(40))
    window.drop(write_tiff(tmp_path / "elsewhere" / "guest.tif", 3, (200, 300)))
    window.until(lambda: examined(window))
    assert set(decoder.pids) - set(killed)


def test_the_model_is_loaded_once_before_anybody_asks(open_window, monkeypatch, tmp_path: Path):
    loaded = []

    def counted(*args, **options):
        loaded.append(args)
        return load_classifier(*args, **options)

    monkeypatch.setattr(network, "load_classifier", counted)
    window = open_window()
    window.session.get_ready()
    window.until_idle()
    assert len(loaded) == 1
    write_picture(tmp_path / "alone.png", 3, (600, 800))
    window.drop(tmp_path / "alone.png")
    window.until(lambda: examined(window))
    assert len(loaded) == 1
