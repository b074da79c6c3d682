"""The panel of files that cannot be read: which, where and why; follows a scan while it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QSortFilterProxyModel, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QPushButton, QTableView, QVBoxLayout, QWidget

from semgui.texts import mark, tr
from semgui.ui.columns import label
from semgui.ui.reveal import reveal
from semgui.ui.sidebar import FilterEdit
from semgui.ui.theme import GRID
from semgui.viewmodels.desk import Mode
from semgui.viewmodels.session import Session

_COLUMNS = (mark("File"), mark("Reason"), mark("Folder"))
_PATH = Qt.ItemDataRole.UserRole
_REFRESH_MS = 500
Index = QModelIndex


class UnreadablePanel(QWidget):
    """Sorted by a click on a heading, filtered by typing; what is chosen, or else all, can be copied."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._make_widgets()
        self._place()
        self._later = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._later.timeout.connect(self._read)
        self.filter.textChanged.connect(self._filter)
        self.copy.clicked.connect(self._copy)
        self.folder.clicked.connect(self._show_in_folder)
        self.again.clicked.connect(session.work.scan)
        self.table.doubleClicked.connect(lambda _: self._show_in_folder())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_state())
        for signal in (session.work.rows_changed, session.gallery.counts_changed, session.mode_changed):
            signal.connect(self._something_changed)
        session.activities.changed.connect(self._show_state)
        self.setFocusProxy(self.table)
        self._show_state()

    def showEvent(self, event: QShowEvent) -> None:
        """Read the list when it comes to light."""
        super().showEvent(event)
        self._read()

    def _make_widgets(self) -> None:
        self.said = label(kind="dim")
        self.filter = FilterEdit()
        self.filter.setPlaceholderText(tr("Filter"))
        self.filter.setAccessibleName(tr("Filter the unreadable files"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(30 * GRID)
        self._files = _Files(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._files)
        self._sorted.setFilterKeyColumn(-1)
        self._sorted.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._sorted.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.table = QTableView()
        self.table.setModel(self._sorted)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setMinimumHeight(6 * GRID)  # the window must fit small screens with every panel open
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(3 * GRID)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.resizeSection(0, 28 * GRID)
        header.resizeSection(2, 34 * GRID)
        self.copy = QPushButton(tr("Copy"))
        self.copy.setToolTip(tr("Copy the chosen lines, or all, as a table of path and reason"))
        self.folder = QPushButton(tr("Show in folder"))
        self.folder.setToolTip(tr("Open the folder of the chosen file in the file manager"))
        self.again = QPushButton(tr("Look again"))
        self.again.setToolTip(tr("Try these files anew, and look for others"))

    def _place(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.filter)
        row.addWidget(self.said, stretch=1)
        for button in (self.copy, self.folder, self.again):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(row)
        layout.addWidget(self.table, stretch=1)

    def _something_changed(self) -> None:
        if self.isVisible() and not self._later.isActive():
            self._later.start()

    def _read(self) -> None:
        if self._session.mode is Mode.PROJECT:
            self._session.with_unreadable(self._show)
        else:
            self._show([])

    def _show(self, files: Sequence[tuple[Path, str]]) -> None:
        self._files.replace(files)
        self._show_state()

    def _filter(self, text: str) -> None:
        self._sorted.setFilterFixedString(text)
        self._show_state()

    def _show_state(self) -> None:
        count, shown = self._files.rowCount(), self._sorted.rowCount()
        scanning = self._session.work.scanning
        if count == 0:
            words = tr("Looking…") if scanning else tr("Every file of this project can be read.")
        elif shown < count:
            words = tr("{shown:,} of {n:,} file(s)", "", count, shown=shown)
        else:
            words = tr("{n:,} file(s) cannot be read", "", count)
        self.said.setText(words)
        self.copy.setEnabled(shown > 0)
        self.folder.setEnabled(bool(self._chosen()))
        self.again.setEnabled(self._session.mode is Mode.PROJECT and not scanning)

    def _chosen(self) -> list[QModelIndex]:
        return self.table.selectionModel().selectedRows()

    def _copy(self) -> None:
        rows = self._chosen() or [self._sorted.index(row, 0) for row in range(self._sorted.rowCount())]
        lines = (f"{index.data(_PATH)}\t{index.siblingAtColumn(1).data()}" for index in rows)
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.said.setText(tr("Copied {n:,} line(s).", "", len(rows)))

    def _show_in_folder(self) -> None:
        chosen = self._chosen()
        if chosen and not reveal(chosen[0].data(_PATH)):
            self._session.notices.warn(tr("No file manager could be asked to show the folder."))


class _Files(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: list[tuple[Path, str]] = []

    def replace(self, rows: Sequence[tuple[Path, str]]) -> None:
        """Show these; without a reset where nothing changed, so that selection and place stay."""
        rows = list(rows)
        if rows == self._rows:
            return
        if rows[: len(self._rows)] == self._rows:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(rows) - 1)
            self._rows = rows
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return tr(_COLUMNS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        path, reason = self._rows[index.row()]
        if role == _PATH:
            return path
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return (path.name, reason, str(path.parent))[index.column()]
        return None
