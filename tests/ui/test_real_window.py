"""The window on real micrographs of ../shared/data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from semgui.domain.image import ImageStatus


@pytest.fixture
def nffa(open_window, shared_data: Path, tmp_path: Path):
    """A window on the NFFA images, opened from where they lie; the project goes elsewhere."""
    window = open_window()
    window.session.open_folder(shared_data / "nffa_sample", tmp_path / "nffa.semgui")
    window.until_open(31)
    window.until_idle()
    return window


def test_bars_inside_the_picture_are_dimmed_and_kept_from_the_heatmap(nffa, shared_data: Path):
    before = sorted(p for p in (shared_data / "nffa_sample").rglob("*"))
    nffa.click_thumbnail(0)
    nffa.key(Qt.Key.Key_H)
    nffa.until(lambda: nffa.session.heatmap.heat is not None)
    picture, heat = nffa.session.picture.shown, nffa.session.heatmap.heat
    assert 600 < picture.databar_row < 700
    row = round(picture.databar_row * heat.shape[0] / picture.pixels.shape[0])
    assert heat[: row - 2].max() > 0.5
    assert not heat[row + 2 :].any()
    assert nffa.window.pane.canvas.databar_shown
    assert sorted(p for p in (shared_data / "nffa_sample").rglob("*")) == before


def test_labels_of_real_images_come_and_go(nffa):
    nffa.click_thumbnail(0)
    for _ in range(6):
        nffa.key(Qt.Key.Key_2)
    nffa.click_thumbnail(6)
    nffa.click_thumbnail(9, Qt.KeyboardModifier.ShiftModifier)
    nffa.key(Qt.Key.Key_A)
    nffa.until_idle()
    assert [nffa.tile(row).label for row in range(6)] == ["nffa.fibres"] * 6
    assert all(nffa.tile(row).label == nffa.tile(row).predicted for row in range(6, 10))
    nffa.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    nffa.until_idle()
    assert [nffa.tile(row).label for row in range(6, 10)] == [None] * 4
    nffa.until(lambda: nffa.session.gallery.facets.labelled == 6)


def test_files_of_the_vendors_show_their_scale_or_none(open_window, shared_data: Path, tmp_path: Path):
    shutil.copytree(shared_data / "vendor", tmp_path / "vendor")
    window = open_window(tmp_path / "vendor")
    window.until(lambda: window.session.gallery.ids.size > 30 and not window.session.work.scanning)
    window.until_idle()
    sizes = []
    canvas = window.window.pane.canvas
    for row in range(window.session.gallery.ids.size):
        window.session.gallery.step(row - window.session.gallery.current_row)
        window.until_idle()
        detail, picture = window.session.inspector.detail, window.session.picture.shown
        if detail.status is not ImageStatus.OK or picture is None:
            assert window.window.pane.message.isVisible()
            continue
        size = picture.metadata.pixel_size_nm
        sizes.append(size)
        assert canvas.scale_bar.visible == (size is not None)
        assert ("scale unknown" in window.window.pane.facts.full_text) == (size is None)
        assert str(canvas.heat.layer.units[0]) == ("nanometer" if size else "pixel")
    assert sum(s is not None for s in sizes) > 15
