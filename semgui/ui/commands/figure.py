"""The picture as a figure: into a file, or onto the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QGuiApplication

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo, Context
from semgui.ui.canvas_heat import heat_colours
from semgui.ui.figure_dialog import FigureDialog, as_image

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what makes figures."""
    figure = w.session.figure
    menu = "Edit/" + mark("Copy picture")

    def possible() -> bool:
        return w.has_image() and figure.possible

    return (
        ActionInfo(
            "file.figure",
            tr("Export figure…"),
            "File",
            lambda: _open(w),
            ("Ctrl+Shift+E",),
            "image_outline",
            enabled=possible,
            context=(Context.PICTURE,),
            tip=tr("PNG, TIFF or SVG at its size on paper, with a scale bar"),
        ),
        ActionInfo(
            "edit.copy_picture",
            tr("Copy picture with scale bar"),
            menu,
            lambda: _copy(w, scale_bar=True),
            ("Ctrl+Alt+C",),
            enabled=possible,
            context=(Context.PICTURE,),
            tip=tr("As displayed, at its own size, without the databar"),
        ),
        ActionInfo(
            "edit.copy_plain",
            tr("Copy picture"),
            menu,
            lambda: _copy(w, scale_bar=False),
            ("Ctrl+Alt+Shift+C",),
            enabled=possible,
            tip=tr("As displayed, at its own size, without databar and scale bar"),
        ),
    )


def _tell_heat(w: MainWindow) -> None:
    bar = w.pane.heat_bar
    w.session.figure.set_heat_look(
        heat_colours(bar.colours.currentText()), bar.opacity.value() / 100, bar.legend
    )


def _open(w: MainWindow) -> None:
    _tell_heat(w)
    for open_one in w.findChildren(FigureDialog):
        open_one.raise_()
        open_one.activateWindow()
        return
    dialog = FigureDialog(w.session.figure, w)
    session = w.session
    signals = (session.picture.changed, session.look.changed, session.heatmap.changed)

    def refresh() -> None:
        _tell_heat(w)
        dialog.refresh()

    def leave() -> None:
        for signal in signals:
            signal.disconnect(refresh)

    for signal in signals:
        signal.connect(refresh)
    dialog.finished.connect(leave)
    dialog.show()


def _copy(w: MainWindow, *, scale_bar: bool) -> None:
    _tell_heat(w)

    def put(drawn: NDArray[np.uint8]) -> None:
        QGuiApplication.clipboard().setImage(as_image(drawn))
        w.status.say(tr("Copied {columns} × {rows} pixels.", columns=drawn.shape[1], rows=drawn.shape[0]))

    w.session.figure.draw(put, scale_bar=scale_bar)
