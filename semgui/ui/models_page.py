"""The mode Models: which there are, how good they are, which one is in use, and how two compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from semgui import paths
from semgui.catalogue.project import Project
from semgui.registry.store import ModelInfo
from semgui.texts import tr
from semgui.ui.action_button import ActionButton
from semgui.ui.model_detail import ModelDetail
from semgui.ui.model_result import ModelResult
from semgui.ui.theme import GRID
from semgui.viewmodels.models import ModelsModel

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_NAME = Qt.ItemDataRole.UserRole


class ModelsPage(QSplitter):
    """List at the left, the chosen model in the middle, results at the right."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self._window = window
        session = window.session
        self.models: ModelsModel = session.models
        self.list = QListWidget()
        self.list.setObjectName("entries")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Models"))
        self.list.setSpacing(GRID // 2)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.itemSelectionChanged.connect(self._chosen)
        self.list.itemActivated.connect(lambda item: self.models.take_into_use(item.data(_NAME)))
        self.name_edit = QLineEdit()
        self.name_edit.setPlaceholderText(tr("Name of the model"))
        self.name_edit.setAccessibleName(tr("Name of the model"))
        self.name_edit.editingFinished.connect(self._renamed)
        self.detail = ModelDetail()
        self.result = ModelResult(self.models, session.open_image)
        self._place()
        self.models.changed.connect(self.refresh)
        self.models.refresh()
        self.refresh()

    def refresh(self) -> None:
        """Show the models as they are."""
        blocked = self.list.blockSignals(True)
        self.list.clear()
        for info in self.models.rows:
            item = QListWidgetItem(_line(info, in_use=info.name == self.models.in_use))
            item.setData(_NAME, info.name)
            item.setToolTip(info.problem or str(info.folder))
            self.list.addItem(item)
            item.setSelected(info.name in self.models.chosen)
        self.list.blockSignals(blocked)
        self._show_chosen()

    def _show_chosen(self) -> None:
        info = self.models.current
        own = info is not None and not info.bundled
        self.detail.show_model(info)
        self.name_edit.setText(info.name if info else "")
        self.name_edit.setEnabled(own)
        self.restore_button.setVisible(bool(self.models.deleted))
        self.evaluate_button.setEnabled(info is not None and info.problem is None)
        self.compare_button.setEnabled(len(self.models.chosen) == 2)

    # Building

    def _place(self) -> None:
        actions = self._window.actions_.by_id
        self.use_button = ActionButton(actions["models.use"], kind="primary")
        self.evaluate_button = _menu_button(
            tr("Evaluate on"), actions["models.evaluate_project"], actions["models.evaluate_folder"]
        )
        self.compare_button = _menu_button(
            tr("Compare on"), actions["models.compare_project"], actions["models.compare_folder"]
        )
        self.compare_button.setToolTip(tr("Choose two models first: Ctrl+click"))
        self.delete_button = ActionButton(actions["models.delete"], tr("Delete"))
        self.restore_button = ActionButton(actions["models.restore"])
        self.export_button = ActionButton(actions["models.export"], tr("Export…"))
        self.import_button = _menu_button(tr("Add"), actions["models.add_file"], actions["models.add_folder"])
        left = _column(self.list, self.import_button, self.restore_button)
        left.setMinimumWidth(240)
        buttons = (self.use_button, self.evaluate_button, self.compare_button)
        middle = _column(
            _row(self.name_edit, self.export_button, self.delete_button), self.detail, _row(*buttons)
        )
        for part, stretch in ((left, 0), (middle, 1), (self.result, 1)):
            self.addWidget(part)
            self.setStretchFactor(self.count() - 1, stretch)
        self.setSizes([260, 480, 620])

    # Doing

    def _chosen(self) -> None:
        names = tuple(item.data(_NAME) for item in self.list.selectedItems())
        self.models.choose(names)

    def _current_name(self) -> str:
        info = self.models.current
        return info.name if info else ""

    def use(self) -> None:
        """Classify with the chosen model."""
        self.models.take_into_use(self._current_name())

    def delete(self) -> None:
        """Delete the chosen model; it can be restored."""
        self.models.delete(self._current_name())

    def _renamed(self) -> None:
        name, new_name = self._current_name(), self.name_edit.text().strip()
        if name and new_name and self.name_edit.isEnabled():
            self.models.rename(name, new_name)

    def export(self) -> None:
        """Write the chosen model into a file."""
        name = self._current_name()
        kinds = f"{tr('Model file (*.zip)')};;{tr('ONNX, for other programs (*.onnx)')}"
        file, kind = QFileDialog.getSaveFileName(self, tr("Export {name}", name=name), f"{name}.zip", kinds)
        if file:
            self.models.export(name, _as_kind(Path(file), kind))

    def add_file(self) -> None:
        """Add a model from a file."""
        file, _ = QFileDialog.getOpenFileName(self, tr("Add a model"), filter=tr("Model file (*.zip)"))
        if file:
            self.models.add(Path(file))

    def add_folder(self) -> None:
        """Add the model of a run, or a model's folder."""
        folder = self._asked_folder()
        if folder is not None:
            self.models.add(folder)

    def evaluate_on_project(self) -> None:
        """Measure the chosen model on the labels of the project."""
        self._evaluate(self._project())

    def evaluate_on_folder(self) -> None:
        """Measure the chosen model on a folder of class folders."""
        self._evaluate(self._asked_folder())

    def compare_on_project(self) -> None:
        """Hold two models against each other on the labels of the project."""
        self._compare(self._project())

    def compare_on_folder(self) -> None:
        """Hold two models against each other on a folder of class folders."""
        self._compare(self._asked_folder())

    def _asked_folder(self) -> Path | None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Choose a folder"))
        return Path(chosen) if chosen else None

    def _project(self) -> Project | None:
        opened = self._window.session.opened
        return opened.project if opened else None

    def _evaluate(self, images: Project | Path | None) -> None:
        if images is not None:
            name = self._current_name()
            self.models.evaluate(name, images, _report_folder(f"{name}-on-{_name_of(images)}"))

    def _compare(self, images: Project | Path | None) -> None:
        if images is not None and len(self.models.chosen) == 2:
            first, second = self.models.chosen
            report = _report_folder(f"{first}-and-{second}-on-{_name_of(images)}")
            self.models.compare(first, second, images, report)


def _name_of(images: Project | Path) -> str:
    return images.name if isinstance(images, Path) else images.path.stem


def _report_folder(name: str) -> Path:
    return paths.data_dir() / "reports" / name


def _as_kind(file: Path, kind: str) -> Path:
    """Give a file the ending of the kind that was chosen: the dialog offers the other one's name."""
    return file.with_suffix(".onnx") if "*.onnx" in kind and file.suffix == ".zip" else file


def _line(info: ModelInfo, *, in_use: bool) -> str:
    sign = "✓ " if in_use else "    "
    whose = tr("bundled") if info.bundled else tr("yours")
    if info.problem is not None or info.card is None:
        return f"{sign}{info.name}\n    {tr('damaged')}"
    figures = next((f"{m.accuracy.value:.0%}, {m.name}" for m in info.card.measurements), tr("not measured"))
    return f"{sign}{info.name}\n    {whose} · {len(info.card.classes)} {tr('classes')} · {figures}"


def _menu_button(text: str, *actions: QAction) -> QPushButton:
    button = QPushButton(text)
    menu = QMenu(button)
    menu.addActions(actions)
    button.setMenu(menu)
    return button


def _row(*parts: QWidget) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GRID)
    for part in parts:
        row.addWidget(part)
    return made


def _column(*parts: QWidget) -> QWidget:
    made = QWidget()
    made.setObjectName("column")
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(made)
    column.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
    column.setSpacing(GRID)
    for part in parts:
        column.addWidget(part)
    return made
