"""Folders that cannot be written, and disks that are pulled out while their images are looked at."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from semgui.catalogue.project import DATABASE, open_project
from semgui.viewmodels.desk import Mode
from tests.ui.screens import save_screen


@pytest.fixture
def opened(open_window, images: Path):
    window = open_window(images)
    window.until_open(13)
    window.until(lambda: not window.session.activities.running)
    window.until_idle()
    return window


def test_images_whose_disk_is_pulled_out_come_back_with_their_labels(opened, images: Path):
    opened.click_thumbnail(0)
    opened.key(Qt.Key.Key_1)
    opened.until(lambda: opened.tile(0).label == "nffa.biological")
    away = images.with_name("pulled out")
    images.rename(away)
    opened.click_thumbnail(9)  # none of the neighbours that were loaded ahead
    opened.until(lambda: opened.session.picture.error is not None)
    assert "it is not where it was" in opened.session.picture.error
    opened.key(Qt.Key.Key_2)  # a label needs no picture
    opened.until(lambda: opened.tile(9).label == "nffa.fibres")
    opened.window.actions_.by_id["file.rescan"].trigger()
    opened.until(lambda: "The folder is not there any more" in opened.notice())
    opened.until_idle()
    save_screen(opened.window, "disk-pulled-out")
    assert opened.session.gallery.ids.size == 13  # nothing is taken out of the project

    away.rename(images)  # the image on screen comes back by itself
    opened.window.actions_.by_id["file.rescan"].trigger()
    opened.until(lambda: opened.session.picture.shown is not None and opened.session.picture.error is None)
    assert [opened.tile(row).label for row in (0, 9)] == ["nffa.biological", "nffa.fibres"]


@pytest.fixture
def ordinary_rights() -> Iterator[None]:
    """Let permissions count for this thread and those it starts: root may write anywhere."""
    libc = ctypes.CDLL(None, use_errno=True)
    header, held, fewer = (_Header(_VERSION_3, 0), (_Rights * 2)(), (_Rights * 2)())
    if os.getuid() == 0:
        assert libc.capget(ctypes.byref(header), held) == 0
        ctypes.memmove(fewer, held, ctypes.sizeof(held))
        fewer[0].effective &= ~_DAC_OVERRIDE
        assert libc.capset(ctypes.byref(header), fewer) == 0
    yield
    if os.getuid() == 0:
        assert libc.capset(ctypes.byref(header), held) == 0


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Rights(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable"))


_VERSION_3 = 0x20080522  # of the structures, linux/capability.h
_DAC_OVERRIDE = 0b110  # and to read and search


@pytest.mark.skipif(sys.platform != "linux", reason="takes rights away as Linux does")
def test_a_project_that_may_not_be_written_is_a_sentence_and_not_a_half_open_one(
    ordinary_rights, open_window, tmp_path: Path
):
    place = tmp_path / "shared.semgui"
    with open_project(place, create=True):
        pass
    locked = [place / DATABASE, place]
    for path in locked:
        path.chmod(0o555)
    try:
        window = open_window(place)
        window.until(lambda: "cannot be written" in window.notice())
        assert window.session.mode is Mode.EMPTY
        save_screen(window.window, "read-only-project")
    finally:
        for path in locked:
            path.chmod(0o755)
