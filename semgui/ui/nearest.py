"""The known images most like the one on screen, each with its thumbnail, class and similarity."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from semgui.domain.ids import ImageId
from semgui.domain.taxonomy import SemClass, Taxonomy
from semgui.services.nearest import Known
from semgui.texts import tr
from semgui.ui.theme import GRID, Theme

_PICTURE = QSize(64, 48)
_DOT = 8
_ROUND = 3


class NearestPanel(QWidget):
    """A row for each known image.

    Parameters
    ----------
    go_to
        Shows an image of the project that was clicked on.
    """

    def __init__(self, go_to: Callable[[ImageId], None], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._go_to = go_to
        self._theme = theme
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(GRID // 2)
        self.rows: list[KnownRow] = []

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        for row in self.rows:
            row.set_theme(theme)

    def show_known(self, known: tuple[Known, ...], taxonomy: Taxonomy) -> None:
        """Show these, the most similar first."""
        if [row.known for row in self.rows] == list(known):
            return
        for row in self.rows:
            self._rows.removeWidget(row)
            row.deleteLater()
        classes = {c.id: c for c in taxonomy}
        self.rows = [KnownRow(one, classes.get(one.class_id), self._theme) for one in known]
        for row in self.rows:
            self._rows.addWidget(row)
            if row.known.image_id is not None:
                image_id = row.known.image_id
                row.clicked.connect(lambda _=False, image_id=image_id: self._go_to(image_id))
        self.setVisible(bool(known))


class KnownRow(QToolButton):
    """One known image; can be clicked if it is one of the project."""

    def __init__(self, known: Known, sem_class: SemClass | None, theme: Theme) -> None:
        super().__init__()
        self.known = known
        self._class = sem_class
        self._theme = theme
        self._pixmap = QPixmap.fromImage(QImage.fromData(known.thumbnail))
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedHeight(_PICTURE.height() + GRID)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            tr("{name}\nsimilarity {value:.3f}", name=known.path or known.caption, value=known.similarity)
        )
        self.setAccessibleName(f"{self._name()} {known.similarity:.2f} {known.caption}")
        if known.image_id is None:
            self.setEnabled(False)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the column."""
        return QSize(240, _PICTURE.height() + GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint thumbnail, class, similarity and name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.raised))
            painter.drawRoundedRect(self.rect(), _ROUND, _ROUND)
        top = (self.height() - _PICTURE.height()) // 2
        self._paint_picture(painter, top)
        left = _PICTURE.width() + GRID
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._class.colour if self._class else self._theme.dim))
        middle = top + _PICTURE.height() // 4
        painter.drawEllipse(left, middle - _DOT // 2, _DOT, _DOT)
        metrics = painter.fontMetrics()
        value = f"{self.known.similarity:.2f}"
        room = self.width() - left - _DOT - GRID - metrics.horizontalAdvance(value) - GRID
        baseline = middle + (metrics.ascent() - metrics.descent()) // 2
        painter.setPen(QColor(self._theme.text))
        name = metrics.elidedText(self._name(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(left + _DOT + GRID // 2, baseline, name)
        painter.drawText(self.width() - metrics.horizontalAdvance(value), baseline, value)
        painter.setPen(QColor(self._theme.dim))
        caption = metrics.elidedText(
            self.known.caption, Qt.TextElideMode.ElideMiddle, self.width() - left - GRID // 2
        )
        painter.drawText(left, baseline + metrics.height() + 2, caption)

    def _paint_picture(self, painter: QPainter, top: int) -> None:
        """Fill the frame with the middle of the thumbnail."""
        if self._pixmap.isNull():
            return
        ratio = self.devicePixelRatioF()
        scaled = self._pixmap.scaled(
            _PICTURE * ratio,
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        )
        scaled.setDevicePixelRatio(ratio)
        size = scaled.deviceIndependentSize()
        painter.save()
        clip = QPainterPath()
        clip.addRoundedRect(0, top, _PICTURE.width(), _PICTURE.height(), _ROUND, _ROUND)
        painter.setClipPath(clip)
        x, y = (_PICTURE.width() - size.width()) / 2, top + (_PICTURE.height() - size.height()) / 2
        painter.drawPixmap(round(x), round(y), scaled)
        painter.restore()

    def _name(self) -> str:
        return self._class.name if self._class else str(self.known.class_id)
