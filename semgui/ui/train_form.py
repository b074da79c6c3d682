"""What to train: a short form; everything else has a sensible default, or is said in a settings file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
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

from semgui.domain.errors import UsageError
from semgui.jobs.prepare import JobSpec
from semgui.services.train import TrainRequest
from semgui.services.train_settings import TrainFile, settings_of, train_settings
from semgui.texts import mark, tr
from semgui.ui.action_button import ActionButton
from semgui.ui.augment_preview import AugmentPreview
from semgui.ui.columns import label, with_room
from semgui.ui.theme import GRID
from semgui.viewmodels.session import Session
from semgui.viewmodels.training import TrainingModel
from trainer.architectures import DEFAULT, NAMED
from trainer.augment.params import PRESETS, AugmentPreset

_MODES = (
    ("head", mark("Head only")),
    ("last:1", mark("Last stage")),
    ("last:2", mark("Last two stages")),
    ("last:3", mark("Last three stages")),
    ("all", mark("Everything")),
)
_EARLIER = "earlier"  # in the place of a preset: all settings of the run that the form was filled from
_PRESETS = (
    ("quick", mark("Quick (a minute)")),
    ("standard", mark("Standard")),
    ("thorough", mark("Thorough")),
    ("textures", mark("Textures, few images")),
)
_AUGMENT = (
    ("", mark("as the preset says")),
    (AugmentPreset.OFF.value, mark("none")),
    (AugmentPreset.LIGHT.value, mark("light: framing and exposure")),
    (AugmentPreset.STANDARD.value, mark("standard: and faults of a session")),
    (AugmentPreset.STRONG.value, mark("strong")),
)


class TrainForm(QWidget):
    """Name, images, network, how much of it, how thoroughly, and how images are changed.

    Parameters
    ----------
    start
        The action that starts a run.
    """

    can_start_changed = Signal()

    def __init__(
        self, training: TrainingModel, session: Session, start: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._training = training
        self._session = session
        self._folder: Path | None = None
        self._file: Path | None = None
        self._earlier: JobSpec | None = None
        self._named = ""  # as a run is called if nobody types a name
        self.name = QLineEdit()
        self.images = QComboBox()
        self.images.activated.connect(self._images_chosen)
        self.network = QComboBox()
        self.network.setEditable(True)  # any name of timm's
        self.network.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for known in NAMED.values():
            self.network.addItem(known.name)
            self.network.setItemData(self.network.count() - 1, known.about, Qt.ItemDataRole.ToolTipRole)
        self.network.setCurrentText(DEFAULT)
        self.preset = _choices(_PRESETS)
        self.preset.currentIndexChanged.connect(self._preset_chosen)
        self.mode = _choices(_MODES)
        self.augment = _choices(_AUGMENT)
        self.augment.currentIndexChanged.connect(self._augment_chosen)
        self.seed = QSpinBox()
        with_room(self.seed)
        self.seed.setRange(0, 2**31 - 1)
        self.file_button = QPushButton()
        self.file_button.setToolTip(tr("A YAML file with any setting; what is chosen above goes before it"))
        self.file_button.clicked.connect(self._ask_file)
        self.start_button = ActionButton(start, kind="primary")
        self.problem = label("", "warning", wrap=True)
        self.preview = AugmentPreview(training, session.picture)
        self._place()
        self.use_file(None)
        self._preset_chosen()
        self.refresh()

    @property
    def can_start(self) -> bool:
        """Whether it is said what to train on."""
        return self.images.currentData() != "ask"

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
        named, self._named = self._named, self._session.title or tr("model")
        if self.name.text() in ("", named):  # else somebody has typed it
            self.name.setText(self._named)
        self._check()

    def use_folder(self, folder: Path | None) -> None:
        """Train on a folder of class folders."""
        if folder is not None:
            self._folder = folder
            self.refresh()
            self.images.setCurrentIndex(self.images.findData("folder"))
        self._check()

    def use_file(self, file: Path | None) -> None:
        """Take further settings from a YAML file; ``None``: from none."""
        self._file = file
        self.file_button.setText(file.name if file else tr("Settings file (YAML)…"))

    def fill_from(self, job: JobSpec) -> None:
        """Begin with all settings of an earlier run, to start it again with changes."""
        self._earlier = job
        self.name.setText(job.name)
        self.network.setCurrentText(job.architecture)
        self.seed.setValue(job.seed)
        _choose(self.preset, _EARLIER, tr("as in {name}", name=job.name))
        _choose(self.mode, job.mode, _mode_words(job.mode))
        self.augment.setCurrentIndex(0)
        self.use_file(None)
        if job.kind == "folder":
            self.use_folder(job.data)
        elif self._session.place == job.data:
            self.images.setCurrentIndex(self.images.findData("project"))
        self._check()

    # Inside

    def _check(self) -> None:
        self._say("" if self.can_start else tr("Choose a folder with a subfolder for each class."))
        self.can_start_changed.emit()

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _images_chosen(self) -> None:
        if self.images.currentData() == "ask":
            chosen = QFileDialog.getExistingDirectory(self, tr("A folder with a subfolder for each class"))
            self.use_folder(Path(chosen) if chosen else None)
        self._check()

    def _ask_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, tr("Settings"), filter=tr("YAML (*.yaml *.yml)"))
        self.use_file(Path(chosen) if chosen else None)

    def _preset(self) -> str | dict[str, Any]:
        """Return the chosen preset, or the settings of the run that the form was filled from."""
        chosen = self.preset.currentData()
        if chosen == _EARLIER and self._earlier is not None:
            return settings_of(self._earlier)
        return str(chosen)

    def _begin_with(self) -> str | None:
        """Return the model that the earlier run began with."""
        earlier = self._earlier if self.preset.currentData() == _EARLIER else None
        if earlier is None or earlier.base.kind != "model" or earlier.base.path is None:
            return None
        return str(earlier.base.path)

    def _preset_chosen(self) -> None:
        mode = train_settings(self._preset(), None, {}).mode
        _choose(self.mode, mode, _mode_words(mode))
        self._augment_chosen()

    def _augment_chosen(self) -> None:
        chosen = self.augment.currentData()
        preset = train_settings(self._preset(), None, {}).augment
        self.preview.show_changes(PRESETS[AugmentPreset(chosen)] if chosen else preset)

    def _settings(self) -> TrainFile:
        single: dict[str, Any] = {
            "architecture": self.network.currentText().strip(),
            "mode": self.mode.currentData(),
            "seed": self.seed.value(),
        }
        if self.augment.currentData():
            single["augment"] = PRESETS[AugmentPreset(self.augment.currentData())].model_dump()
        return train_settings(self._preset(), self._file, single)

    def start(self) -> None:
        """Start a run with these settings; what is wrong with them is said in the form."""
        from_project = self.images.currentData() == "project"
        try:
            settings = self._settings()
        except UsageError as error:
            self._say(str(error))
            return
        self._say("")
        self._training.start(
            TrainRequest(
                run=self._training.free_folder(self.name.text().strip() or "model"),
                data=None if from_project else self._folder,
                project=self._session.place if from_project else None,
                settings=settings,
                begin_with=self._begin_with(),
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
            (tr("How"), self.preset),
            (tr("What learns"), self.mode),
            (tr("Changed copies"), self.augment),
            (tr("Seed"), self.seed),
            (tr("More"), self.file_button),
        ):
            field.setAccessibleName(words)
            if isinstance(field, QComboBox):
                field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                field.setMinimumContentsLength(14)
            field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            form.addRow(label(words), field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(label(tr("New run"), "heading"))
        column.addLayout(form)
        column.addWidget(self.preview)
        column.addWidget(self.problem)
        column.addWidget(self.start_button)


def _choices(table: tuple[tuple[str, str], ...]) -> QComboBox:
    box = QComboBox()
    for value, words in table:
        box.addItem(tr(words), value)
    return box


def _mode_words(mode: str) -> str:
    return tr("Last {n} stages", n=mode.removeprefix("last:"))


def _choose(box: QComboBox, value: str, words: str) -> None:
    """Choose a value, and offer it if it was not there; an earlier run's is offered under its own words."""
    index = box.findData(value)
    if index < 0:
        box.addItem(words, value)
        index = box.count() - 1
    if value == _EARLIER:
        box.setItemText(index, words)
    box.setCurrentIndex(index)
