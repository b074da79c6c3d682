"""The headers of groups: a fold, what the images have in common, how many they are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPainter, QPen, QPolygonF

from semgui.domain.ids import ClassId
from semgui.texts import tr
from semgui.ui.class_signs import ClassSign, signs
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.groups import group_title
from semgui.viewmodels.labelling import LabelModel

_MIDDLE_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class GroupHeaders:
    """Paints headers."""

    def __init__(self, gallery: GalleryModel, labels: LabelModel, theme: Theme) -> None:
        self._gallery = gallery
        self._labels = labels
        self._signs: dict[str, ClassSign] = {}
        labels.taxonomy_changed.connect(self._read_classes)
        self._read_classes()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._font = QFont(QGuiApplication.font())
        self._font.setWeight(QFont.Weight.DemiBold)
        self._metrics = QFontMetrics(self._font)
        self._ground, self._line = QColor(theme.panel), QColor(theme.line)
        self._text, self._dim = QColor(theme.text), QColor(theme.dim)

    @property
    def height(self) -> int:
        """Height of every header."""
        return self._metrics.height() + GRID + 2

    def words(self, group: int) -> str:
        """Return the title of a group and its count."""
        found = self._gallery.groups[group]
        return f"{self._title(group)} · {tr('{n:,} image(s)', '', found.count)}"

    def paint(self, painter: QPainter, area: QRect, group: int) -> None:
        """Paint one header."""
        found = self._gallery.groups[group]
        painter.fillRect(area, self._ground)
        painter.setPen(QPen(self._line, 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        x = area.left() + GRID
        self._paint_fold(painter, x + 5, area.center().y(), folded=self._gallery.is_folded(group))
        x += 2 * GRID
        sign = self._signs.get(str(found.value))
        if sign is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(sign.colour)
            painter.drawRoundedRect(QRect(x, area.center().y() - 5, 11, 11), 3, 3)
            x += 11 + GRID
        painter.setFont(self._font)
        painter.setPen(self._text)
        count = f"{found.count:,}"
        room = area.right() - x - self._metrics.horizontalAdvance(count) - 3 * GRID
        title = self._metrics.elidedText(self._title(group), Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRect(x, area.top(), room, area.height()), _MIDDLE_LEFT, title)
        x += self._metrics.horizontalAdvance(title) + GRID
        painter.setPen(self._dim)
        painter.drawText(QRect(x, area.top(), 200, area.height()), _MIDDLE_LEFT, count)

    def _title(self, group: int) -> str:
        key = self._gallery.filter.group
        return group_title(key, self._gallery.groups[group].value, self._name) if key else ""

    def _name(self, class_id: str) -> str:
        return self._labels.name_of(ClassId(class_id))

    def _paint_fold(self, painter: QPainter, x: int, y: int, *, folded: bool) -> None:
        corners = [(-2, -4), (3, 0), (-2, 4)] if folded else [(-4, -2), (4, -2), (0, 3)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._dim)
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners]))

    def _read_classes(self) -> None:
        self._signs = {str(class_id): sign for class_id, sign in signs(self._labels.taxonomy).items()}
