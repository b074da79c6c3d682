"""The right column: what the model says, the palette, the label's history."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QButtonGroup, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from semgui.domain.ids import ClassId
from semgui.domain.image import ImageStatus
from semgui.domain.taxonomy import SemClass
from semgui.ui.bars import ProbabilityBars
from semgui.ui.columns import Column, label, restyle
from semgui.ui.theme import Theme
from semgui.viewmodels.inspector import Detail, InspectorModel
from semgui.viewmodels.labelling import LabelModel

_DOT = 10  # pixels
_HISTORY = 6  # newest events shown; `semgui label history` has them all


class InspectorPanel(QScrollArea):
    """Shows the details of the current image, and takes a click on a class."""

    def __init__(
        self,
        inspector: InspectorModel,
        labels: LabelModel,
        assign: Callable[[ClassId], None],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inspector = inspector
        self._labels = labels
        column = Column()
        self.name = label(kind="title")
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column.body.addWidget(self.name)
        self.label_line = label(kind="dim", wrap=True)
        column.body.addWidget(self.label_line)
        self._model_heading = column.section("Model")
        self.bars = ProbabilityBars(theme)
        column.body.addWidget(self.bars)
        self.sentence = label(wrap=True)
        column.body.addWidget(self.sentence)
        self._palette_heading = column.section("Label as")
        self.palette_box = ClassPalette(assign)
        column.body.addWidget(self.palette_box)
        self.hint = label(kind="dim", wrap=True)
        column.body.addWidget(self.hint)
        self._history_heading = column.section("History")
        self.history = label(wrap=True)
        column.body.addWidget(self.history)
        column.body.addStretch(1)
        self.setWidget(column)
        inspector.changed.connect(self.refresh)
        labels.taxonomy_changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.bars.set_theme(theme)

    def sizeHint(self) -> QSize:
        """Wide enough for a class name and its bar."""
        return QSize(288, 400)

    def refresh(self) -> None:
        """Show the details as they are."""
        detail = self._inspector.detail
        self._show_name(detail)
        self._show_answer(detail)
        self.palette_box.show_classes(
            self._labels.taxonomy.active,
            detail.label if detail else None,
            enabled=self._labels.possible and detail is not None,
        )
        self._palette_heading.setVisible(bool(self._labels.taxonomy.active))
        self.hint.setVisible(not self._labels.possible)
        self.hint.setText("Labels are kept in a project: open the image's folder to label it.")
        history = detail.history if detail else ()
        older = f"\n… and {len(history) - _HISTORY} older" if len(history) > _HISTORY else ""
        self.history.setText("\n".join(history[:_HISTORY]) + older)
        self._history_heading.setVisible(bool(history))

    def resizeEvent(self, event: object) -> None:
        """Shorten the name to the width there is."""
        super().resizeEvent(event)
        self._show_name(self._inspector.detail)

    def _show_name(self, detail: Detail | None) -> None:
        if detail is None:
            self.name.setText("No image")
            self.label_line.setText("")
            return
        room = self.viewport().width() - 36
        metrics = QFontMetrics(self.name.font())
        self.name.setText(metrics.elidedText(detail.path.name, Qt.TextElideMode.ElideMiddle, room))
        self.name.setToolTip(str(detail.path))
        self.label_line.setVisible(self._labels.possible)
        named = next((c.name for c in self._labels.taxonomy if c.id == detail.label), None)
        self.label_line.setText(f"Label: {named}" if named else "Not labelled yet")

    def _show_answer(self, detail: Detail | None) -> None:
        answer = detail.answer if detail else None
        self.bars.show_answer(answer)
        self.bars.setVisible(answer is not None)
        self._model_heading.setText(f"Model: {answer.model}" if answer else "Model")
        if answer is not None:
            restyle(self.sentence, "warning")
            self.sentence.setText(answer.sentence)
            self.sentence.setVisible(bool(answer.sentence))
            return
        restyle(self.sentence, "dim")
        unreadable = detail is not None and detail.status is not ImageStatus.OK
        self.sentence.setText(
            "Not classified: the file cannot be read." if unreadable else "Not classified yet."
        )
        self.sentence.setVisible(detail is not None)


class ClassPalette(QWidget):
    """One button a class, with its key and its colour."""

    def __init__(self, assign: Callable[[ClassId], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._assign = assign
        self._classes: tuple[SemClass, ...] = ()
        self.buttons: dict[ClassId, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(1)

    def show_classes(self, classes: tuple[SemClass, ...], labelled: ClassId | None, *, enabled: bool) -> None:
        """Show these classes and mark the one that the image has."""
        if classes != self._classes:
            self._rebuild(classes)
        self._group.setExclusive(False)
        for class_id, button in self.buttons.items():
            button.setChecked(class_id == labelled)
            button.setEnabled(enabled)
        self._group.setExclusive(True)

    def _rebuild(self, classes: tuple[SemClass, ...]) -> None:
        self._classes = classes
        for button in self.buttons.values():
            self._group.removeButton(button)
            self._rows.removeWidget(button)
            button.deleteLater()
        self.buttons = {}
        for c in classes:
            button = _ClassButton(c)
            button.clicked.connect(lambda _=False, class_id=c.id: self._assign(class_id))
            self._group.addButton(button)
            self._rows.addWidget(button)
            self.buttons[c.id] = button


class _ClassButton(QPushButton):
    def __init__(self, sem_class: SemClass) -> None:
        super().__init__()
        self._class = sem_class
        self.setObjectName("class")
        self.setCheckable(True)
        self.setIconSize(QSize(_DOT, _DOT))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with the pictures
        self.setIcon(_dot(sem_class.colour, self.devicePixelRatioF()))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        tip = f"{sem_class.name} ({sem_class.shortcut})" if sem_class.shortcut else sem_class.name
        self.setToolTip(f"{tip}\n{sem_class.description}" if sem_class.description else tip)
        self.setAccessibleName(sem_class.name)

    def resizeEvent(self, event: object) -> None:
        """Shorten the name to the width there is."""
        super().resizeEvent(event)
        key = f"{self._class.shortcut or '·'}   "
        metrics = QFontMetrics(self.font())
        room = self.width() - 40 - metrics.horizontalAdvance(key)
        name = metrics.elidedText(self._class.name, Qt.TextElideMode.ElideRight, room)
        self.setText(key + name.replace("&", "&&"))


def _dot(colour: str, ratio: float) -> QIcon:
    pixmap = QPixmap(round(_DOT * ratio), round(_DOT * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(0, 0, _DOT, _DOT)
    painter.end()
    return QIcon(pixmap)
