"""The middle: the picture, what stands over it, and the line under it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from semgui.ui.canvas import HEAT_COLORMAPS, PictureCanvas
from semgui.ui.columns import ElidedLabel
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.heatmap import HeatmapModel, Method, Question
from semgui.viewmodels.inspector import InspectorModel
from semgui.viewmodels.labelling import LabelModel
from semgui.viewmodels.picture import Picture, PictureModel

METHOD_NAMES = {Method.LAYERCAM: "LayerCAM", Method.GRADCAM: "Grad-CAM++"}
_LAST = None  # "against": whatever else


class PicturePane(QWidget):
    """Canvas with the picture of `PictureModel` and the heatmap of `HeatmapModel`.

    Attributes
    ----------
    heat_bar
        Controls of the heatmap; the window places them where the picture need not move for them.
    """

    def __init__(
        self,
        picture: PictureModel,
        heatmap: HeatmapModel,
        inspector: InspectorModel,
        theme: Theme,
        heat_opacity: float,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._picture = picture
        self._heatmap = heatmap
        self._inspector = inspector
        self._on_canvas: Picture | None = None
        self.canvas = PictureCanvas(theme)
        self.message = _Floating(self.canvas)
        self.message.setWordWrap(True)
        self.state = _Floating(self.canvas)
        self.facts = ElidedLabel("dim")
        self.heat_bar = HeatBar(heatmap, self.canvas, heat_opacity)
        line = QWidget()
        line.setObjectName("column")
        row = QHBoxLayout(line)
        row.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        row.addWidget(self.facts, stretch=1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.canvas, stretch=1)
        layout.addWidget(line)
        picture.changed.connect(self.refresh)
        heatmap.changed.connect(self._show_heat)
        inspector.changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.canvas.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the words in their places."""
        super().resizeEvent(event)
        self._place()

    def refresh(self) -> None:
        """Show the picture as it is."""
        shown = self._picture.shown
        if shown is not self._on_canvas:
            self._on_canvas = shown
            if shown is None:
                self.canvas.clear()
            else:
                self.canvas.show_picture(shown, keep_view=True)
        detail = self._inspector.detail
        facts = [detail.facts] if detail else []
        if shown is not None and detail is not None and shown.path == detail.path:
            facts += shown.notes
        self.facts.show_text(" · ".join(f for f in facts if f))
        self.message.show_text(
            f"This file cannot be read:\n{self._picture.error}" if self._picture.error else ""
        )
        self._show_heat()

    def _show_heat(self) -> None:
        heat = self._heatmap.heat
        if heat is not None and self._picture.shown is not None and not self._picture.loading:
            self.canvas.show_heat(heat)
        else:
            self.canvas.hide_heat()
        loading = self._picture.loading and not self._picture.error
        words = "loading…" if loading else "computing heatmap…" if self._heatmap.computing else ""
        self.state.show_text(words)
        self._place()

    def _place(self) -> None:
        self.state.move(2 * GRID, 2 * GRID)
        width = min(self.canvas.width() - 4 * GRID, 480)
        self.message.setFixedWidth(max(width, 120))
        self.message.adjustSize()
        centre = self.canvas.rect().center() - self.message.rect().center()
        self.message.move(centre)


class HeatBar(QWidget):
    """What the heatmap shows and how; only there while it is on."""

    def __init__(self, heatmap: HeatmapModel, canvas: PictureCanvas, opacity: float) -> None:
        super().__init__()
        self._heatmap = heatmap
        self._canvas = canvas
        self._names: list[tuple[str, object]] = []
        self.method = QComboBox()
        for method, name in METHOD_NAMES.items():
            self.method.addItem(name, method)
        self.method.setToolTip("How the heatmap is computed")
        self.against = QComboBox()
        self.against.setToolTip("Why the predicted class and not this one")
        self.against.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.against.setMinimumContentsLength(12)
        self.colours = QComboBox()
        self.colours.addItems(list(HEAT_COLORMAPS))
        self.colours.setToolTip("Colours of the heatmap")
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(5, 100)
        self.opacity.setFixedWidth(80)
        self.opacity.setToolTip("Opacity of the heatmap")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel("Heatmap"))
        for widget in (self.method, self.against, self.colours, self.opacity):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(widget)
        self.method.activated.connect(self._ask)
        self.against.activated.connect(self._ask)
        self.colours.currentTextChanged.connect(canvas.set_heat_colormap)
        self.opacity.valueChanged.connect(lambda value: canvas.set_heat_opacity(value / 100))
        self.opacity.setValue(round(100 * opacity))
        heatmap.changed.connect(self.refresh)
        self.refresh()

    def offer(self, labels: LabelModel) -> None:
        """Offer these classes as the one to hold against the prediction."""
        names = [("whatever else", _LAST)] + [(f"not {c.name}", c.id) for c in labels.taxonomy.active]
        if names != self._names:
            self._names = names
            self.against.clear()
            for name, class_id in names:
                self.against.addItem(name, class_id)

    def refresh(self) -> None:
        """Show the question as it is."""
        question = self._heatmap.question
        self.setVisible(self._heatmap.on)
        self.method.setCurrentIndex(max(self.method.findData(question.method), 0))
        self.against.setCurrentIndex(max(self.against.findData(question.against), 0))

    def _ask(self) -> None:
        method, against = self.method.currentData(), self.against.currentData()
        self._heatmap.ask(Question(self._heatmap.question.target, against, Method(method)))


class _Floating(QLabel):
    """Words over the picture."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setStyleSheet(
            "background: rgba(20, 22, 25, 200); color: #f0f0f0; border-radius: 4px; padding: 6px 10px;"
        )
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show words, or nothing."""
        self.setText(text)
        self.setVisible(bool(text))
        if text:
            self.adjustSize()
            self.raise_()
