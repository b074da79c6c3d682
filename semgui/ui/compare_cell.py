"""One of the pictures compared, drawn by Qt: four of them need no four OpenGL contexts."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFontMetrics,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from semgui.imaging.levels import resampled
from semgui.services.figure_marks import length_words, round_length
from semgui.texts import tr
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.compare import CompareModel
from semgui.viewmodels.labelling import LabelModel
from semgui.viewmodels.look import brightness
from semgui.viewmodels.picture import Picture
from semgui.viewmodels.view import MAX_ZOOM, Part, View, on_the_grid, part_to_show

_TURN = 120  # one step of a wheel


class CompareCell(QWidget):
    """Draws a cell of `CompareModel`; drag and wheel move all that are linked, the mouse takes the focus."""

    def __init__(self, compare: CompareModel, labels: LabelModel, number: int, theme: Theme) -> None:
        super().__init__()
        self._compare = compare
        self._labels = labels
        self._number = number
        self._theme = theme
        self._held: tuple[QPointF, View] | None = None
        self._drawn: tuple[object, QImage] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(120, 90))

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.update()

    @property
    def caption(self) -> str:
        """Name, label and prediction of the image."""
        detail = self._compare.cells[self._number].detail
        parts = [detail.path.name]
        label = self._labels.class_of(detail.label)
        parts.append(tr("label {name}", name=label.name) if label else tr("no label"))
        if detail.answer is not None and detail.answer.bars:
            best = detail.answer.bars[0]
            parts.append(tr("model {name} {confidence:.0%}", name=best.name, confidence=best.probability))
        return " · ".join(parts)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Let keys act on the picture under the mouse."""
        super().enterEvent(event)
        if self._compare.focus != self._number:
            self._compare.set_focus(self._number)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to move the picture."""
        self._compare.set_focus(self._number)
        if event.button() is Qt.MouseButton.LeftButton and self._picture is not None:
            self._held = (event.position(), self._view)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture."""
        picture = self._picture
        if self._held is None or picture is None:
            return
        start, view = self._held
        moved = (event.position() - start) * self.devicePixelRatioF() / view.zoom
        rows, columns = picture.pixels.shape
        self._move(View(view.zoom, view.x - moved.x() / columns, view.y - moved.y() / rows))

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        """Let the picture go."""
        self._held = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, _: QMouseEvent) -> None:
        """Show this picture alone."""
        self._compare.close()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the mouse."""
        picture = self._picture
        if picture is None:
            return
        view, (rows, columns) = self._view, picture.pixels.shape
        zoom = min(view.zoom * 1.25 ** (event.angleDelta().y() / _TURN), MAX_ZOOM)
        off = (event.position() - QPointF(self._area.center())) * self.devicePixelRatioF()
        gone = 1 / view.zoom - 1 / zoom
        self._move(View(zoom, view.x + off.x() * gone / columns, view.y + off.y() * gone / rows))
        event.accept()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw picture, caption, scale bar, and a frame where keys act."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.canvas))
        if self._number >= len(self._compare.cells):
            return
        picture = self._picture
        if picture is None:
            error = self._compare.cells[self._number].error
            words = tr("This file cannot be read:\n{error}", error=error) if error else tr("loading…")
            painter.setPen(QColor(self._theme.dim))
            wrap = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self._area.adjusted(GRID, GRID, -GRID, -GRID), wrap, words)
        else:
            painter.save()
            painter.setClipRect(self._area)
            self._draw_picture(painter, picture)
            self._draw_scale(painter, picture)
            painter.restore()
        self._draw_caption(painter)
        focused = self._compare.focus == self._number
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.accent if focused else self._theme.line), 2 if focused else 1))
        painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    @property
    def _picture(self) -> Picture | None:
        cells = self._compare.cells
        return cells[self._number].picture if self._number < len(cells) else None

    @property
    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(2, self._head + 2, -2, -2)

    @property
    def _head(self) -> int:
        return QFontMetrics(self.font()).height() + GRID

    @property
    def _canvas(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(1, round(self._area.height() * ratio)), max(1, round(self._area.width() * ratio))

    @property
    def _view(self) -> View:
        return self._compare.view(self._number, self._canvas)

    def _move(self, view: View) -> None:
        self._compare.move(self._number, view, self._canvas)

    def _draw_picture(self, painter: QPainter, picture: Picture) -> None:
        view = on_the_grid(picture.pixels.shape, self._view, self._canvas)
        part = part_to_show(picture.pixels.shape, view, self._canvas)
        image = self._image(picture, part)
        ratio = self.devicePixelRatioF()
        rows, columns = picture.pixels.shape
        centre = self._area.center()
        left, top, right, bottom = part.box
        x = centre.x() + (left - view.x * columns) * view.zoom / ratio
        y = centre.y() + (top - view.y * rows) * view.zoom / ratio
        size = ((right - left) * view.zoom / ratio, (bottom - top) * view.zoom / ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, 1.001 < view.zoom < 2)
        painter.drawImage(QRectF(x, y, *size), image)

    def _image(self, picture: Picture, part: Part) -> QImage:
        look = self._compare.look(self._number)
        key = (id(picture), part, look)
        if self._drawn is None or self._drawn[0] != key:
            samples = resampled(picture.copies or (picture.pixels,), part.box, (part.rows, part.columns))
            grey = brightness(samples, look)
            image = QImage(grey.data, part.columns, part.rows, part.columns, QImage.Format.Format_Grayscale8)
            self._drawn = (key, image.copy())  # the array may go
        return self._drawn[1]

    def _draw_caption(self, painter: QPainter) -> None:
        head = QRectF(0, 0, self.width(), self._head)
        painter.fillRect(head, QColor(self._theme.panel))
        label = self._labels.class_of(self._compare.cells[self._number].detail.label)
        left = GRID
        if label is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(label.colour))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawEllipse(QPointF(GRID + 4, head.center().y()), 4, 4)
            left += 2 * GRID - 2
        words = head.adjusted(left, 0, -GRID, 0)
        painter.setPen(QColor(self._theme.text))
        shown = painter.fontMetrics().elidedText(
            self.caption, Qt.TextElideMode.ElideMiddle, round(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _draw_scale(self, painter: QPainter, picture: Picture) -> None:
        if picture.pixel_size_nm is None:
            return
        per_point = picture.pixel_size_nm / self._view.zoom * self.devicePixelRatioF()
        length = round_length(self._area.width() / 4 * per_point)
        width, words = length / per_point, length_words(length)
        text = painter.fontMetrics().horizontalAdvance(words)
        plate = QRectF(0, 0, max(width, text) + 2 * GRID, painter.fontMetrics().height() + 2 * GRID)
        plate.moveTopRight(self._area.topRight() + QPointF(-GRID, GRID))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(20, 22, 25, 170))
        painter.drawRoundedRect(plate, 4, 4)
        painter.setPen(QColor("#f0f0f0"))
        above = plate.adjusted(0, 2, 0, -GRID)
        painter.drawText(above, Qt.AlignmentFlag.AlignCenter, words)
        bar = QRectF(plate.center().x() - width / 2, plate.bottom() - GRID, width, 3)
        painter.fillRect(bar, QColor("#f0f0f0"))
