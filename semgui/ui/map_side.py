"""Beside the map: the image that was clicked, what is chosen as a grid, and the classes to label it with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from semgui.domain.ids import ClassId, ImageId
from semgui.texts import tr
from semgui.ui.actions import Context
from semgui.ui.class_palette import ClassPalette
from semgui.ui.class_start import ClassStart
from semgui.ui.columns import ElidedLabel, label
from semgui.ui.gallery import GalleryView
from semgui.ui.group_header import GroupHeaders
from semgui.ui.map_card import picture_of
from semgui.ui.theme import GRID, Theme
from semgui.ui.tile_painter import TilePainter
from semgui.viewmodels.captions import Caption
from semgui.viewmodels.classes import tree_rows
from semgui.viewmodels.map import MapModel
from semgui.viewmodels.tiles import Tile

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_PREVIEW = QSize(120, 90)
_SIDE = 88  # edge of a thumbnail


class ChoicePainter(TilePainter):
    """Paints what is chosen as it is, and what was taken out of the choice behind a veil."""

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
        super().paint(painter, cell, tile, pixmap, current=current, chosen=False)
        if not chosen:
            painter.fillRect(cell, self._veil)


class MapSide(QWidget):
    """Shows what is chosen on the map, and takes labels for it."""

    def __init__(self, window: MainWindow, model: MapModel) -> None:
        super().__init__()
        self.setObjectName("column")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = window.session
        self._model = model
        hand, theme = window.session.hand, window.theme
        self.picture = QLabel()
        self.picture.setFixedSize(_PREVIEW)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.name, self.said, self.guessed = ElidedLabel("title"), ElidedLabel(), ElidedLabel("dim")
        self.open_button = QPushButton(tr("Open in Browse"))
        self.open_button.setToolTip(tr("Show the picture large; a double click on its point does the same"))
        self.heading = label(kind="heading")
        self.hint = label(
            tr(
                "Click on a point to see its image. Surround points with the lasso (Shift adds, Ctrl takes "
                "away) and press the key of a class: all of them get it, as one action that undo takes back."
            ),
            "dim",
            wrap=True,
        )
        painter = ChoicePainter(hand.labels, theme)
        painter.side, painter.captions = _SIDE, (Caption.CLASS,)
        gallery = window.session.gallery
        headers = GroupHeaders(gallery, hand.labels, theme)
        self.grid = GalleryView(gallery, window.session.thumbnails, window.pixmaps, painter, headers, theme)
        self.grid.set_grid(on=True)
        self.grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.grid.customContextMenuRequested.connect(
            lambda where: window.menus.show(Context.THUMBNAILS, self.grid.viewport().mapToGlobal(where))
        )
        self.classes = ClassPalette(
            window.assign, self._drop, window.session.notices.info, hand.examples, theme
        )
        session = window.session
        self.class_start = ClassStart(
            hand.classes, lambda: session.brain.classes if session.brain else (), self.setFocus
        )
        self._place()
        for part in (self.grid, self.heading, self.class_start):
            part.hide()  # until there is something to choose, they make the window no taller
        for signal in (window.session.inspector.changed, hand.examples.arrived):
            signal.connect(self.refresh)
        for signal in (model.picked_changed, hand.labels.taxonomy_changed, gallery.selection_changed):
            signal.connect(self.refresh)
        hand.labels.asked.connect(lambda _, class_id: self.classes.flash(class_id))
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.grid.set_theme(theme)
        self.classes.set_theme(theme)

    def refresh(self) -> None:
        """Show what is chosen now."""
        if not self.isVisible():
            return
        self._show_image()
        chosen, left = self._model.picked_count, self._session.gallery.selected_count
        self.heading.setText(_chosen_words(chosen, left))
        self.heading.setVisible(chosen > 0)
        self.grid.setVisible(chosen > 1)
        self.hint.setVisible(chosen <= 1)
        rows = tree_rows(self._session.labels.taxonomy)
        detail = self._session.inspector.detail
        only_one = detail is not None and chosen <= 1
        bars = detail.answer.bars if only_one and detail.answer else None
        self.classes.show_classes(
            rows,
            detail.label if only_one else None,
            {bar.class_id: bar.probability for bar in bars} if bars else None,
            enabled=self._session.labels.possible,
        )
        self.classes.setVisible(bool(rows))
        self.class_start.offer(needed=not rows)

    def showEvent(self, event: object) -> None:
        """Catch up on what happened while nobody looked."""
        super().showEvent(event)
        self.refresh()

    def _show_image(self) -> None:
        detail = self._session.inspector.detail
        there = detail is not None and detail.id is not None
        self.open_button.setEnabled(there)
        if not there:
            self.picture.clear()
            self.name.show_text(tr("No image"))
            self.said.show_text("")
            self.guessed.show_text("")
            return
        found = self._session.labels.class_of(detail.label)
        self.name.show_text(detail.path.name)
        self.said.show_text(tr("Label: {name}", name=found.name) if found else tr("Not labelled"))
        first = detail.answer.predicted if detail.answer else None
        self.guessed.show_text(tr("Model: {name}", name=first.name) if first else tr("Not classified yet."))
        jpeg = self._session.hand.examples.get(detail.id)
        pixmap = picture_of(jpeg or b"", _PREVIEW, self.devicePixelRatioF())
        if pixmap.isNull():
            self.picture.setText("…" if jpeg is None else tr("no picture"))
        else:
            self.picture.setPixmap(pixmap)

    def _drop(self, ids: Sequence[ImageId], class_id: ClassId) -> None:
        self._session.labels.set_label(ids, class_id)

    def _place(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        for part in (self.name, self.said, self.guessed):
            words.addWidget(part)
        words.addStretch(1)
        words.addWidget(self.open_button, alignment=Qt.AlignmentFlag.AlignLeft)
        top = QWidget()
        top.setSizePolicy(
            QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum
        )  # no taller than the picture
        image = QHBoxLayout(top)
        image.setContentsMargins(0, 0, 0, 0)
        image.setSpacing(GRID)
        image.addWidget(self.picture)
        image.addLayout(words, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID + 4, 2 * GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(top)
        column.addWidget(self.hint)
        column.addWidget(self.heading)
        column.addWidget(self.grid, stretch=3)
        column.addWidget(self.classes, stretch=2)
        column.addWidget(self.class_start)
        column.addStretch(0)
        self.setMinimumWidth(300)


def _chosen_words(chosen: int, left: int) -> str:
    if left != chosen and chosen > 1:
        return tr("{left:,} of {n:,} image(s) chosen", "", chosen, left=left)
    return tr("{n:,} image(s) chosen", "", chosen)
