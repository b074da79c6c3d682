"""Results of measuring models: figures, the sentence that they come to, and the images that changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from semgui.services.compare import Comparison, Difference
from semgui.services.evaluate import Evaluated, remarks
from semgui.texts import tr
from semgui.ui.columns import label
from semgui.ui.model_detail import figure_table
from semgui.ui.reveal import open_with_system
from semgui.ui.theme import GRID
from semgui.viewmodels.models import ModelsModel
from trainer.figures import Interval

_PICTURE = QSize(160, 120)


class ModelResult(QWidget):
    """The last evaluation or comparison.

    Parameters
    ----------
    open_image
        Shows an image that was double-clicked.
    """

    def __init__(
        self, models: ModelsModel, open_image: Callable[[Path], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("column")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._models = models
        self._open_image = open_image
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self._content = QWidget()
        self._layout.addWidget(self._content)
        self.tabs: QTabWidget | None = None
        self.decisions: dict[str, QPushButton] = {}
        models.measured.connect(self.refresh)
        models.changed.connect(self._show_in_use)
        self.refresh()

    def refresh(self) -> None:
        """Show the last result."""
        content = QWidget()
        body = QVBoxLayout(content)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(GRID)
        self.tabs, self.decisions = None, {}
        comparison, evaluated = self._models.comparison, self._models.evaluated
        if comparison is not None:
            self._show_comparison(body, comparison)
        elif evaluated is not None:
            self._show_evaluated(body, evaluated)
        else:
            hint = tr(
                "Evaluate a model on labelled images, or choose two models (Ctrl+click) and compare them: "
                "the images that one mends and the other breaks appear here."
            )
            body.addWidget(label(hint, "dim", wrap=True))
            body.addStretch(1)
        self._layout.replaceWidget(self._content, content)
        self._content.deleteLater()
        self._content = content

    def _show_comparison(self, body: QVBoxLayout, comparison: Comparison) -> None:
        body.addLayout(self._heading(comparison.verdict()))
        both = (comparison.first.evaluation, comparison.second.evaluation)
        rows = []
        for name, figure in (
            (tr("accuracy"), "accuracy"),
            (tr("balanced accuracy"), "balanced_accuracy"),
            (tr("macro-F1"), "macro_f1"),
        ):
            a, b = (getattr(e.measurement, figure) for e in both)
            rows.append((name, _short(a), _short(b), f"{b.value - a.value:+.3f}"))
        body.addWidget(figure_table(["", *(e.card.name for e in both), tr("difference")], rows))
        body.addLayout(self._decision())
        count = len(comparison.first.images)
        words = tr(
            "On {n:,} image(s) that neither model was trained on; {dropped:,} left out.",
            "",
            count,
            dropped=comparison.dropped,
        )
        body.addWidget(label(words, "dim", wrap=True))
        for name in comparison.unrecorded:
            warning = tr(
                "{name} does not say what it was trained on: its figures may be too good.", name=name
            )
            body.addWidget(label(warning, "warning", wrap=True))
        self.tabs = QTabWidget()
        for mended, title in ((True, tr("Mended")), (False, tr("Broken"))):
            found = [d for d in self._models.differences if d.mended is mended]
            test = comparison.compared.test
            total = test.mended if mended else test.broken
            self.tabs.addTab(DifferenceGrid(found, self._open_image), f"{title} ({total:,})")
        body.addWidget(self.tabs, stretch=1)

    def _decision(self) -> QHBoxLayout:
        """Make a button for each model: to promote the new one, or to go back."""
        row = QHBoxLayout()
        row.setSpacing(GRID)
        for name in self._models.compared:
            button = QPushButton()
            button.setToolTip(tr("Classify with it from now on"))
            button.clicked.connect(partial(self._models.take_into_use, name))
            row.addWidget(button)
            self.decisions[name] = button
        row.addStretch(1)
        self._show_in_use()
        return row

    def _show_in_use(self) -> None:
        for name, button in self.decisions.items():
            in_use = name == self._models.in_use
            button.setEnabled(not in_use)
            button.setText(tr("{name} is in use", name=name) if in_use else tr("Use {name}", name=name))

    def _show_evaluated(self, body: QVBoxLayout, evaluated: Evaluated) -> None:
        m = evaluated.evaluation.measurement
        chance = evaluated.evaluation.ece_by_chance
        words = tr(
            "{model} on {name}: {images:,} images",
            model=evaluated.evaluation.card.name,
            name=m.name,
            images=m.images,
        )
        body.addLayout(self._heading(words))
        rows = [
            (tr("accuracy"), _short(m.accuracy)),
            (tr("balanced accuracy"), _short(m.balanced_accuracy)),
            (tr("macro-F1"), _short(m.macro_f1)),
            (tr("calibration error"), f"{m.ece:.3f}  ({chance.mean:.3f} {tr('by chance alone')})"),
        ]
        body.addWidget(figure_table([], rows))
        for sentence in remarks(evaluated):
            body.addWidget(label(sentence, "warning", wrap=True))
        names = [c.name for c in evaluated.evaluation.card.classes]
        pairs = [
            (
                tr("{first} taken for {second}", first=names[p.first], second=names[p.second]),
                f"{p.first_as_second}",
                f"{p.share:.1%}",
            )
            for p in evaluated.evaluation.pairs[:6]
        ]
        if pairs:
            head = [tr("commonly confused"), tr("images"), tr("of both classes")]
            body.addWidget(figure_table(head, pairs))
        body.addStretch(1)

    def _heading(self, words: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(label(words, "title", wrap=True), stretch=1)
        report = self._models.report
        if report is not None:
            button = QPushButton(tr("Open report"))
            button.setToolTip(str(report))
            button.clicked.connect(lambda: open_with_system(report))
            row.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        return row


class DifferenceGrid(QListWidget):
    """Images that one of two models gets right."""

    def __init__(self, found: list[Difference], open_image: Callable[[Path], None]) -> None:
        super().__init__()
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(_PICTURE)
        self.setGridSize(QSize(_PICTURE.width() + 2 * GRID, _PICTURE.height() + 7 * GRID))
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        for difference in found:
            item = QListWidgetItem(f"{difference.first} → {difference.second}")
            item.setIcon(_icon(difference.thumbnail))
            item.setToolTip(
                tr(
                    "{path}\ntrue: {true}\nfirst: {first}\nsecond: {second}",
                    path=difference.path,
                    true=difference.true,
                    first=difference.first,
                    second=difference.second,
                )
            )
            item.setData(Qt.ItemDataRole.UserRole, str(difference.path))
            self.addItem(item)
        self.itemActivated.connect(lambda item: open_image(Path(item.data(Qt.ItemDataRole.UserRole))))


def _icon(thumbnail: bytes) -> QPixmap:
    pixmap = QPixmap.fromImage(QImage.fromData(thumbnail))
    if pixmap.isNull():
        return pixmap
    return pixmap.scaled(
        _PICTURE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def _short(figure: Interval) -> str:
    return f"{figure.value:.3f}  ({figure.low:.2f} – {figure.high:.2f})"
