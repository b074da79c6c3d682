"""All that can be said of one class, each part changed in its place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from superqt import QFlowLayout

from semgui.domain.ids import ImageId
from semgui.domain.taxonomy import SemClass
from semgui.texts import tr
from semgui.ui.colour_button import ColourButton
from semgui.ui.columns import label
from semgui.ui.drags import dragged_images
from semgui.ui.theme import GRID
from semgui.ui.typing import TypingBox, TypingLine
from semgui.viewmodels.classes import ClassModel, tree_rows
from semgui.viewmodels.examples import ExampleModel

_EXAMPLE = QSize(64, 48)
_DESCRIPTION_LINES = 3


class ClassDetails(QWidget):
    """Colour, key, parent, description and examples of one class; merging and archiving.

    Parameters
    ----------
    chosen_images
        Returns the images to add as examples.
    leave
        Gives the keyboard back.
    """

    def __init__(
        self,
        classes: ClassModel,
        examples: ExampleModel,
        chosen_images: Callable[[], tuple[ImageId, ...]],
        leave: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._classes = classes
        self._chosen_images = chosen_images
        self._class: SemClass | None = None
        self.colour = ColourButton()
        self.colour.picked.connect(lambda colour: classes.recolour(self._class.id, colour))
        self.key = TypingLine(leave)
        self.key.setMaxLength(1)
        self.key.setFixedWidth(48)
        self.key.setAccessibleName(tr("Key of the class"))
        self.key.setToolTip(tr("A digit or a letter; Enter takes it, an empty field takes it away"))
        self.key.entered.connect(self._set_key)
        self.key.left.connect(lambda: self._set_key(self.key.text()))
        self.above = QComboBox()
        self.above.setAccessibleName(tr("Class above it"))
        self.above.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.above.activated.connect(self._set_parent)
        self.description = TypingBox(leave)
        self.description.setPlaceholderText(tr("What belongs into this class, and what does not"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.description.setFixedHeight(
            _DESCRIPTION_LINES * self.description.fontMetrics().lineSpacing() + 14
        )
        self.description.entered.connect(lambda text: classes.describe(self._described, text))
        self.examples = ExampleStrip(classes, examples)
        self.add_examples = QPushButton(tr("Add chosen images"))
        self.add_examples.setToolTip(
            tr("Shows them where the class is offered; thumbnails can be dropped here")
        )
        self.add_examples.clicked.connect(self._add_examples)
        self.merge = QToolButton()
        self.merge.setObjectName("switch")
        self.merge.setText(tr("Merge into"))
        self.merge.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.merge.setMenu(QMenu(self.merge))
        self.merge.menu().aboutToShow.connect(self._offer_merges)
        self.archive = QPushButton(tr("Archive"))
        self.archive.clicked.connect(lambda: classes.archive_or_restore(self._class.id))
        self._place()
        self.show_class(None)

    def show_class(self, sem_class: SemClass | None) -> None:
        """Show a class, or nothing."""
        if self._class is not None and (sem_class is None or sem_class.id != self._class.id):
            self.description.tell()
        self._class = sem_class
        self.setEnabled(sem_class is not None)
        if sem_class is None:
            return
        self._described = sem_class.id
        self.colour.show_colour(sem_class.colour)
        if not self.key.hasFocus():
            self.key.setText(sem_class.shortcut.upper())
        self.key.setEnabled(not sem_class.archived)
        if not (self.description.hasFocus() and self.description.changed):
            self.description.show_text(sem_class.description)
        self._offer_parents(sem_class)
        self.examples.show_class(sem_class)
        self.merge.setEnabled(len(self._classes.taxonomy.active) > 1)
        self.archive.setText(tr("Restore") if sem_class.archived else tr("Archive"))
        self.archive.setToolTip(
            tr("Offer it again") if sem_class.archived else tr("Offer it no longer; its labels stay")
        )

    def _place(self) -> None:
        form = QGridLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(GRID)
        form.setVerticalSpacing(GRID // 2)
        first = QHBoxLayout()
        first.addWidget(self.colour)
        first.addSpacing(GRID)
        first.addWidget(label(tr("Key"), "dim"))
        first.addSpacing(GRID // 2)
        first.addWidget(self.key)
        first.addStretch(1)
        form.addWidget(label(tr("Colour"), "dim"), 0, 0)
        form.addLayout(first, 0, 1)
        form.addWidget(label(tr("Below"), "dim"), 1, 0)
        form.addWidget(self.above, 1, 1)
        form.setColumnStretch(1, 1)
        last = QHBoxLayout()
        last.addWidget(self.merge)
        last.addStretch(1)
        last.addWidget(self.archive)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(form)
        layout.addWidget(self.description)
        layout.addWidget(self.examples)
        layout.addWidget(self.add_examples)
        layout.addLayout(last)

    def _set_key(self, text: str) -> None:
        if self._class is not None and text.strip().lower() != self._class.shortcut:
            self._classes.set_shortcut(self._class.id, text)

    def _add_examples(self) -> None:
        self._classes.add_examples(self._class.id, self._chosen_images())

    def _offer_parents(self, sem_class: SemClass) -> None:
        taxonomy = self._classes.taxonomy
        below = {sem_class.id, *taxonomy.below(sem_class.id)}
        self.above.clear()
        self.above.addItem(tr("none (top)"), None)
        for row in tree_rows(taxonomy):
            if row.sem_class.id not in below:
                self.above.addItem("   " * row.depth + row.sem_class.name, row.sem_class.id)
        self.above.setCurrentIndex(max(0, self.above.findData(sem_class.parent)))

    def _set_parent(self, index: int) -> None:
        self._classes.set_parent(self._class.id, self.above.itemData(index))

    def _offer_merges(self) -> None:
        menu = self.merge.menu()
        menu.clear()
        for row in tree_rows(self._classes.taxonomy):
            other = row.sem_class
            if other.id != self._class.id:
                words = "   " * row.depth + other.name.replace("&", "&&")
                menu.addAction(words, lambda other=other: self._classes.merge(self._class.id, other.id))


class ExampleStrip(QWidget):
    """Pictures of a class; takes thumbnails that are dropped on it, and gives one up with a click."""

    def __init__(self, classes: ClassModel, examples: ExampleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes = classes
        self._examples = examples
        self._class: SemClass | None = None
        self._flow = QFlowLayout(self)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.setSpacing(GRID // 2)
        self.setAcceptDrops(True)
        examples.arrived.connect(self._fill)

    def show_class(self, sem_class: SemClass) -> None:
        """Show the examples of a class."""
        if self._class is None or (self._class.id, self._class.examples) != (
            sem_class.id,
            sem_class.examples,
        ):
            self._class = sem_class
            self._fill()

    @property
    def count(self) -> int:
        """How many pictures are shown."""
        return self._flow.count()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take images."""
        if dragged_images(event.mimeData()) and self._class is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        event.acceptProposedAction()
        self._classes.add_examples(self._class.id, dragged_images(event.mimeData()))

    def _fill(self) -> None:
        while self._flow.count():
            self._flow.takeAt(0).widget().deleteLater()
        for image_id in self._class.examples if self._class else ():
            self._flow.addWidget(self._button(image_id))
        self.setVisible(bool(self._flow.count()))

    def _button(self, image_id: ImageId) -> QToolButton:
        button = QToolButton()
        button.setObjectName("example")
        button.setIconSize(_EXAMPLE)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolTip(tr("An example; a click takes it away"))
        encoded = self._examples.get(image_id)
        pixmap = QPixmap()
        if encoded and pixmap.loadFromData(encoded):
            button.setIcon(QIcon(pixmap))
        button.clicked.connect(lambda: self._classes.remove_example(self._class.id, image_id))
        return button
