"""Proposed groups, one card each: example images, how many there are, and the name once there is one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from semgui.domain.ids import ImageId
from semgui.texts import tr
from semgui.ui.bars import percent
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.examples import ExampleModel
from semgui.viewmodels.labelling import LabelModel
from semgui.viewmodels.proposal import EXAMPLES, Proposal
from semgui.viewmodels.proposals import ProposalModel

Index = QModelIndex | QPersistentModelIndex

_GROUP = Qt.ItemDataRole.UserRole
_EDGE = 64  # of an example
_GAP = 4
_KEPT = 600  # example pictures
_DOT = 10
_PALE = 0.45  # what was put off


class GroupsList(QListView):
    """The groups; the arrows go through them, Shift and Ctrl choose several."""

    def __init__(
        self, model: ProposalModel, examples: ExampleModel, labels: LabelModel, theme: Theme
    ) -> None:
        super().__init__()
        self._model = model
        self._rows = _Rows(self)
        self._delegate = _Card(examples, labels, theme, self)
        self._telling = False
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self.setObjectName("groups")
        self.setAccessibleName(tr("Groups of images that look alike"))
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setMinimumWidth(280)
        self.selectionModel().selectionChanged.connect(self._tell)
        model.changed.connect(self.refresh)
        model.chosen_changed.connect(self._show_chosen)
        examples.arrived.connect(self._repaint)
        labels.taxonomy_changed.connect(self._repaint)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._delegate.theme = theme
        self.viewport().update()

    def refresh(self) -> None:
        """Show the groups as they are."""
        self._telling = True
        self._rows.replace(self._model.groups)
        self._telling = False
        self._show_chosen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many examples as there is room for."""
        super().resizeEvent(event)
        self.viewport().update()

    def _repaint(self) -> None:
        self.viewport().update()

    def _show_chosen(self) -> None:
        if self._telling:
            return
        self._telling = True
        wanted = QItemSelection()
        for number in self._model.chosen:
            index = self._rows.index(number)
            wanted.select(index, index)
        self.selectionModel().select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if self._model.chosen:
            first = self._rows.index(self._model.chosen[0])
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(first)
        self._telling = False

    def _tell(self) -> None:
        if not self._telling:
            self._telling = True
            self._model.choose([index.row() for index in self.selectedIndexes()])
            self._telling = False


class _Rows(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._groups: tuple[Proposal, ...] = ()

    def replace(self, groups: Sequence[Proposal]) -> None:
        """Show these."""
        if len(groups) != len(self._groups):
            self.beginResetModel()
            self._groups = tuple(groups)
            self.endResetModel()
            return
        self._groups = tuple(groups)
        if groups:
            self.dataChanged.emit(self.index(0), self.index(len(groups) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._groups)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        group = self._groups[index.row()]
        if role == _GROUP:
            return group
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tr("Group {number}, {n:,} image(s)", "", len(group.ids), number=index.row() + 1)
        return None


class _Card(QStyledItemDelegate):
    def __init__(self, examples: ExampleModel, labels: LabelModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self._examples = examples
        self._labels = labels
        self._pixmaps: OrderedDict[ImageId, QPixmap] = OrderedDict()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, QFontMetrics(option.font).height() + _EDGE + 4 * GRID)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        group: Proposal = index.data(_GROUP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        back = QRectF(option.rect.adjusted(4, 2, -4, -2))
        if chosen:
            painter.setPen(QColor(self.theme.accent))
            painter.setBrush(QColor(self.theme.raised))
            painter.drawRoundedRect(back, 4, 4)
        painter.setOpacity(_PALE if group.skipped else 1.0)
        inside = option.rect.adjusted(GRID + 4, GRID, -GRID - 4, -GRID)
        line = QRect(inside.left(), inside.top(), inside.width(), painter.fontMetrics().height())
        self._paint_words(painter, line, group, index.row() + 1)
        self._paint_examples(painter, inside.left(), line.bottom() + GRID, inside.width(), group)
        painter.restore()

    def _paint_words(self, painter: QPainter, line: QRect, group: Proposal, number: int) -> None:
        size = tr("{n:,} image(s)", "", len(group.ids))
        left = f" · {tr('{n:,} without a label', '', group.unlabelled)}"
        count = size + (left if 0 < group.unlabelled < len(group.ids) else "")
        painter.setPen(QColor(self.theme.dim))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        room = line.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(count) - GRID, 0)
        named = self._labels.class_of(group.name)
        if named is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(named.colour))
            painter.drawEllipse(room.left(), room.center().y() - _DOT // 2 + 1, _DOT, _DOT)
            room.setLeft(room.left() + _DOT + GRID)
            words, bold, colour = f"✓ {named.name}", True, self.theme.text
        elif group.skipped:
            words, bold, colour = tr("Group {number}, put off", number=number), False, self.theme.dim
        else:
            words, bold, colour = self._waiting_words(group, number), False, self.theme.text
        font = QFont(painter.font())
        font.setBold(bold)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        font.setBold(False)
        painter.setFont(font)

    def _waiting_words(self, group: Proposal, number: int) -> str:
        words = tr("Group {number}", number=number)
        if group.guess is None:
            return words
        class_id, part = group.guess
        known = self._labels.class_of(class_id)
        if known is None or known.archived:  # the model's own word means nothing here
            return words
        return words + " · " + tr("model: {name} {part}", name=known.name, part=percent(part))

    def _paint_examples(self, painter: QPainter, x: int, y: int, width: int, group: Proposal) -> None:
        fitting = max(1, min(EXAMPLES, (width + _GAP) // (_EDGE + _GAP)))
        for number, image_id in enumerate(group.examples[:fitting]):
            box = QRect(x + number * (_EDGE + _GAP), y, _EDGE, _EDGE)
            pixmap = self._pixmap(image_id, painter.device().devicePixelRatioF())
            if pixmap is None or pixmap.isNull():
                painter.fillRect(box, QColor(self.theme.canvas))
            else:
                painter.drawPixmap(box, pixmap)

    def _pixmap(self, image_id: ImageId, ratio: float) -> QPixmap | None:
        """Return the middle square of a thumbnail; ``None`` while it is on its way."""
        found = self._pixmaps.get(image_id)
        if found is None:
            jpeg = self._examples.get(image_id)
            if jpeg is None:
                return None
            found = _square(jpeg, round(_EDGE * ratio))
            self._pixmaps[image_id] = found
            if len(self._pixmaps) > _KEPT:
                self._pixmaps.popitem(last=False)
        self._pixmaps.move_to_end(image_id)
        return found


def _square(jpeg: bytes, edge: int) -> QPixmap:
    image = QImage.fromData(jpeg) if jpeg else QImage()
    if image.isNull():
        return QPixmap()
    side = min(image.width(), image.height())
    middle = QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    return QPixmap.fromImage(
        image.copy(middle).scaled(
            edge, edge, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    )
