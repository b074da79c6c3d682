"""Images like the one that is judged: of either class, and its near-duplicates, side by side."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from semgui.domain.ids import ClassId, ImageId
from semgui.domain.taxonomy import SemClass
from semgui.services.review_case import Like
from semgui.texts import tr
from semgui.ui.bars import percent
from semgui.ui.class_signs import paint_sign, signs
from semgui.ui.columns import ElidedLabel
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.labelling import LabelModel
from semgui.viewmodels.review_case import CaseModel

_SIDE, _LARGEST = 88, 240
_GAP = GRID // 2
_FRAME = 2
_SIGN = 16


class LikeRow(QWidget):
    """Small pictures in a row, as many as there is room for, each framed in the colour of its class."""

    chosen = Signal(object)  # id of the image that was clicked on

    def __init__(self, picture: Callable[[ImageId], bytes | None], labels: LabelModel, theme: Theme) -> None:
        super().__init__()
        self._picture = picture
        self._labels = labels
        self._theme = theme
        self._likes: tuple[Like, ...] = ()
        self._pixmaps: dict[ImageId, QPixmap] = {}
        self._under = -1
        self.setMouseTracking(True)
        self.setMinimumHeight(_SIDE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.update()

    def show_likes(self, likes: tuple[Like, ...]) -> None:
        """Show these, the most similar first."""
        self._likes = likes
        self._pixmaps = {i: p for i, p in self._pixmaps.items() if i in {like.image_id for like in likes}}
        self._under = -1
        self.setAccessibleName(", ".join(self._words(like) for like in likes))
        self.take_pictures()

    def take_pictures(self) -> None:
        """Show the pictures that have arrived."""
        for like in self._likes:
            found = self._picture(like.image_id)
            if found and like.image_id not in self._pixmaps:
                self._pixmaps[like.image_id] = self._fitted(QPixmap.fromImage(QImage.fromData(found)))
        self.update()

    def place_of(self, number: int) -> QPoint:
        """Return the middle of a picture."""
        return self._box(number).center()

    @property
    def side(self) -> int:
        """Edge of a picture: as large as the row is high."""
        return min(max(self.height(), _SIDE), _LARGEST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pictures anew if they have another size now."""
        if any(pixmap.deviceIndependentSize().height() != self.side for pixmap in self._pixmaps.values()):
            self._pixmaps.clear()
            self.take_pictures()
        super().resizeEvent(event)

    def sizeHint(self) -> QSize:
        """All of them."""
        return QSize(len(self._likes) * (_SIDE + _GAP), _SIDE)

    def minimumSizeHint(self) -> QSize:
        """One of them."""
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint those that there is room for."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        known = signs(self._labels.taxonomy)
        letters = QFont(self.font())
        letters.setBold(True)
        letters.setPixelSize(10)
        for number, like in enumerate(self._likes[: self._room()]):
            box = self._box(number)
            painter.fillRect(box, QColor(self._theme.canvas))
            pixmap = self._pixmaps.get(like.image_id)
            if pixmap is not None:
                size = pixmap.deviceIndependentSize().toSize()
                corner = box.center() - QPoint(size.width() // 2, size.height() // 2)
                painter.drawPixmap(corner, pixmap)
            sign = known.get(like.label) if like.label else None
            edge = QColor(self._theme.accent if number == self._under else self._theme.line)
            painter.setPen(QPen(edge, _FRAME if number == self._under else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
            if sign is not None:
                width = _SIGN if len(sign.letters) < 2 else round(1.3 * _SIGN)
                paint_sign(painter, QRectF(box.left() + 3, box.top() + 3, width, _SIGN), sign, letters)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Frame what the mouse is on."""
        self._point_at(self._at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Frame nothing."""
        self._point_at(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose what the mouse is on."""
        number = self._at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and number >= 0:
            self.chosen.emit(self._likes[number].image_id)

    def event(self, event: QEvent) -> bool:
        """Say in words what the mouse is on."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            number = self._at(event.pos())
            words = f"{self._words(self._likes[number])}\n{tr('A click compares.')}" if number >= 0 else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def _words(self, like: Like) -> str:
        found = self._labels.class_of(like.label)
        name = found.name if found else tr("Not labelled")
        return tr("{name}, similarity {value:.2f}", name=name, value=like.similarity)

    def _fitted(self, pixmap: QPixmap) -> QPixmap:
        """Fill the square with the middle of the picture."""
        ratio = self.devicePixelRatioF()
        side = round(self.side * ratio)
        if pixmap.isNull():
            return pixmap
        scaled = pixmap.scaled(
            side,
            side,
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        )
        cut = scaled.copy((scaled.width() - side) // 2, (scaled.height() - side) // 2, side, side)
        cut.setDevicePixelRatio(ratio)
        return cut

    def _room(self) -> int:
        return min(len(self._likes), max(1, (self.width() + _GAP) // (self.side + _GAP)))

    def _box(self, number: int) -> QRect:
        return QRect(number * (self.side + _GAP), 0, self.side, self.side)

    def _at(self, where: QPoint) -> int:
        number = where.x() // (self.side + _GAP)
        inside = 0 <= number < self._room() and self._box(number).contains(where)
        return number if inside else -1

    def _point_at(self, number: int) -> None:
        if number != self._under:
            self._under = number
            self.setCursor(Qt.CursorShape.PointingHandCursor if number >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()


class _Titled(QWidget):
    """A row of pictures under a line of words."""

    def __init__(self, row: LikeRow) -> None:
        super().__init__()
        self.title = ElidedLabel("heading")
        self.row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        column.addWidget(self.title)
        column.addWidget(row, stretch=1)


class LikeStrip(QWidget):
    """The nearest labelled images of both classes in question, and the near-duplicates if there are any."""

    def __init__(self, case: CaseModel, labels: LabelModel, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("column")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._case = case
        self._labels = labels
        self.first, self.second, self.duplicates = (
            _Titled(LikeRow(case.picture, labels, theme)) for _ in range(3)
        )
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID)
        self._layout.setSpacing(2 * GRID)
        for part in self._parts:
            self._layout.addWidget(part, stretch=3)
            part.row.chosen.connect(case.compare)
        case.changed.connect(self.refresh)
        case.pictures_arrived.connect(self._take_pictures)
        self.refresh()

    @property
    def _parts(self) -> tuple[_Titled, ...]:
        return (self.first, self.second, self.duplicates)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for part in self._parts:
            part.row.set_theme(theme)

    def refresh(self) -> None:
        """Show the images of the case."""
        shown = self._case.shown
        sides = shown.case.sides if shown else ()
        for number, part in enumerate((self.first, self.second)):
            side = sides[number] if number < len(sides) else None
            part.setVisible(side is not None or not number)
            part.row.show_likes(side.nearest if side else ())
            if side is None:
                part.title.show_text("")
                continue
            name = _name(self._labels.class_of(side.class_id), side.class_id)
            words = f"{percent(side.probability)}  {name}"  # the number first: names are long
            if not side.nearest:
                words = tr("No other image is labelled {name}", name=name)
            part.title.show_text(words)
            if side.nearest:
                part.title.setToolTip(tr("The images labelled {name} that are most like this one", name=name))
        duplicates = shown.case.duplicates if shown else ()
        self.duplicates.setVisible(bool(duplicates))
        self.duplicates.row.show_likes(duplicates)
        self.duplicates.title.show_text(tr("Near-duplicates"))
        room = min(len(duplicates), 2) * (self.duplicates.row.side + _GAP)
        self.duplicates.setMinimumWidth(room)
        self._layout.setStretch(2, 1)

    def _take_pictures(self) -> None:
        for part in self._parts:
            part.row.take_pictures()


def _name(found: SemClass | None, class_id: ClassId) -> str:
    return found.name if found else str(class_id)
