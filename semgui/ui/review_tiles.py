"""Thumbnails of a queue: ticked when they are settled, and mute while one judges blind."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from semgui.ui.theme import Theme
from semgui.ui.tile_painter import TilePainter
from semgui.viewmodels.labelling import LabelModel
from semgui.viewmodels.tiles import Tile


class QueuePainter(TilePainter):
    """Paints tiles of a queue: a tick on those that are settled, and no class where one judges blind.

    Parameters
    ----------
    blind
        Whether nothing may be said now.
    settled
        Whether an image was answered.
    """

    def __init__(
        self,
        labels: LabelModel,
        theme: Theme,
        blind: Callable[[], bool],
        settled: Callable[[int], bool],
    ) -> None:
        self._blind = blind
        self._settled = settled
        super().__init__(labels, theme)

    def describe(self, tile: Tile) -> str:
        """Say in words what the tile shows."""
        return str(tile.path) if self._blind() else super().describe(tile)

    def _paint_captions(self, painter: QPainter, box: QRect, tile: Tile) -> None:
        if not self._blind():
            super()._paint_captions(painter, box, tile)

    def _paint_badges(self, painter: QPainter, box: QRect, tile: Tile) -> None:
        if not self._blind():
            super()._paint_badges(painter, box, tile)
        if self._settled(int(tile.id)):
            painter.fillRect(box, self._veil)
            self._badge(painter, box.left() + 4, box.bottom() - 20, "✓", self._accent, self._on_amber)
