"""Questions that need an answer before going on, and lists to look at beside the work."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from semgui.imaging.reader import SUFFIXES
from semgui.ui.columns import label
from semgui.ui.theme import GRID
from semgui.viewmodels.places import SUFFIX, default_project

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_EXPORTS = "Table (*.csv);;JSON (*.json);;Folder of classes (*)"


class Dialogs:
    """All dialogs of a window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def open_folder(self) -> None:
        """Ask for a folder and for the place of its project."""
        chosen = QFileDialog.getExistingDirectory(self._window, "Open a folder of SEM images")
        if not chosen:
            return
        folder = Path(chosen)
        if folder.suffix == SUFFIX:
            self._window.session.open_path(folder)
            return
        place = ProjectPlaceDialog(folder, self._window)
        if place.exec() == QDialog.DialogCode.Accepted:
            self._window.session.open_folder(folder, place.place())

    def open_project(self) -> None:
        """Ask for a project."""
        chosen = QFileDialog.getExistingDirectory(self._window, f"Open a project (a folder NAME{SUFFIX})")
        if chosen:
            self._window.session.open_project(Path(chosen))

    def open_image(self) -> None:
        """Ask for one image."""
        patterns = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open one image", filter=f"Images ({patterns})")
        if chosen:
            self._window.session.open_image(Path(chosen))

    def export_labels(self) -> None:
        """Ask where the labels go."""
        chosen, kind = QFileDialog.getSaveFileName(self._window, "Export labels", filter=_EXPORTS)
        if not chosen:
            return
        target = Path(chosen)
        if not target.suffix and "(*." in kind:
            target = target.with_suffix(kind.partition("(*")[2].rstrip(")"))
        self._window.session.work.export_labels(target)

    def show_unreadable(self) -> None:
        """List the files that cannot be read, with the reasons."""
        self._window.session.with_unreadable(self._list_unreadable)

    def about(self) -> None:
        """Say what this is."""
        dialog = QDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("About SEMGui")
        layout = QVBoxLayout(dialog)
        layout.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        brain = self._window.session.brain
        for text, kind in (
            (f"SEMGui {version('semgui')}", "big"),
            ("Sorts SEM images by class, shows why, and learns from your corrections.", ""),
            (f"Model: {brain.id}" if brain else "No model", "dim"),
            ("BSD-3-Clause. Built on napari, PyTorch and Qt.", "dim"),
        ):
            layout.addWidget(label(text, kind))
        dialog.open()

    def _list_unreadable(self, files: Sequence[tuple[Path, str]]) -> None:
        UnreadableDialog(files, self._window).show()


class ProjectPlaceDialog(QDialog):
    """Where the project of a folder goes."""

    def __init__(self, folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open folder")
        self.setMinimumWidth(560)
        default = default_project(folder)
        exists = default.is_dir()
        self._edit = QLineEdit(str(default))
        self._edit.setAccessibleName("Project folder")
        browse = QPushButton("Browse…")
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self._edit, stretch=1)
        row.addWidget(browse)
        buttons = QDialogButtonBox()
        go_on = buttons.addButton(
            "Open project" if exists else "Create project", QDialogButtonBox.ButtonRole.AcceptRole
        )
        go_on.setDefault(True)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(label(str(folder), "title"))
        layout.addWidget(
            label(
                "Labels and predictions are kept in a project of its own; nothing is written into the folder "
                "of images.",
                wrap=True,
            )
        )
        layout.addSpacing(GRID)
        layout.addWidget(label("Project (found beside the folder)" if exists else "Project", "heading"))
        layout.addLayout(row)
        layout.addSpacing(GRID)
        layout.addWidget(buttons)

    def place(self) -> Path:
        """Return the folder chosen."""
        return Path(self._edit.text()).expanduser()

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Put the project into", str(self.place().parent))
        if chosen:
            self._edit.setText(str(Path(chosen) / self.place().name))


class UnreadableDialog(QDialog):
    """Files that cannot be read, with the reasons; can be copied."""

    def __init__(self, files: Sequence[tuple[Path, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Unreadable files")
        self.resize(760, 400)
        self._files = files
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        words = f"{len(files):,} cannot be read:" if files else "Every file of this project can be read."
        layout.addWidget(label(words))
        table = QTableWidget(len(files), 2)
        table.setHorizontalHeaderLabels(["File", "Reason"])
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for row, (path, reason) in enumerate(files):
            name = QTableWidgetItem(path.name)
            name.setToolTip(str(path))
            table.setItem(row, 0, name)
            table.setItem(row, 1, QTableWidgetItem(reason))
        table.setColumnWidth(0, 260)
        layout.addWidget(table, stretch=1)
        copy = QPushButton("Copy list")
        copy.setEnabled(bool(files))
        copy.clicked.connect(self._copy)
        layout.addWidget(copy, alignment=Qt.AlignmentFlag.AlignRight)

    def _copy(self) -> None:
        text = "\n".join(f"{path}\t{reason}" for path, reason in self._files)
        QGuiApplication.clipboard().setText(text)
