"""Questions that need an answer before going on, and lists to look at beside the work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from semgui.imaging.reader import SUFFIXES
from semgui.texts import tr
from semgui.ui.columns import label
from semgui.ui.theme import GRID
from semgui.viewmodels.places import SUFFIX, default_project

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


class Dialogs:
    """All dialogs of a window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def open_folder(self) -> None:
        """Ask for a folder and for the place of its project."""
        chosen = QFileDialog.getExistingDirectory(self._window, tr("Open a folder of SEM images"))
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
        chosen = QFileDialog.getExistingDirectory(
            self._window, tr("Open a project (a folder NAME{suffix})", suffix=SUFFIX)
        )
        if chosen:
            self._window.session.open_project(Path(chosen))

    def open_image(self) -> None:
        """Ask for one image."""
        patterns = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, tr("Open one image"), filter=tr("Images ({patterns})", patterns=patterns)
        )
        if chosen:
            self._window.session.open_image(Path(chosen))

    def import_labels(self) -> None:
        """Ask for a table or a JSON file with labels."""
        kinds = tr("Labels ({patterns})", patterns="*.csv *.json")
        chosen, _ = QFileDialog.getOpenFileName(self._window, tr("Import labels"), filter=kinds)
        self._import_labels(chosen)

    def import_class_folders(self) -> None:
        """Ask for a folder that holds one folder of images for each class."""
        chosen = QFileDialog.getExistingDirectory(self._window, tr("Import labels from class folders"))
        self._import_labels(chosen)

    def _import_labels(self, chosen: str) -> None:
        if chosen:
            self._window.session.work.import_labels(Path(chosen), self._window.settings.annotator)

    def export_labels(self) -> None:
        """Ask where the labels go."""
        chosen, kind = QFileDialog.getSaveFileName(self._window, tr("Export labels"), filter=_exports())
        if not chosen:
            return
        target = Path(chosen)
        if not target.suffix and "(*." in kind:
            target = target.with_suffix(kind.partition("(*")[2].rstrip(")"))
        self._window.session.work.export_labels(target)


class ProjectPlaceDialog(QDialog):
    """Where the project of a folder goes."""

    def __init__(self, folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Open folder"))
        self.setMinimumWidth(560)
        default = default_project(folder)
        exists = default.is_dir()
        self._edit = QLineEdit(str(default))
        self._edit.setAccessibleName(tr("Project folder"))
        browse = QPushButton(tr("Choose…"))
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self._edit, stretch=1)
        row.addWidget(browse)
        buttons = QDialogButtonBox()
        go_on = buttons.addButton(
            tr("Open project") if exists else tr("Create project"), QDialogButtonBox.ButtonRole.AcceptRole
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
                tr(
                    "Labels and predictions are kept in a project of its own; nothing is written into the "
                    "folder of images."
                ),
                wrap=True,
            )
        )
        layout.addSpacing(GRID)
        layout.addWidget(
            label(tr("Project (found beside the folder)") if exists else tr("Project"), "heading")
        )
        layout.addLayout(row)
        layout.addSpacing(GRID)
        layout.addWidget(buttons)

    def place(self) -> Path:
        """Return the folder chosen."""
        return Path(self._edit.text()).expanduser()

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Put the project into"), str(self.place().parent))
        if chosen:
            self._edit.setText(str(Path(chosen) / self.place().name))


def _exports() -> str:
    kinds = (tr("Table"), "*.csv"), (tr("JSON"), "*.json"), (tr("Folder of classes"), "*")
    return ";;".join(f"{name} ({pattern})" for name, pattern in kinds)
