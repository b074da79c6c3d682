"""Where the classes would stand while a project has none: the ways to make some."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from semgui.catalogue.presets import PRESETS, load_preset
from semgui.domain.ids import ClassId
from semgui.texts import mark, tr
from semgui.ui.class_files import ask_class_folder, ask_class_list
from semgui.ui.columns import label
from semgui.ui.theme import GRID
from semgui.ui.typing import TypingLine
from semgui.viewmodels.classes import ClassModel

PRESET_NAMES = {"nffa10": mark("NFFA-EUROPE categories"), "lattices": mark("Plane lattices")}


class ClassStart(QWidget):
    """Type a name, take a preset, or import.

    Parameters
    ----------
    of_model
        Returns the classes of the model in use; none without a model.
    leave
        Gives the keyboard back to the pictures.
    """

    def __init__(
        self,
        classes: ClassModel,
        of_model: Callable[[], Sequence[tuple[ClassId, str]]],
        leave: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._classes = classes
        self._of_model = of_model
        self.name = TypingLine(leave)
        self.name.setPlaceholderText(tr("Name of a class, then Enter"))
        self.name.setAccessibleName(tr("Name of a class"))
        self.name.entered.connect(self._add)
        self.name.left.connect(self._left)
        self.from_model = QPushButton(tr("The classes of the model"))
        self.from_model.clicked.connect(lambda: classes.add_named(of_model()))
        self.presets: dict[str, QPushButton] = {}
        for preset in PRESETS:
            button = QPushButton(
                tr("{name} ({n})", "", len(load_preset(preset)), name=tr(PRESET_NAMES[preset]))
            )
            button.setToolTip(", ".join(c.name for c in load_preset(preset)))
            button.clicked.connect(lambda _=False, preset=preset: classes.add_preset(preset))
            self.presets[preset] = button
        self.problem = label(kind="warning", wrap=True)
        said = (
            label(tr("This project has no classes yet"), "title"),
            label(
                tr("Type the first one, take a set, or import a list or labelled images."), "dim", wrap=True
            ),
        )
        self._of_none = (_column(*said), _column(self.from_model, *self.presets.values(), self._imports()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, GRID)
        layout.setSpacing(GRID)
        for part in (self._of_none[0], self.name, self._of_none[1], self.problem):
            layout.addWidget(part)
        classes.refused.connect(self._show_problem)

    def offer(self, *, needed: bool) -> None:
        """Offer all ways if they are needed; else the line alone, as long as somebody types in it."""
        for part in self._of_none:
            part.setVisible(needed)
        # Taken away, it would leave the letters that follow to the keys that label.
        self.setVisible(needed or self.name.hasFocus())

    def showEvent(self, event: QShowEvent) -> None:
        """Offer the classes of the model if there is one now."""
        super().showEvent(event)
        found = self._of_model()
        self.from_model.setEnabled(bool(found))
        self.from_model.setToolTip(", ".join(name for _, name in found))

    def _imports(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        for words, tip, ask in (
            (tr("Import list…"), tr("A CSV or JSON file with classes"), ask_class_list),
            (tr("Import folders…"), tr("A folder with one folder for each class"), ask_class_folder),
        ):
            button = QPushButton(words)
            button.setToolTip(tip)
            button.clicked.connect(lambda _=False, ask=ask: ask(self, self._classes))
            row.addWidget(button)
        return made

    def _left(self) -> None:
        if self._classes.taxonomy.active:
            self.hide()

    def _show_problem(self, text: str) -> None:
        self.problem.setText(text)

    def _add(self, name: str) -> None:
        self.problem.clear()
        if name.strip():
            self._classes.add(name)
            self.name.clear()


def _column(*parts: QWidget) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GRID)
    for part in parts:
        column.addWidget(part)
    return made
