"""The picture by mouse and keys: zoom, contrast, ruler, crop line, heatmap, and what cannot be shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from semgui.imaging.levels import resampled
from semgui.ui.canvas import Framing
from semgui.viewmodels.desk import Mode
from tests.ui.pictures import write_picture

SCREENS = Path(__file__).parents[2] / "build" / "screens"
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
LEFT = Qt.MouseButton.LeftButton
COUNT = 6


def screen(window, name: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    QTest.qWait(100)
    assert window.window.grab().save(str(SCREENS / f"picture-{name}.png"))


def wheel(canvas, where: QPoint, turns: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    native = canvas.native
    event = QWheelEvent(
        QPointF(where),
        QPointF(native.mapToGlobal(where)),
        QPoint(),
        QPoint(0, 120 * turns),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(native, event)
    QApplication.processEvents()


def drag(canvas, start: QPoint, end: QPoint) -> None:
    native = canvas.native
    QTest.mousePress(native, LEFT, pos=start)
    for k in range(1, 6):
        QTest.mouseMove(native, start + (end - start) * k / 5)
        QApplication.processEvents()
    QTest.mouseRelease(native, LEFT, pos=end)
    QApplication.processEvents()


def at(canvas, x: float, y: float) -> QPoint:
    return canvas.to_canvas(QPointF(x, y)).toPoint()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "session"
    for k in range(COUNT):
        write_picture(place / f"{k}.png", k, (480, 640))
    return place


@pytest.fixture
def opened(open_window, folder: Path):
    window = open_window(folder)
    window.until_open(COUNT)
    window.until_idle()
    window.click_thumbnail(0)
    window.until(lambda: window.session.picture.shown is not None)
    window.until_idle()
    return window


def canvas_of(window):
    return window.window.pane.canvas


def shown_name(window) -> str:
    return window.session.picture.shown.path.name


def test_fit_fill_one_to_one_and_steps_by_keys(opened):
    canvas = canvas_of(opened)
    opened.key(Qt.Key.Key_F)
    fitted = canvas.view.zoom
    height, width = canvas.native.height(), canvas.native.width()
    assert 480 * fitted <= height
    assert 640 * fitted <= width
    opened.key(Qt.Key.Key_F, SHIFT)
    assert canvas.view.zoom >= max(height / 480, width / 640) * 0.999
    opened.key(Qt.Key.Key_Z)
    assert canvas.is_one_to_one
    assert canvas._image.interpolation == "nearest"
    opened.key(Qt.Key.Key_Plus)
    assert canvas.view.zoom == pytest.approx(1.25)
    opened.key(Qt.Key.Key_Minus)
    before = canvas.view
    opened.key(Qt.Key.Key_Right, ALT | SHIFT)
    assert canvas.view.x > before.x
    assert canvas.view.zoom == pytest.approx(before.zoom)


def test_below_1_to_1_the_layer_holds_averaged_samples_of_the_screens_size(opened):
    canvas = canvas_of(opened)
    opened.key(Qt.Key.Key_Z)
    for _ in range(3):
        opened.key(Qt.Key.Key_Minus)
    zoom = canvas.view.zoom
    assert zoom == pytest.approx(0.512)
    data = canvas.samples
    assert data.shape == (round(480 * zoom), round(640 * zoom))
    picture = opened.session.picture.shown
    assert np.array_equal(data, resampled(picture.copies, (0, 0, 640, 480), data.shape))


def test_the_wheel_zooms_about_the_mouse_and_the_samples_follow(opened):
    canvas = canvas_of(opened)
    opened.key(Qt.Key.Key_F)
    where = QPoint(canvas.native.width() // 4, canvas.native.height() // 3)
    under = canvas.to_picture(QPointF(where))
    wheel(canvas, where, 6)
    assert canvas.view.zoom > 1.2
    again = canvas.to_picture(QPointF(where))
    assert (again - under).manhattanLength() < 2
    opened.until(lambda: canvas.samples.shape == (480, 640))


def test_zoom_and_place_stay_or_every_image_is_fitted_and_that_is_remembered(opened):
    from semgui.settings import load_settings

    canvas = canvas_of(opened)
    opened.key(Qt.Key.Key_Z)
    opened.key(Qt.Key.Key_Right, ALT | SHIFT)
    before = canvas.view
    opened.key(Qt.Key.Key_Right)
    opened.until(lambda: shown_name(opened) == "1.png" and canvas.is_one_to_one)
    assert canvas.view.x == pytest.approx(before.x, abs=0.002)
    opened.key(Qt.Key.Key_Z, SHIFT)
    assert not load_settings().window.keep_view
    opened.key(Qt.Key.Key_Z)
    opened.key(Qt.Key.Key_Right)
    opened.until(lambda: shown_name(opened) == "2.png" and canvas.framing is Framing.FIT)


def test_neighbours_on_both_sides_are_there_before_they_are_asked_for(opened):
    opened.click_thumbnail(3)
    opened.until(lambda: shown_name(opened) == "3.png")
    opened.until_idle()
    for key, name in ((Qt.Key.Key_Right, "4.png"), (Qt.Key.Key_Left, "3.png"), (Qt.Key.Key_Left, "2.png")):
        opened.key(key)
        assert shown_name(opened) == name  # in the same turn of the event loop
        opened.until_idle()


def test_contrast_is_automatic_each_kept_on_wish_and_never_reaches_the_classifier(opened):
    look, canvas = opened.session.look, canvas_of(opened)
    opened.key(Qt.Key.Key_K)
    bar = opened.window.pane.contrast_bar
    assert bar.isVisible()
    opened.until(lambda: look.histogram is not None)
    histogram = bar.histogram
    limits = look.look
    area = histogram.rect()
    start = QPoint(round(histogram._x(limits.high)), area.center().y())
    QTest.mousePress(histogram, LEFT, pos=start)
    QTest.mouseMove(histogram, start - QPoint(60, 0))
    QTest.mouseRelease(histogram, LEFT, pos=start - QPoint(60, 0))
    assert look.look.high < limits.high
    assert canvas.look == look.look
    opened.key(Qt.Key.Key_BracketRight)
    assert canvas.look.gamma == pytest.approx(1 / 1.1)
    opened.key(Qt.Key.Key_I)
    assert canvas.look.inverted
    screen(opened, "contrast")
    opened.key(Qt.Key.Key_K, SHIFT)
    kept = look.look
    opened.key(Qt.Key.Key_Right)
    opened.until(lambda: shown_name(opened) == "1.png")
    assert look.look == kept
    picture = opened.session.picture.shown
    assert (picture.contrast.low, picture.contrast.high) != (kept.low, kept.high)
    opened.key(Qt.Key.Key_A, SHIFT)
    assert look.automatic
    assert not canvas.look.inverted


def test_ruler_lines_are_drawn_kept_and_copied(opened, qapp):
    ruler, canvas = opened.session.ruler, canvas_of(opened)
    opened.key(Qt.Key.Key_D)
    view = canvas.view
    drag(canvas, at(canvas, 100, 100), at(canvas, 300, 100))
    drag(canvas, at(canvas, 400, 300), at(canvas, 500, 200))
    assert canvas.view == view  # the picture was not moved
    first, second = ruler.measures
    assert first.pixels == pytest.approx(200, abs=2)
    assert second.degrees == pytest.approx(45, abs=2)
    assert opened.window.pane.overlay.isVisible()
    screen(opened, "ruler")
    opened.key(Qt.Key.Key_D, CTRL | ALT)
    assert qapp.clipboard().text().count("\n") == 2
    opened.key(Qt.Key.Key_Right)
    opened.until(lambda: shown_name(opened) == "1.png")
    assert not ruler.measures
    opened.key(Qt.Key.Key_Left)
    opened.until(lambda: shown_name(opened) == "0.png")
    assert len(ruler.measures) == 2
    opened.key(Qt.Key.Key_D, CTRL)
    opened.key(Qt.Key.Key_D)
    assert len(ruler.measures) == 1
    drag(canvas, at(canvas, 320, 240), at(canvas, 360, 240))
    assert len(ruler.measures) == 1  # it moves the picture again


def record(window, row: int):
    return window.session.opened.library._images.get(int(window.session.gallery.ids[row]))


def test_the_crop_line_follows_the_keys_holds_for_the_folder_and_is_taken_back(opened):
    crop, canvas = opened.session.crop, canvas_of(opened)
    opened.until_idle()
    opened.key(Qt.Key.Key_B)
    bar = opened.window.pane.crop_bar
    assert bar.isVisible()
    assert "none" in bar.words.full_text
    opened.key(Qt.Key.Key_Down, CTRL | ALT)
    opened.key(Qt.Key.Key_Up, CTRL | ALT)
    opened.key(Qt.Key.Key_PageUp, CTRL | ALT)
    assert crop.row == 431 - 10
    assert canvas.databar_shown
    assert record(opened, 0).databar.row is None  # nothing is written yet
    bar.scope.setCurrentIndex(1)
    bar.scope.activated.emit(1)
    screen(opened, "crop")
    opened.key(Qt.Key.Key_Return, CTRL)
    opened.until(lambda: opened.session.picture.shown.databar_row == 421)
    opened.until_idle()
    assert [record(opened, row).databar.row for row in range(COUNT)] == [421] * COUNT
    opened.until(lambda: all(opened.tile(row).predicted for row in range(COUNT)))  # classified again
    opened.key(Qt.Key.Key_Right)
    opened.until(lambda: shown_name(opened) == "1.png" and opened.session.picture.shown.databar_row == 421)
    opened.key(Qt.Key.Key_Z, CTRL)
    opened.until(lambda: opened.session.picture.shown.databar_row is None)
    opened.until_idle()
    assert all(record(opened, row).databar.source != "user" for row in range(COUNT))


def test_the_crop_line_is_dragged_on_the_picture(opened):
    crop, canvas = opened.session.crop, canvas_of(opened)
    opened.key(Qt.Key.Key_B)
    opened.key(Qt.Key.Key_Down, CTRL | ALT)
    row = crop.row
    drag(canvas, at(canvas, 300, row), at(canvas, 300, 400))
    opened.until(lambda: opened.session.picture.shown.databar_row is not None)
    assert abs(opened.session.picture.shown.databar_row - 400) <= 1
    opened.until_idle()
    assert record(opened, 0).databar.source == "user"
    assert record(opened, 1).databar.row is None


def test_the_heatmap_fades_by_wheel_and_keys_and_changes_its_method(opened):
    opened.until(lambda: opened.session.inspector.detail.answer is not None)
    opened.key(Qt.Key.Key_H)
    canvas, bar = canvas_of(opened), opened.window.pane.heat_bar
    opened.until(lambda: canvas.heat_visible)
    assert opened.window.pane.overlay.isVisible()  # the legend
    assert "LayerCAM" in bar.legend
    before, view = bar.opacity.value(), canvas.view
    wheel(canvas, QPoint(200, 200), 1, CTRL)
    wheel(canvas, QPoint(200, 200), 1, ALT)
    assert bar.opacity.value() == before + 10
    assert canvas.heat.layer.opacity == pytest.approx(bar.opacity.value() / 100)
    assert canvas.view == view
    opened.key(Qt.Key.Key_Minus, ALT)
    assert bar.opacity.value() == before + 5
    screen(opened, "heatmap")
    opened.window.modes.show("models")  # where there is no picture, there is nothing to set
    opened.until(lambda: not bar.isVisible())
    opened.window.modes.show("browse")
    opened.until(bar.isVisible)
    opened.key(Qt.Key.Key_H, CTRL | SHIFT)
    assert opened.session.heatmap.question.method == "gradcam++"
    opened.until(lambda: canvas.heat_visible)
    assert "Grad-CAM++" in bar.legend


def test_sixteen_bits_are_right_at_first_sight(open_window, tmp_path: Path):
    ramp = np.tile(np.linspace(20_000, 24_000, 640), (480, 1)).astype(np.uint16)
    (tmp_path / "deep").mkdir()
    tifffile.imwrite(tmp_path / "deep" / "a.tif", ramp)
    window = open_window()
    window.drop(tmp_path / "deep" / "a.tif")
    window.until(lambda: window.session.mode is Mode.IMAGE and canvas_of(window).picture_visible)
    low, high = canvas_of(window).look.low, canvas_of(window).look.high
    assert 19_900 < low < 20_100
    assert 23_900 < high < 24_100
    QTest.qWait(200)
    pixels = grabbed(window)
    assert pixels[:, :40].mean() < 40
    assert pixels[:, -40:].mean() > 215


def grabbed(window) -> np.ndarray:
    """The picture as it is on the screen."""
    canvas = canvas_of(window)
    shot = canvas.qt_viewer.screenshot(flash=False)[..., 0]
    start, end = at(canvas, 0, 0), at(canvas, 640, 480)
    rows, columns = (end.y() - start.y()) // 4, (end.x() - start.x()) // 50
    return shot[start.y() + rows : end.y() - rows, start.x() + columns : end.x() - columns]


def test_undefined_values_are_black_and_said(open_window, tmp_path: Path):
    pixels = np.random.default_rng(0).normal(5, 1, (480, 640)).astype(np.float32)
    pixels[:100] = np.nan
    pixels[100, 0] = np.inf
    (tmp_path / "torn").mkdir()
    tifffile.imwrite(tmp_path / "torn" / "a.tif", pixels)
    window = open_window()
    window.drop(tmp_path / "torn" / "a.tif")
    window.until(lambda: window.session.mode is Mode.IMAGE and window.session.picture.shown)
    window.until(lambda: "undefined values" in window.window.pane.facts.full_text)
    assert "scale unknown" in window.window.pane.facts.full_text
    assert not canvas_of(window).scale_bar.visible
    screen(window, "undefined")
    assert np.isfinite(canvas_of(window).samples).all()


def test_a_file_that_went_away_says_so_and_comes_back(opened, folder: Path, tmp_path: Path):
    (folder / "5.png").rename(tmp_path / "elsewhere.png")
    opened.click_thumbnail(5)
    message = opened.window.pane.message
    opened.until(message.isVisible)
    assert "not where it was" in message.text()
    assert "5.png" in message.text()
    assert not canvas_of(opened).picture_visible
    screen(opened, "missing")
    (tmp_path / "elsewhere.png").rename(folder / "5.png")
    opened.click_thumbnail(4)
    opened.until_idle()
    opened.click_thumbnail(5)
    opened.until(lambda: not message.isVisible() and shown_name(opened) == "5.png")


def test_a_picture_of_a_hundred_megapixels_shows_only_what_is_in_view(open_window, tmp_path: Path):
    (tmp_path / "huge").mkdir()
    rows = np.random.default_rng(0).integers(0, 255, (100, 10_000), np.uint8)
    Image.fromarray(np.tile(rows, (100, 1))).save(tmp_path / "huge" / "a.tif", compression="tiff_lzw")
    window = open_window()
    window.drop(tmp_path / "huge" / "a.tif")
    window.until(lambda: window.session.mode is Mode.IMAGE and window.session.picture.shown)
    canvas = canvas_of(window)
    assert canvas.samples.size < 5_000_000
    window.key(Qt.Key.Key_Z)
    assert canvas.is_one_to_one
    assert canvas.samples.size < 10_000_000
    window.key(Qt.Key.Key_Right, ALT | SHIFT)
    picture = window.session.picture.shown
    left, top, right, bottom = canvas.part.box
    assert np.array_equal(canvas.samples, picture.pixels[top:bottom, left:right])
