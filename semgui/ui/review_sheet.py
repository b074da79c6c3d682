"""Thirty images at a time: a click says that one is wrong, one key that all others are right."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from semgui.texts import tr
from semgui.ui.columns import ElidedLabel, restyle
from semgui.ui.gallery import GalleryView
from semgui.ui.group_header import GroupHeaders
from semgui.ui.pixmaps import PixmapCache
from semgui.ui.theme import GRID, Theme
from semgui.ui.tile_painter import PAD, TilePainter
from semgui.viewmodels.labelling import LabelModel
from semgui.viewmodels.review_sheet import AT_ONCE, SheetModel
from semgui.viewmodels.session import Session
from semgui.viewmodels.tiles import Tile

_CROSS = 26  # pixels
_LEAST, _MOST = 72, 400  # pixels of a picture's side
_FEWEST_COLUMNS, _MOST_COLUMNS = 5, 10
_STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class SheetPainter(TilePainter):
    """Paints tiles as what a confirmation would say of them; those found wrong are crossed out."""

    def __init__(self, labels: LabelModel, theme: Theme, sheet: SheetModel) -> None:
        self._sheet = sheet
        super().__init__(labels, theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        super().set_theme(theme)
        self._danger_pen = QPen(QColor(theme.danger), 4)
        self._cross_pen = QPen(QColor(theme.window), 3)

    def paint(
        self,
        painter: QPainter,
        cell: QRect,
        tile: Tile | None,
        pixmap: QPixmap | None,
        *,
        current: bool,
        chosen: bool,
    ) -> None:
        """Paint one tile."""
        said = self._sheet.as_said(tile) if tile is not None else None
        super().paint(painter, cell, said, pixmap, current=False, chosen=False)

    def cross_out(self, painter: QPainter, cell: QRect) -> None:
        """Say that a tile is wrong."""
        box = self.picture_box(cell)
        painter.setPen(self._danger_pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(2, 2, -2, -2))
        ground = QRect(box.left(), box.top(), _CROSS, _CROSS)
        painter.fillRect(ground, self._danger)
        painter.setPen(self._cross_pen)
        inner = ground.adjusted(7, 7, -7, -7)  # in the corner: the picture may be looked at once more
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())


class SheetView(GalleryView):
    """The images of a `SheetModel`, as large as all of them can be.

    A click, or Space where the arrows have led, says that an image is wrong, and once more that it is not.
    """

    def __init__(self, session: Session, sheet: SheetModel, pixmaps: PixmapCache, theme: Theme) -> None:
        self._sheet = sheet
        self._cursor = -1  # row that the arrows have led to
        painter = SheetPainter(session.labels, theme, sheet)
        headers = GroupHeaders(session.gallery, session.labels, theme)
        super().__init__(session.gallery, session.thumbnails, pixmaps, painter, headers, theme)
        self.setAccessibleName(tr("Images to confirm"))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.set_grid(on=True)
        sheet.changed.connect(self._follow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the pictures as large as they can be."""
        self.painter.side = self._best_side()
        super().resizeEvent(event)
        self.restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tiles, and what was said of them here."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = self._gallery.selected
        for row in range(min(len(selected), self._gallery.ids.size)):
            if selected[row]:
                self.painter.cross_out(painter, self.rect_of(row))
        if 0 <= self._cursor < self._gallery.ids.size and self.hasFocus():
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect_of(self._cursor)).adjusted(2, 2, -2, -2), 4, 4)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Say that an image is wrong, or that it is not."""
        row = self.row_at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and row >= 0:
            self._cursor = row
            self._sheet.toggle(row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag nothing: a click that slips is a click."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """All was done when the button went down."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second click like the first."""
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from image to image with the arrows, and choose with Space."""
        count = self._gallery.ids.size
        step = _STEPS.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Space and 0 <= self._cursor < count:
            self._sheet.toggle(self._cursor)
        elif step is not None and count:
            columns = max(1, self.viewport().width() // max(1, self.layout_.tile_width))
            target = self._cursor + step[0] + columns * step[1] if self._cursor >= 0 else 0
            self._cursor = target if 0 <= target < count else self._cursor
            self.viewport().update()
        else:
            event.ignore()

    def _follow(self) -> None:
        self._cursor = min(self._cursor, self._gallery.ids.size - 1)
        self.viewport().update()

    def _best_side(self) -> int:
        """Return the largest side at which thirty pictures are in view."""
        area = self.viewport().size()
        words = self.painter.tile_size().height() - self.painter.side
        sides = [
            min(area.width() // columns - 2 * PAD, area.height() // math.ceil(AT_ONCE / columns) - words)
            for columns in range(_FEWEST_COLUMNS, _MOST_COLUMNS + 1)
        ]
        return min(max(_LEAST, *sides), _MOST)


class ReviewSheet(QWidget):
    """The sheet under a line that says what to do with it."""

    def __init__(self, session: Session, pixmaps: PixmapCache, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sheet: SheetModel = session.sheet
        self.view = SheetView(session, self._sheet, pixmaps, theme)
        self.words = ElidedLabel("dim")
        self.confirm = QPushButton()
        self.confirm.setObjectName("primary")
        self.confirm.clicked.connect(self._sheet.confirm)
        self.turn = QPushButton(tr("Pass over"))
        self.turn.setToolTip(tr("Show the next thirty without saying anything about these"))
        self.turn.clicked.connect(self._sheet.turn)
        self.aside = QPushButton()
        self.aside.setToolTip(tr("Show them one by one, to say what they are"))
        self.aside.clicked.connect(lambda: self._sheet.show(on=False))
        for button in (self.confirm, self.turn, self.aside):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bar = QWidget()
        bar.setObjectName("column")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.words, stretch=1)
        for button in (self.aside, self.turn, self.confirm):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.view, stretch=1)
        self._sheet.changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.view.set_theme(theme)

    def refresh(self) -> None:
        """Show the numbers as they are."""
        sheet = self._sheet
        right, wrong, aside = len(sheet.right), len(sheet.wrong), len(sheet.aside)
        restyle(self.words, "warning" if wrong else "dim")
        if wrong:
            said = tr(
                "{n} wrong: a class key says what they are, or they are put aside for later.", "", wrong
            )
        else:
            said = tr("Click what is not what it is said to be; then confirm the rest.")
        self.words.show_text(said)
        words = tr("Confirm the other {n}", "", right) if wrong else tr("Confirm all {n}", "", right)
        self.confirm.setText(words if right else tr("Go on"))
        self.aside.setVisible(bool(aside))
        self.aside.setText(tr("Relabel {n} put aside", "", aside))
