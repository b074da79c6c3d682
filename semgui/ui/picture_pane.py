"""The middle: the picture, what stands over it, and the lines under it."""

from __future__ import annotations

import time

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from semgui.settings import WindowSettings
from semgui.texts import tr
from semgui.ui.canvas import PictureCanvas
from semgui.ui.canvas_tools import CanvasTools
from semgui.ui.columns import ElidedLabel, label
from semgui.ui.compare_pane import ComparePane
from semgui.ui.contrast_bar import ContrastBar
from semgui.ui.crop_bar import CropBar
from semgui.ui.heat_bar import HeatBar
from semgui.ui.picture_overlay import PictureOverlay
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.picture import Picture
from semgui.viewmodels.session import Session

_SOON_MS = 120  # a picture that comes sooner needs no word about it
_LONG_SECONDS = 2.0  # from then on the seconds are told: it goes on
_LARGE_MEGAPIXELS = 20


class PicturePane(QWidget):
    """Canvas with the picture of a session, its heatmap, ruler and crop line, and the controls of these.

    Attributes
    ----------
    heat_bar
        Controls of the heatmap; the window places them where the picture need not move for them.
    keep_view
        Whether zoom and place stay from picture to picture; else every picture is fitted in.
    menu_asked
        A context menu was asked for, at a place of the screen.
    """

    menu_asked = Signal(QPoint)

    def __init__(
        self, session: Session, settings: WindowSettings, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._on_canvas: Picture | None = None
        self.keep_view = settings.keep_view
        self.canvas = PictureCanvas(theme)
        self.overlay = PictureOverlay(self.canvas, session.ruler)
        self.tools = CanvasTools(self.canvas, session.ruler, session.crop)
        self.message = _Floating(self.canvas)
        self.message.setWordWrap(True)
        self.state = _Floating(self.canvas)
        self.facts = ElidedLabel("dim")
        self.zoom = label("", "dim")
        self.heat_bar = HeatBar(session.heatmap, self.canvas, settings.heatmap_opacity)
        self.contrast_bar = ContrastBar(session.look, theme)
        self.crop_bar = CropBar(session.crop, theme)
        self.compare = ComparePane(session.compare, session.labels, theme)
        self._waiting = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._waiting.timeout.connect(self._show_state)
        self._counting = QTimer(self, interval=1000)
        self._counting.timeout.connect(self._show_state)
        self._waits_since = 0.0
        self._place_parts()
        self._follow()
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for part in (self.canvas, self.contrast_bar, self.crop_bar, self.compare):
            part.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the words in their places."""
        super().resizeEvent(event)
        self._place()

    def toggle_keep_view(self) -> None:
        """Keep zoom and place from picture to picture, or fit every picture in."""
        self.keep_view = not self.keep_view
        if not self.keep_view:
            self.canvas.fit()

    def toggle_contrast(self) -> None:
        """Show the controls of the contrast, or put them away."""
        self.contrast_bar.setVisible(not self.contrast_bar.isVisible())

    def refresh(self) -> None:
        """Show the picture as it is."""
        session = self._session
        shown, look = session.picture.shown, session.look.look
        if shown is not self._on_canvas:
            self._on_canvas = shown
            if shown is None or look is None:
                self.canvas.clear()
            else:
                self.canvas.show_picture(shown, look, keep_view=self.keep_view)
        detail = session.inspector.detail
        facts = [detail.facts] if detail else []
        if shown is not None and detail is not None and shown.path == detail.path:
            facts += shown.notes
        self.facts.show_text(" · ".join(f for f in facts if f))
        self.message.show_text(self._bad_news())
        self._show_heat()
        self._show_zoom()

    def _bad_news(self) -> str:
        error, detail = self._session.picture.error, self._session.inspector.detail
        if not error:
            return ""
        return tr("{name} cannot be read:\n{error}", name=detail.path.name if detail else "", error=error)

    def _show_compare(self) -> None:
        """Show one picture or several."""
        self._middle.setCurrentWidget(self.compare if self._session.compare.on else self.canvas)

    def _show_look(self) -> None:
        look = self._session.look.look
        if look is not None and self._on_canvas is self._session.picture.shown:
            self.canvas.show_look(look)

    def _show_crop(self) -> None:
        if self._on_canvas is not None:
            self.canvas.show_crop_row(self._session.crop.row)

    def _show_heat(self) -> None:
        heatmap, picture = self._session.heatmap, self._session.picture
        heat = heatmap.heat
        if heat is not None and picture.shown is not None and not picture.loading:
            self.canvas.show_heat(heat)
            self.overlay.show_legend(self.heat_bar.legend)
        else:
            self.canvas.heat.hide()
            self.overlay.show_legend("")
        if heatmap.computing or (picture.loading and not picture.error):
            if not self.state.isVisible() and not self._waiting.isActive():
                self._waiting.start()
                self._counting.start()
                self._waits_since = time.monotonic()
        else:
            self._waiting.stop()
            self._counting.stop()
            self.state.show_text("")
        if self.state.isVisible():
            self._show_state()
        self._place()

    def _show_state(self) -> None:
        """Say what is waited for."""
        picture = self._session.picture
        if picture.loading and not picture.error:
            size = picture.wanted.size if picture.wanted else (0, 0)
            self.state.show_text(_loading_words(size, time.monotonic() - self._waits_since))
        elif self._session.heatmap.computing:
            self.state.show_text(tr("computing heatmap…"))
        else:
            self.state.show_text("")

    def _show_zoom(self) -> None:
        shown = self._on_canvas is not None
        self.zoom.setText(f"{100 * self.canvas.view.zoom:.3g} %" if shown else "")

    def _follow(self) -> None:
        session = self._session
        session.picture.changed.connect(self.refresh)
        session.heatmap.changed.connect(self._show_heat)
        session.inspector.changed.connect(self.refresh)
        session.look.changed.connect(self._show_look)
        session.crop.changed.connect(self._show_crop)
        session.compare.changed.connect(self._show_compare)
        self.canvas.view_changed.connect(self._show_zoom)
        self.tools.faded.connect(self.heat_bar.fade)
        self.tools.menu_asked.connect(self.menu_asked)
        self.compare.menu_asked.connect(self.menu_asked)
        self.heat_bar.colours_chosen.connect(self.overlay.set_colours)

    def _place_parts(self) -> None:
        line = QWidget()
        line.setObjectName("column")
        row = QHBoxLayout(line)
        row.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        row.addWidget(self.facts, stretch=1)
        row.addWidget(self.zoom)
        self.zoom.setToolTip(tr("Pixels of the screen for a pixel of the image"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.canvas)
        self._middle.addWidget(self.compare)
        layout.addWidget(self._middle, stretch=1)
        for part in (self.crop_bar, self.contrast_bar, line):
            layout.addWidget(part)

    def _place(self) -> None:
        self.state.move(2 * GRID, 2 * GRID)
        width = min(self.canvas.width() - 4 * GRID, 480)
        self.message.setFixedWidth(max(width, 120))
        self.message.adjustSize()
        centre = self.canvas.rect().center() - self.message.rect().center()
        self.message.move(centre)


def _loading_words(size: tuple[int, int], seconds: float) -> str:
    megapixels = size[0] * size[1] / 1e6
    words = tr("loading…")
    if megapixels >= _LARGE_MEGAPIXELS:
        words = tr("loading {megapixels:.0f} megapixels…", megapixels=megapixels)
    return words if seconds < _LONG_SECONDS else tr("{words} {n} s", words=words, n=int(seconds))


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
