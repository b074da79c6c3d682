"""Export of a figure: its measures at the right, how it will look at the left; nothing waits for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from semgui.services.figure import CORNERS
from semgui.services.figure_files import SUFFIXES
from semgui.texts import mark, tr
from semgui.ui.columns import label, with_room
from semgui.ui.theme import GRID
from semgui.viewmodels.figure import FigureModel

_SOON_MS = 120
_CORNER_NAMES = {
    "lower right": mark("lower right"),
    "lower left": mark("lower left"),
    "upper right": mark("upper right"),
    "upper left": mark("upper left"),
}
_COLUMNS_MM = ((85.0, mark("one column, 85 mm")), (170.0, mark("two columns, 170 mm")))


def as_image(values: NDArray[np.uint8]) -> QImage:
    """Return (h, w) or (h, w, 3) uint8 as Qt's image, with pixels of its own."""
    values = np.ascontiguousarray(values)
    rows, columns = values.shape[:2]
    kind = QImage.Format.Format_Grayscale8 if values.ndim == 2 else QImage.Format.Format_RGB888
    return QImage(values.data, columns, rows, values.strides[0], kind).copy()


class FigureDialog(QDialog):
    """Controls of `FigureModel`; the picture on screen may change while it is open."""

    def __init__(self, figure: FigureModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export figure"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._figure = figure
        options = figure.options
        self.preview = _Preview()
        self.size_words = label("", "dim")
        self.error = label("", "error", wrap=True)
        self.columns = QComboBox()
        for width, name in _COLUMNS_MM:
            self.columns.addItem(tr(name), width)
        self.columns.addItem(tr("another width"), None)
        self.columns.addItem(tr("1:1, the picture's own pixels"), 0.0)
        self.width_mm = _number(5, 2000, options.width_mm or 85, " mm")
        self.dpi = QSpinBox()
        with_room(self.dpi)
        self.dpi.setRange(30, 2400)
        self.dpi.setSingleStep(50)
        self.dpi.setSuffix(" dpi")
        self.dpi.setValue(options.dpi)
        self.databar = QCheckBox(tr("Keep the databar"))
        self.scale_bar = QCheckBox(tr("Scale bar"))
        self.corner = QComboBox()
        for corner in CORNERS:
            self.corner.addItem(tr(_CORNER_NAMES[corner]), corner)
        self.text = QLineEdit(options.text)
        self.text.setPlaceholderText(tr("a, b, Nanowires…"))
        self.text_pt = _number(3, 72, options.text_pt, " pt")
        self.heat = QCheckBox(tr("Heatmap, as on screen"))
        self.sixteen = QCheckBox(tr("16 bit (TIFF, PNG)"))
        self.save = QPushButton(tr("Save…"))
        self.save.setObjectName("primary")
        self.copy = QPushButton(tr("Copy"))
        self.copy.setToolTip(tr("Put the figure as it is shown here on the clipboard"))
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._change)
        self._place()
        self._take_over()
        self._follow()
        figure.changed.connect(self._show)
        figure.refresh()
        self._show()

    def done(self, result: int) -> None:
        """Let the model go."""
        self._figure.changed.disconnect(self._show)
        super().done(result)

    def refresh(self) -> None:
        """Show the figure anew, soon."""
        self._soon.start()

    def _take_over(self) -> None:
        options = self._figure.options
        widths = [width for width, _ in _COLUMNS_MM]
        chosen = 3 if options.width_mm is None else 2
        if options.width_mm in widths:
            chosen = widths.index(options.width_mm)
        self.columns.setCurrentIndex(chosen)
        self.databar.setChecked(options.keep_databar)
        self.scale_bar.setChecked(options.scale_bar)
        self.corner.setCurrentIndex(self.corner.findData(options.corner))
        self.heat.setChecked(self._figure.with_heat)
        self.sixteen.setChecked(options.sixteen_bit)

    def _follow(self) -> None:
        self.columns.activated.connect(self._column_chosen)
        for box in (self.databar, self.scale_bar, self.heat, self.sixteen):
            box.toggled.connect(self.refresh)
        self.corner.activated.connect(self.refresh)
        for number in (self.width_mm, self.dpi, self.text_pt):
            number.valueChanged.connect(self.refresh)
        self.text.textChanged.connect(self.refresh)
        self.save.clicked.connect(self._save)
        self.copy.clicked.connect(self._copy)

    def _column_chosen(self) -> None:
        width = self.columns.currentData()
        if width:
            self.width_mm.setValue(width)
        self.refresh()

    def _change(self) -> None:
        self._figure.with_heat = self.heat.isChecked()
        self._figure.change(
            width_mm=None if self.columns.currentData() == 0 else self.width_mm.value(),
            dpi=self.dpi.value(),
            keep_databar=self.databar.isChecked(),
            scale_bar=self.scale_bar.isChecked(),
            corner=self.corner.currentData(),
            text=self.text.text().strip(),
            text_pt=self.text_pt.value(),
            sixteen_bit=self.sixteen.isChecked(),
        )

    def _show(self) -> None:
        figure = self._figure
        own_width = self.columns.currentData() is None
        self.width_mm.setVisible(own_width)
        self.text_pt.setEnabled(self.columns.currentData() != 0)
        self.scale_bar.setEnabled(figure.has_scale)
        self.scale_bar.setToolTip("" if figure.has_scale else tr("The file does not tell its pixel size."))
        self.corner.setEnabled(figure.has_scale and self.scale_bar.isChecked())
        self.heat.setEnabled(figure.has_heat)
        self.sixteen.setEnabled(not (figure.has_heat and self.heat.isChecked()))
        self.size_words.setText(figure.size_words)
        self.error.setText(figure.error)
        self.error.setVisible(bool(figure.error))
        self.save.setEnabled(figure.possible and not figure.error)
        self.copy.setEnabled(figure.preview is not None)
        self.preview.show_picture(figure.preview)

    def _save(self) -> None:
        kinds = ";;".join((tr("PNG (*.png)"), tr("TIFF (*.tif)"), tr("SVG (*.svg)")))
        chosen, kind = QFileDialog.getSaveFileName(self, tr("Save figure"), f"{self._figure.name}.png", kinds)
        if chosen:
            path = Path(chosen)
            if path.suffix.casefold() not in SUFFIXES:
                path = path.with_name(path.name + kind[kind.index("*") + 1 : -1])
            self._figure.save(path)

    def _copy(self) -> None:
        if self._figure.preview is not None:
            QGuiApplication.clipboard().setImage(as_image(self._figure.preview))

    def _place(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(GRID)
        form.setHorizontalSpacing(2 * GRID)
        form.addRow(tr("Width"), self.columns)
        form.addRow("", self.width_mm)
        form.addRow(tr("Resolution"), self.dpi)
        form.addRow("", self.size_words)
        form.addRow("", self.databar)
        form.addRow(self.scale_bar, self.corner)
        form.addRow(tr("Letters"), self.text)
        form.addRow(tr("Height"), self.text_pt)
        form.addRow("", self.heat)
        form.addRow("", self.sixteen)
        note = label(tr("Contrast, gamma and inversion are those of the screen."), "dim", wrap=True)
        right = QVBoxLayout()
        right.addLayout(form)
        right.addWidget(note)
        right.addWidget(self.error)
        right.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.save)
        right.addLayout(buttons)
        column = QWidget()
        column.setLayout(right)
        column.setFixedWidth(42 * GRID)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        row.setSpacing(2 * GRID)
        row.addWidget(self.preview, stretch=1)
        row.addWidget(column)
        self.resize(1080, 620)


class _Preview(QWidget):
    """The figure, as large as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self.setMinimumSize(QSize(320, 240))

    def show_picture(self, values: NDArray[np.uint8] | None) -> None:
        """Show a figure."""
        self._image = None if values is None else as_image(values)
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint it on paper."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#ffffff"))
        painter.setPen(QColor(0, 0, 0, 60))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if self._image is None:
            return
        room = self.rect().adjusted(GRID, GRID, -GRID, -GRID)
        size = self._image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRectF(0, 0, size.width(), size.height())
        box.moveCenter(QRectF(room).center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(box, self._image)


def _number(least: float, most: float, value: float, unit: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    with_room(box)
    box.setRange(least, most)
    box.setDecimals(1)
    box.setSuffix(unit)
    box.setValue(value)
    return box
