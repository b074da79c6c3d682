"""What the heatmap shows and how: method, class held against, colours, opacity."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QWidget

from semgui.texts import tr
from semgui.ui.canvas import PictureCanvas
from semgui.ui.canvas_heat import HEAT_COLORMAPS
from semgui.viewmodels.heatmap import HeatmapModel, Method, Question
from semgui.viewmodels.labelling import LabelModel

METHOD_NAMES = {Method.LAYERCAM: "LayerCAM", Method.GRADCAM: "Grad-CAM++"}
_LAST = None  # "against": whatever else
_STEP = 5  # per cent of opacity


class HeatBar(QWidget):
    """Controls of `HeatmapModel`; only there while it is on and pictures are looked at."""

    colours_chosen = Signal(str)

    def __init__(self, heatmap: HeatmapModel, canvas: PictureCanvas, opacity: float) -> None:
        super().__init__()
        self._heatmap = heatmap
        self._canvas = canvas
        self._names: list[tuple[str, object]] = []
        self._at_pictures = True
        self.method = QComboBox()
        for method, name in METHOD_NAMES.items():
            self.method.addItem(name, method)
        self.method.setToolTip(tr("How the heatmap is computed"))
        self.against = QComboBox()
        self.against.setToolTip(tr("Why the predicted class and not this one"))
        self.against.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.against.setMinimumContentsLength(12)
        self.colours = QComboBox()
        self.colours.addItems(list(HEAT_COLORMAPS))
        self.colours.setToolTip(tr("Colours of the heatmap"))
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(5, 100)
        self.opacity.setFixedWidth(80)
        self.opacity.setToolTip(tr("Opacity of the heatmap (Ctrl or Alt and the wheel over the picture)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel(tr("Heatmap")))
        for widget in (self.method, self.against, self.colours, self.opacity):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(widget)
        self.method.activated.connect(self._ask)
        self.against.activated.connect(self._ask)
        self.colours.currentTextChanged.connect(canvas.heat.set_colormap)
        self.colours.currentTextChanged.connect(self.colours_chosen)
        self.opacity.valueChanged.connect(lambda value: canvas.heat.set_opacity(value / 100))
        self.opacity.setValue(round(100 * opacity))
        heatmap.changed.connect(self.refresh)
        self.refresh()

    def offer(self, labels: LabelModel) -> None:
        """Offer these classes as the one to hold against the prediction."""
        names: list[tuple[str, object]] = [(tr("whatever else"), _LAST)]
        names += [(tr("not {name}", name=c.name), c.id) for c in labels.taxonomy.active]
        if names != self._names:
            self._names = names
            self.against.clear()
            for name, class_id in names:
                self.against.addItem(name, class_id)

    def follow_mode(self, *, at_pictures: bool) -> None:
        """Hide where there is no picture that a heatmap could lie over."""
        self._at_pictures = at_pictures
        self.refresh()

    def refresh(self) -> None:
        """Show the question as it is."""
        question = self._heatmap.question
        self.setVisible(self._heatmap.on and self._at_pictures)
        self.method.setCurrentIndex(max(self.method.findData(question.method), 0))
        self.against.setCurrentIndex(max(self.against.findData(question.against), 0))

    @property
    def legend(self) -> str:
        """What the colours mean, in words: "LayerCAM: why Tips and not Nanowires"."""
        question = self._heatmap.question
        method = METHOD_NAMES[question.method]
        if question.against is None:
            return tr("{method}: what speaks for the predicted class", method=method)
        return tr(
            "{method}: for the predicted class, {against}", method=method, against=self.against.currentText()
        )

    def fade(self, steps: int) -> None:
        """Make the heatmap more opaque (positive) or less."""
        self.opacity.setValue(self.opacity.value() + steps * _STEP)

    def _ask(self) -> None:
        method, against = self.method.currentData(), self.against.currentData()
        self._heatmap.ask(Question(self._heatmap.question.target, against, Method(method)))
