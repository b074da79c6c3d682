"""The table of the most confused pairs."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from semgui.texts import mark, tr
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.confusion_pairs import PairRow, Trend

_COLUMNS = (mark("Taken for each other"), mark("Images"), mark("Share"), mark("Change"))
_TIPS = (
    mark("Label → what it is called; the other way round in brackets"),
    mark("Images taken for the other class, in both directions"),
    mark("Of all images of the two classes"),
    mark("Before → now, on the images that both judged"),
)
_PAIR, _COUNT, _SHARE, _CHANGE = range(4)
_ROW = Qt.ItemDataRole.UserRole
Index = QModelIndex


class PairTable(QTableView):
    """Pairs, the most images first; Enter or a double click opens the images of one."""

    chosen = Signal(PairRow)
    opened = Signal(PairRow)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs = _Pairs(theme, self)
        self.setModel(self._pairs)
        self.setAccessibleName(tr("The most confused pairs of classes"))
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setItemDelegateForColumn(_PAIR, _BothNames(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(3 * GRID)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_PAIR, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self.selectionModel().currentRowChanged.connect(self._row_chosen)
        self.doubleClicked.connect(lambda index: self.opened.emit(self._pairs.rows[index.row()]))

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._pairs.theme = theme
        self.viewport().update()

    def show_pairs(self, rows: tuple[PairRow, ...]) -> None:
        """Show these; the chosen pair stays chosen if it is among them."""
        before = self.current
        blocked = self.selectionModel().blockSignals(True)
        self._pairs.replace(rows)
        same = None if before is None else _key(before)
        found = next((n for n, row in enumerate(rows) if _key(row) == same), -1)
        if found >= 0:
            self.selectRow(found)
        self.selectionModel().blockSignals(blocked)
        self.viewport().update()

    @property
    def rows(self) -> tuple[PairRow, ...]:
        """What is shown."""
        return self._pairs.rows

    @property
    def current(self) -> PairRow | None:
        """The chosen pair."""
        row = self.currentIndex().row()
        return self._pairs.rows[row] if 0 <= row < len(self._pairs.rows) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter, copy everything with Ctrl+C."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._pairs.as_tsv())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            self.opened.emit(self.current)
        else:
            super().keyPressEvent(event)

    def _row_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self._pairs.rows[index.row()])


class _Pairs(QAbstractTableModel):
    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = theme
        self.rows: tuple[PairRow, ...] = ()

    def replace(self, rows: tuple[PairRow, ...]) -> None:
        """Show other rows."""
        if rows != self.rows:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def as_tsv(self) -> str:
        """Return all of it for the clipboard."""
        head = (tr("label"), tr("called"), tr("images"), tr("the other way round"), tr("before"), tr("now"))
        lines = ["\t".join(head)]
        for row in self.rows:
            changed = ["" if n is None else str(n) for n in (row.before, row.now)]
            lines.append(
                "\t".join([row.first.name, row.second.name, str(row.there), str(row.back), *changed])
            )
        return "\n".join(lines) + "\n"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(_COLUMNS[section])
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr(_TIPS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, column)
        if role == _ROW:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            return _sentence(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        if role == Qt.ItemDataRole.ForegroundRole and column == _CHANGE:
            colours = {Trend.LESS: self.theme.accent, Trend.MORE: self.theme.danger}
            return QColor(colours.get(row.trend, self.theme.dim))
        return None


def _side(column: int) -> Qt.AlignmentFlag:
    across = Qt.AlignmentFlag.AlignLeft if column == _PAIR else Qt.AlignmentFlag.AlignRight
    return across | Qt.AlignmentFlag.AlignVCenter


def _text(row: PairRow, column: int) -> str:
    if column == _PAIR:
        return f"{row.first.name} → {row.second.name}"
    if column == _COUNT:
        return f"{row.there:,} ({row.back:,})"
    if column == _SHARE:
        return f"{100 * row.share:.1f} %"
    return "" if row.before is None else f"{row.before:,} → {row.now:,} {row.trend.value}"


def _sentence(row: PairRow) -> str:
    return tr(
        "{there:,} {first} are called {second}, {back:,} {second} are called {first}",
        there=row.there,
        back=row.back,
        first=row.first.name,
        second=row.second.name,
    )


def _key(row: PairRow) -> frozenset[str]:
    return frozenset((row.first.id, row.second.id))


class _BothNames(QStyledItemDelegate):
    """Shortens each of two names by itself, so that the arrow between them is always seen."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index | QPersistentModelIndex) -> None:
        """Shorten to the width of the column."""
        super().initStyleOption(option, index)
        row = index.data(_ROW)
        metrics, room = option.fontMetrics, option.rect.width() - GRID
        arrow = " → "
        half = (room - metrics.horizontalAdvance(arrow)) // 2
        names = (row.first.name, row.second.name)
        widths = [metrics.horizontalAdvance(name) for name in names]
        if sum(widths) > 2 * half:
            spare = [max(half - width, 0) for width in widths]  # what one does not need, the other gets
            rooms = (half + spare[1], half + spare[0])
            names = tuple(
                metrics.elidedText(name, Qt.TextElideMode.ElideRight, width)
                for name, width in zip(names, rooms, strict=True)
            )
        option.text = arrow.join(names)
