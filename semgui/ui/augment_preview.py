"""What training would see of the picture on screen: a few changed copies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from semgui.texts import tr
from semgui.ui.theme import GRID
from semgui.viewmodels.picture import PictureModel
from semgui.viewmodels.training import TrainingModel
from trainer.augment.params import AugmentParams

_COLUMNS, _ROWS = 4, 1
_EDGE = 72


class AugmentPreview(QWidget):
    """A row of changed copies; nothing while no picture is open."""

    def __init__(self, training: TrainingModel, picture: PictureModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training = training
        self._picture = picture
        self._params: AugmentParams | None = None
        self._wanted: object = None
        self.pixmaps: list[QPixmap] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_EDGE)
        self.setToolTip(tr("The picture on screen as training would see it"))
        self.setAccessibleName(tr("Changed copies of the picture"))
        picture.changed.connect(self._follow)

    def show_changes(self, params: AugmentParams) -> None:
        """Show what these changes do."""
        self._params = params
        self._follow()

    def showEvent(self, event: object) -> None:
        """Ask for the copies of the picture that is open now."""
        super().showEvent(event)
        self._ask()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the copies beside each other."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        edge = min(self.height(), (self.width() - (_COLUMNS - 1) * GRID // 2) // _COLUMNS)
        for column, pixmap in enumerate(self.pixmaps):
            painter.drawPixmap(column * (edge + GRID // 2), 0, edge, edge, pixmap)
        painter.end()

    def _follow(self) -> None:
        if self.isVisible():
            self._ask()

    def _ask(self) -> None:
        picture, params = self._picture.shown, self._params
        if picture is None or params is None or self._wanted == (picture.path, params):
            return
        self._wanted = wanted = (picture.path, params)

        def show(copies: NDArray[np.uint8]) -> None:
            if self._wanted == wanted:
                self.pixmaps = [_pixmap(copy) for copy in copies]
                self.update()

        self._training.preview(picture, params, _COLUMNS * _ROWS, show)


def _pixmap(grey: NDArray[np.uint8]) -> QPixmap:
    height, width = grey.shape
    kept = np.ascontiguousarray(grey)
    return QPixmap.fromImage(QImage(kept.data, width, height, width, QImage.Format.Format_Grayscale8).copy())
