"""What a point of a map is, beside the mouse: its picture, its name, what is said of it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from semgui.texts import tr
from semgui.ui.bars import percent
from semgui.ui.columns import ElidedLabel, label
from semgui.ui.theme import GRID
from semgui.viewmodels.labelling import LabelModel
from semgui.viewmodels.tiles import Tile

_PICTURE = QSize(208, 156)
_AWAY = 16  # pixels from the point


def words_of(tile: Tile, labels: LabelModel) -> tuple[str, str]:
    """Return what people and what the model says of an image."""
    found = labels.class_of(tile.label)
    said = tr("Label: {name}", name=found.name) if found else tr("Not labelled")
    if tile.predicted is None:
        return said, tr("Not classified yet.")
    name = labels.name_of(tile.predicted)
    return said, tr("Model: {name}, {sure}", name=name, sure=percent(tile.confidence))


def picture_of(jpeg: bytes, size: QSize, ratio: float) -> QPixmap:
    """Return a thumbnail that fits into a size; a null one where there is no picture."""
    found = QPixmap.fromImage(QImage.fromData(jpeg)) if jpeg else QPixmap()
    if found.isNull():
        return found
    fitted = found.scaled(
        size * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    fitted.setDevicePixelRatio(ratio)
    return fitted


class MapCard(QFrame):
    """Lies over the map; the mouse goes through it."""

    def __init__(self, labels: LabelModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._labels = labels
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.picture = QLabel()
        self.picture.setFixedSize(_PICTURE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.name = ElidedLabel("title")
        self.said, self.guessed = label(), label(kind="dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(2)
        for part in (self.picture, self.name, self.said, self.guessed):
            column.addWidget(part)
        self.setFixedWidth(_PICTURE.width() + 2 * GRID)
        self.hide()

    def show_tile(self, tile: Tile) -> None:
        """Say what an image is."""
        self.name.show_text(tile.path.name)
        for part, words in zip((self.said, self.guessed), words_of(tile, self._labels), strict=True):
            shown = part.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, _PICTURE.width())
            part.setText(shown)

    def show_picture(self, jpeg: bytes | None) -> None:
        """Show a thumbnail; ``None``: it is on its way."""
        pixmap = picture_of(jpeg or b"", _PICTURE, self.devicePixelRatioF())
        if pixmap.isNull():
            self.picture.setText("…" if jpeg is None else tr("no picture"))
        else:
            self.picture.setPixmap(pixmap)

    def open_at(self, point: QPointF) -> None:
        """Stand beside a point, inside of the map."""
        self.adjustSize()
        room = self.parentWidget().size()
        x = point.x() + _AWAY
        if x + self.width() > room.width():
            x = point.x() - _AWAY - self.width()
        y = min(max(point.y() - self.height() / 2, GRID), room.height() - self.height() - GRID)
        self.move(round(max(x, 0)), round(y))
        self.show()
        self.raise_()
