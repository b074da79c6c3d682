"""How one thumbnail is painted: the picture, and what is known of it.

A screen at 4K holds a thousand tiles, so whatever stays the same from tile to tile (colours, fonts, shortened
names) is made once and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPainter, QPen, QPixmap

from semgui.domain.ids import ClassId
from semgui.domain.image import ImageStatus
from semgui.texts import tr
from semgui.ui.bars import percent
from semgui.ui.class_signs import ClassSign, paint_sign, signs
from semgui.ui.theme import Theme
from semgui.viewmodels.captions import Caption, caption_of
from semgui.viewmodels.labelling import LabelModel
from semgui.viewmodels.tiles import Tile

PAD = 5
"""Between the edge of a cell and what is painted in it."""
_FRAME = 3
_BADGE = 17
_KEPT_WORDS = 20_000
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_MIDDLE = Qt.AlignmentFlag.AlignCenter


class TilePainter:
    """Paints tiles of one size.

    The sign under the picture is the class: filled when a person said so, hollow when only the model does.
    Badges in the corners say what needs the eye; each has a sign of its own, so that no state is told by its
    colour alone.

    Attributes
    ----------
    side
        Edge of the square that pictures are fitted into.
    captions
        Lines under the picture.
    value_of
        What stands in the lower corner of a picture, in a word; empty: nothing.
    """

    def __init__(self, labels: LabelModel, theme: Theme) -> None:
        self._labels = labels
        self.side = 112
        self.captions: tuple[Caption, ...] = (Caption.CLASS,)
        self.value_of: Callable[[Tile], str] = lambda tile: ""
        self._signs: dict[ClassId, ClassSign] = {}
        labels.taxonomy_changed.connect(self._read_classes)
        self._read_classes()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        font = QGuiApplication.font()
        self._font = QFont(font)
        self._font.setPointSizeF(font.pointSizeF() * 0.85)
        self._metrics = QFontMetrics(self._font)
        self._bold = QFont(self._font)
        self._bold.setBold(True)
        self._big = QFont(font)
        self._big.setPointSizeF(font.pointSizeF() * 2)
        self._letters = QFont(self._bold)
        self._letters.setPixelSize(max(8, round(self._metrics.height() * 0.62)))
        self._ground = QColor(theme.canvas)
        self._text, self._dim = QColor(theme.text), QColor(theme.dim)
        self._accent, self._danger = QColor(theme.accent), QColor(theme.danger)
        self._tint = QColor(theme.accent)
        self._tint.setAlpha(56)
        self._amber, self._on_amber = QColor("#e0b04a"), QColor("#201600")
        self._note, self._on_note = QColor("#e8e8ea"), QColor("#1b1c1f")
        self._veil = QColor(theme.canvas)
        self._veil.setAlpha(170)
        self._current_pen = QPen(self._accent, _FRAME)
        self._chosen_pen = QPen(self._accent, 1.5)
        self._out_pen = QPen(self._danger, 2)
        self._shortened = lru_cache(_KEPT_WORDS)(self._shorten)

    @property
    def line(self) -> int:
        """Height of one line under the picture."""
        return self._metrics.height() + 2

    def tile_size(self) -> QSize:
        """Size of every tile."""
        words = self.line * len(self.captions) + (2 if self.captions else 0)
        return QSize(self.side + 2 * PAD, self.side + words + 2 * PAD)

    def describe(self, tile: Tile) -> str:
        """Say in words what the tile shows."""
        lines = [str(tile.path)]
        if tile.status is ImageStatus.UNREADABLE:
            lines.append(tr("Cannot be read: {reason}", reason=tile.error))
        elif tile.status is ImageStatus.MISSING:
            lines.append(tr("The file is no longer there; its labels are kept."))
        lines.append(
            tr("Label: {name}", name=self._labels.name_of(tile.label)) if tile.label else tr("Not labelled")
        )
        if tile.predicted:
            sure = percent(tile.confidence)
            lines.append(tr("Model: {name}, {sure}", name=self._labels.name_of(tile.predicted), sure=sure))
        states = (
            (tile.disagrees, tr("Label and model disagree.")),
            (tile.doubtful, tr("The model is not sure.")),
            (tile.marks.flagged, tr("Flagged.")),
            (tile.marks.excluded, tr("Excluded: never trained on, in no queue.")),
        )
        lines += [words for there, words in states if there]
        extra = (Caption.DATE, Caption.BEAM, Caption.PIXEL_SIZE, Caption.DETECTOR, Caption.TAGS)
        lines += [words for caption in extra if (words := caption_of(tile, caption))]
        return "\n".join([*lines, tile.marks.note] if tile.marks.note else lines)

    def picture_box(self, cell: QRect) -> QRect:
        """Return the square that the picture is fitted into."""
        return QRect(cell.left() + (cell.width() - self.side) // 2, cell.top() + PAD, self.side, self.side)

    def paint(
        self,
        painter: QPainter,
        cell: QRect,
        tile: Tile | None,
        pixmap: QPixmap | None,
        *,
        current: bool,
        chosen: bool,
    ) -> None:
        """Paint one tile."""
        box = self.picture_box(cell)
        painter.fillRect(box, self._ground)
        self._paint_picture(painter, box, tile, pixmap)
        if chosen:
            painter.fillRect(box, self._tint)
        if tile is not None:
            self._paint_captions(painter, box, tile)
            self._paint_badges(painter, box, tile)
        if chosen or current:
            # The current tile is framed fully, the others of a selection with a thinner line.
            painter.setPen(self._current_pen if current else self._chosen_pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            left, right = box.left() - PAD + 2, box.right() + PAD - 1
            painter.drawRoundedRect(
                QRect(QPoint(left, cell.top() + 2), QPoint(right, cell.bottom() - 1)), 4, 4
            )

    def _paint_picture(
        self, painter: QPainter, box: QRect, tile: Tile | None, pixmap: QPixmap | None
    ) -> None:
        if tile is not None and tile.status is ImageStatus.UNREADABLE:
            self._paint_words(painter, box, "⚠", tr("cannot be read"), self._danger)
        elif tile is not None and tile.status is ImageStatus.MISSING:
            self._paint_words(painter, box, "∅", tr("file is gone"), self._dim)
        elif pixmap is None or pixmap.isNull():
            self._paint_words(painter, box, "…", "", self._dim)
        elif max(pixmap.width(), pixmap.height()) == round(self.side * painter.device().devicePixelRatio()):
            ratio = painter.device().devicePixelRatio()
            size = QSize(round(pixmap.width() / ratio), round(pixmap.height() / ratio))
            painter.drawPixmap(_centred(size, box), pixmap)
        else:  # of another size, until the right one is there; or smaller than its place
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            size = pixmap.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
            painter.drawPixmap(_centred(size, box), pixmap)

    def _paint_words(self, painter: QPainter, box: QRect, sign: str, words: str, colour: QColor) -> None:
        painter.setPen(colour)
        painter.setFont(self._big)
        painter.drawText(box.adjusted(0, 0, 0, -box.height() // 4 if words else 0), _MIDDLE, sign)
        if words:
            painter.setFont(self._font)
            flags = _MIDDLE | Qt.TextFlag.TextWordWrap
            painter.drawText(box.adjusted(4, box.height() // 2, -4, 0), flags, words)

    def _paint_captions(self, painter: QPainter, box: QRect, tile: Tile) -> None:
        top = box.bottom() + 3
        for caption in self.captions:
            line = QRect(box.left(), top, box.width(), self.line)
            if caption is Caption.CLASS:
                self._paint_class(painter, line, tile)
            elif words := caption_of(tile, caption):
                painter.setFont(self._font)
                painter.setPen(self._dim)
                painter.drawText(line, _LEFT, self._shortened(words, line.width()))
            top += self.line

    def _paint_class(self, painter: QPainter, line: QRect, tile: Tile) -> None:
        class_id = tile.label or tile.predicted
        if class_id is None:
            return
        hollow = tile.label is None
        edge = self.line - 3
        sign = self._signs.get(class_id)
        if sign is None:  # the model knows a class that the project does not have
            sign = ClassSign(self._labels.name_of(class_id), "?", self._dim, self._ground)
        width = edge if len(sign.letters) < 2 else round(edge * 1.3)
        place = QRectF(line.left() + 1, line.top() + 1.5, width, edge)
        paint_sign(painter, place, sign, self._letters, hollow=self._text if hollow else None)
        painter.setFont(self._font)
        words = line.adjusted(width + 6, 0, 0, 0)
        if hollow and self.side >= 90:
            sure = percent(tile.confidence)
            painter.setPen(self._dim)
            painter.drawText(words, _RIGHT, sure)
            words.setRight(words.right() - self._metrics.horizontalAdvance(sure) - 4)
        painter.setPen(self._dim if hollow else self._text)
        painter.drawText(words, _LEFT, self._shortened(sign.name, words.width()))

    def _paint_badges(self, painter: QPainter, box: QRect, tile: Tile) -> None:
        marks = tile.marks
        if marks.excluded:
            painter.fillRect(box, self._veil)
            painter.setPen(self._out_pen)
            painter.drawLine(box.topLeft(), box.bottomRight())
        right = "≠" if tile.disagrees else "?" if tile.doubtful else ""
        left = "".join(sign for there, sign in ((marks.flagged, "⚑"), (marks.excluded, "⊘")) if there)
        below = "".join(sign for there, sign in ((marks.note, "✎"), (marks.tags, "#")) if there)
        x = box.right() - _BADGE - 3
        if right:
            self._badge(painter, x, box.top() + 4, right, self._amber, self._on_amber)
        for number, sign in enumerate(left):
            colour = self._accent if sign == "⚑" else self._danger
            self._badge(
                painter, box.left() + 4 + number * (_BADGE + 2), box.top() + 4, sign, colour, self._on_amber
            )
        for number, sign in enumerate(below):
            y = box.bottom() - _BADGE - 3
            self._badge(painter, x - number * (_BADGE + 2), y, sign, self._note, self._on_note)

        value = self.value_of(tile)
        if value:
            width = self._metrics.horizontalAdvance(value) + 8
            place = QRect(box.left() + 3, box.bottom() - _BADGE - 3, width, _BADGE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._note)
            painter.drawRoundedRect(place, 3, 3)
            painter.setFont(self._font)
            painter.setPen(self._on_note)
            painter.drawText(place, _MIDDLE, value)

    def _badge(self, painter: QPainter, x: int, y: int, sign: str, ground: QColor, ink: QColor) -> None:
        place = QRect(x, y, _BADGE, _BADGE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(place, 3, 3)
        painter.setFont(self._bold)
        painter.setPen(ink)
        painter.drawText(place, _MIDDLE, sign)

    def _shorten(self, words: str, width: int) -> str:
        # In the middle: what tells one file of a session from the next stands at the end of its name.
        return self._metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, width)

    def _read_classes(self) -> None:
        self._signs = signs(self._labels.taxonomy)


def _centred(size: QSize, box: QRect) -> QRect:
    target = QRect(QPoint(0, 0), size)
    target.moveCenter(box.center())
    return target
