"""How one thumbnail is painted: the picture, and what is known of it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from semgui.domain.ids import ClassId
from semgui.domain.image import ImageStatus
from semgui.domain.taxonomy import SemClass
from semgui.ui.bars import percent
from semgui.ui.pixmaps import PixmapCache
from semgui.ui.theme import Theme
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.labelling import LabelModel
from semgui.viewmodels.tiles import Tile

_SIDE = 112
_PAD = 4
_FRAME = 3
_CAPTION = 20


class TileDelegate(QStyledItemDelegate):
    """Paints a tile.

    The colour strip under the picture is the class: filled when a person said so, hollow when only the model
    does. A badge in the corner says what needs the eye.
    """

    def __init__(
        self,
        gallery: GalleryModel,
        labels: LabelModel,
        pixmaps: PixmapCache,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._labels = labels
        self._pixmaps = pixmaps
        self._theme = theme
        self._classes: dict[ClassId, SemClass] = {}
        labels.taxonomy_changed.connect(self._read_classes)
        self._read_classes()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme

    def tile_size(self) -> QSize:
        """Size of every tile."""
        return QSize(_SIDE + 2 * _PAD, _SIDE + _CAPTION + 2 * _PAD)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Size of every tile."""
        return self.tile_size()

    def describe(self, tile: Tile) -> str:
        """Say in words what the tile shows."""
        lines = [str(tile.path)]
        if tile.status is ImageStatus.UNREADABLE:
            lines.append(f"Cannot be read: {tile.error}")
        elif tile.status is ImageStatus.MISSING:
            lines.append("The file is no longer there; its labels are kept.")
        lines.append(f"Label: {self._name(tile.label)}" if tile.label else "Not labelled")
        if tile.predicted:
            lines.append(f"Model: {self._name(tile.predicted)}, {percent(tile.confidence)}")
        if tile.disagrees:
            lines.append("Label and model disagree.")
        if tile.doubtful:
            lines.append("The model is not sure.")
        return "\n".join(lines)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one tile."""
        row = index.row()
        image_id = int(self._gallery.ids[row])
        tile = self._gallery.tile(row)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRect(option.rect.topLeft() + QPoint(_PAD, _PAD), QSize(_SIDE, _SIDE))
        self._paint_picture(painter, box, image_id, tile)
        if tile is not None:
            self._paint_class(painter, QRect(box.left(), box.bottom() + 3, _SIDE, _CAPTION - 4), tile)
            self._paint_badge(painter, box, tile)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        current = image_id == self._gallery.current
        if chosen or current:
            # The current tile is framed fully, the others of a selection with a thinner line.
            painter.setPen(QPen(QColor(self._theme.accent), _FRAME if current else 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(option.rect.adjusted(2, 2, -2, -2), 4, 4)
        if chosen and len(self._gallery.selection) > 1:
            tint = QColor(self._theme.accent)
            tint.setAlpha(40)
            painter.fillRect(box, tint)
        painter.restore()

    def _paint_picture(self, painter: QPainter, box: QRect, image_id: int, tile: Tile | None) -> None:
        painter.fillRect(box, QColor(self._theme.canvas))
        if tile is not None and tile.status is ImageStatus.UNREADABLE:
            self._paint_words(painter, box, "⚠", "cannot be read", self._theme.danger)
            return
        if tile is not None and tile.status is ImageStatus.MISSING:
            self._paint_words(painter, box, "∅", "file is gone", self._theme.dim)
            return
        pixmap = self._pixmaps.get(image_id)
        if pixmap is None or pixmap.isNull():
            self._paint_words(painter, box, "…", "", self._theme.dim)
            return
        size = pixmap.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(QPoint(0, 0), size)
        target.moveCenter(box.center())
        painter.drawPixmap(target, pixmap)

    def _paint_words(self, painter: QPainter, box: QRect, sign: str, words: str, colour: str) -> None:
        font = QFont(painter.font())
        painter.setPen(QColor(colour))
        font.setPointSizeF(font.pointSizeF() * 2)
        painter.setFont(font)
        painter.drawText(box.adjusted(0, 0, 0, -box.height() // 4), Qt.AlignmentFlag.AlignCenter, sign)
        font.setPointSizeF(font.pointSizeF() / 2 * 0.9)
        painter.setFont(font)
        painter.drawText(box.adjusted(4, box.height() // 2, -4, 0), Qt.AlignmentFlag.AlignCenter, words)

    def _paint_class(self, painter: QPainter, strip: QRect, tile: Tile) -> None:
        class_id = tile.label or tile.predicted
        if class_id is None:
            return
        colour = QColor(self._colour(class_id))
        dot = QRect(strip.left() + 1, strip.center().y() - 4, 9, 9)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(colour if tile.label else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot)
        font = QFont(painter.font())
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.text if tile.label else self._theme.dim))
        words = strip.adjusted(15, 0, 0, 0)
        name = QFontMetrics(font).elidedText(self._name(class_id), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)

    def _paint_badge(self, painter: QPainter, box: QRect, tile: Tile) -> None:
        sign = "≠" if tile.disagrees else "?" if tile.doubtful else ""
        if not sign:
            return
        badge = QRect(box.right() - 20, box.top() + 4, 17, 17)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#e0b04a"))
        painter.drawRoundedRect(badge, 3, 3)
        font = QFont(painter.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor("#201600"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, sign)

    def _read_classes(self) -> None:
        self._classes = {c.id: c for c in self._labels.taxonomy}

    def _name(self, class_id: ClassId) -> str:
        found = self._classes.get(class_id)
        return found.name if found else str(class_id)

    def _colour(self, class_id: ClassId) -> str:
        found = self._classes.get(class_id)
        return found.colour if found else self._theme.dim
