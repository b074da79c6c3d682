"""What to train: a short form; everything else has a sensible default."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from semgui.services.train import TrainRequest
from semgui.services.train_settings import Preset, train_settings
from semgui.texts import mark, tr
from semgui.ui.columns import label
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.session import Session
from semgui.viewmodels.training import TrainingModel
from trainer.architectures import DEFAULT, NAMED

_MODES = (
    ("head", mark("Head only (quick)")),
    ("last:2", mark("Last two stages")),
    ("all", mark("Everything")),
)
_PRESETS = (
    ("quick", mark("Quick (a minute)")),
    ("standard", mark("Standard")),
    ("thorough", mark("Thorough")),
)


class TrainForm(QWidget):
    """Name, images, network, how much of it, how thoroughly."""

    def __init__(
        self, training: TrainingModel, session: Session, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._training = training
        self._session = session
        self._folder: Path | None = None
        self.name = QLineEdit()
        self.images = QComboBox()
        self.images.activated.connect(self._images_chosen)
        self.network = QComboBox()
        for known in NAMED.values():
            self.network.addItem(known.name, known.name)
            self.network.setItemData(self.network.count() - 1, known.about, Qt.ItemDataRole.ToolTipRole)
        self.network.setCurrentIndex(self.network.findData(DEFAULT))
        self.mode = _choices(_MODES)
        self.preset = _choices(_PRESETS)
        self.preset.setCurrentIndex(1)
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.start_button = QPushButton(tr("Start training"))
        self.start_button.setObjectName("primary")
        self.start_button.clicked.connect(self._start)
        self.problem = label("", "warning", wrap=True)
        self._place()
        self.set_theme(theme)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme: the style sheet does it."""

    def refresh(self) -> None:
        """Offer what is open now."""
        kept = self.images.currentData()
        self.images.clear()
        if self._session.place is not None:
            self.images.addItem(tr("Labels of {name}", name=self._session.title), "project")
        if self._folder is not None:
            self.images.addItem(str(self._folder), "folder")
        self.images.addItem(tr("Folder of class folders…"), "ask")
        self.images.setCurrentIndex(max(0, self.images.findData(kept)))
        if not self.name.text():
            self.name.setText(self._session.title or tr("model"))
        self._check()

    def _check(self) -> None:
        nothing = self.images.currentData() == "ask"
        self.start_button.setEnabled(not nothing)
        self.problem.setText(tr("Choose a folder with a subfolder for each class.") if nothing else "")
        self.problem.setVisible(nothing)

    def _images_chosen(self) -> None:
        if self.images.currentData() == "ask":
            chosen = QFileDialog.getExistingDirectory(self, tr("A folder with a subfolder for each class"))
            self.use_folder(Path(chosen) if chosen else None)
        self._check()

    def use_folder(self, folder: Path | None) -> None:
        """Train on a folder of class folders."""
        if folder is not None:
            self._folder = folder
            self.refresh()
            self.images.setCurrentIndex(self.images.findData("folder"))
        self._check()

    def _start(self) -> None:
        from_project = self.images.currentData() == "project"
        self._training.start(
            TrainRequest(
                run=self._training.free_folder(self.name.text().strip() or "model"),
                data=None if from_project else self._folder,
                project=self._session.place if from_project else None,
                settings=train_settings(
                    Preset(self.preset.currentData()),
                    None,
                    {
                        "architecture": self.network.currentData(),
                        "mode": self.mode.currentData(),
                        "seed": self.seed.value(),
                    },
                ),
            )
        )

    def _place(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(GRID)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for words, field in (
            (tr("Name"), self.name),
            (tr("Images"), self.images),
            (tr("Network"), self.network),
            (tr("What learns"), self.mode),
            (tr("How"), self.preset),
            (tr("Seed"), self.seed),
        ):
            field.setAccessibleName(words)
            if isinstance(field, QComboBox):
                field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                field.setMinimumContentsLength(16)
            field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            form.addRow(label(words), field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(label(tr("New run"), "heading"))
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addWidget(self.start_button)


def _choices(table: tuple[tuple[str, str], ...]) -> QComboBox:
    box = QComboBox()
    for value, words in table:
        box.addItem(tr(words), value)
    return box
