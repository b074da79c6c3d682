"""A figure of the picture on screen: what it is to be like, how it will look, and the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from semgui.domain.metadata import ContrastLimits
from semgui.services.figure import (
    MM_PER_INCH,
    Figure,
    FigureOptions,
    FigureSource,
    HeatOverlay,
    figure_size,
    make_figure,
)
from semgui.services.figure_files import as_bytes, save_figure
from semgui.texts import tr
from semgui.viewmodels.heatmap import HeatmapModel
from semgui.viewmodels.look import LookModel
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.picture import Picture, PictureModel
from semgui.viewmodels.tasks import Lane, TaskRunner

_PREVIEW = 720  # pixels across


class FigureModel:
    """Makes figures of the picture on screen, with the contrast and the heatmap that it has there.

    Attributes
    ----------
    options
        What the user chose; contrast and heatmap are those of the screen when a figure is made.
    with_heat
        Whether the heatmap comes along, if there is one on screen.
    preview
        (h, w) or (h, w, 3) uint8, in the proportions of the figure; ``None`` before the first.
    size_words
        Size of the figure in pixels and on paper.
    error
        Why there can be no such figure.
    """

    changed = Signal()

    def __init__(
        self,
        runner: TaskRunner,
        notices: Notices,
        picture: PictureModel,
        look: LookModel,
        heatmap: HeatmapModel,
    ) -> None:
        self._runner = runner
        self._notices = notices
        self._picture = picture
        self._look = look
        self._heatmap = heatmap
        self._ticket = 0
        self._colours: NDArray[np.float64] = np.zeros((2, 3))
        self._opacity = 0.5
        self._words = ""
        self.options = FigureOptions()
        self.with_heat = True
        self.preview: NDArray[np.uint8] | None = None
        self.size_words = ""
        self.error = ""

    @property
    def possible(self) -> bool:
        """Whether there is a picture on screen."""
        return self._shown is not None

    @property
    def has_scale(self) -> bool:
        """Whether the picture tells its pixel size."""
        return self._shown is not None and self._shown.pixel_size_nm is not None

    @property
    def has_heat(self) -> bool:
        """Whether a heatmap lies over the picture."""
        return self._heatmap.on and self._heatmap.heat is not None

    @property
    def name(self) -> str:
        """A name for the file, without suffix."""
        return "figure" if self._shown is None else f"{self._shown.path.stem}-figure"

    def set_heat_look(self, colours: NDArray[np.float64], opacity: float, words: str) -> None:
        """Say how the heatmap is shown on screen; (n, 3 or 4) colours in [0, 1]."""
        self._colours, self._opacity, self._words = colours[:, :3], opacity, words

    def change(self, **options: Any) -> None:
        """Change options, by their names in `FigureOptions`; the preview follows."""
        self.options = replace(self.options, **options)
        self.refresh()

    def refresh(self) -> None:
        """Make the preview anew."""
        self._ticket += 1
        ticket, picture = self._ticket, self._shown
        if picture is None:
            self.preview, self.error = None, tr("There is no picture on screen.")
            self.changed.emit()
            return
        wanted = self._as_on_screen()

        def work() -> tuple[NDArray[np.uint8], str] | None:
            return _preview(picture, wanted) if ticket == self._ticket else None

        def done(found: tuple[NDArray[np.uint8], str] | None) -> None:
            if found is not None and ticket == self._ticket:
                (self.preview, self.size_words), self.error = found, ""
                self.changed.emit()

        def failed(error: Exception) -> None:
            if ticket == self._ticket:
                self.error = str(error)
                self.changed.emit()

        self._runner.run(Lane.PICTURE, work, done, failed)

    def save(self, path: Path) -> None:
        """Write the figure; what came of it is said in the window."""
        picture, wanted = self._shown, self._as_on_screen()
        if picture is None:
            return

        def work() -> Figure:
            figure = make_figure(_source(picture), wanted)
            save_figure(figure, path)
            return figure

        self._runner.run(
            Lane.READ,
            work,
            lambda _: self._notices.info(tr("Figure written to {path}", path=path)),
            lambda error: self._notices.failed(tr("The figure was not written"), error),
        )

    def draw(self, done: Callable[[NDArray[np.uint8]], None], *, scale_bar: bool) -> None:
        """Hand the picture to `done`, at its own size and as displayed, with or without a scale bar."""
        picture = self._shown
        if picture is None:
            return
        wanted = replace(self._as_on_screen(), width_mm=None, scale_bar=scale_bar, text="")
        self._runner.run(
            Lane.PICTURE,
            lambda: as_bytes(make_figure(_source(picture), wanted).drawn()),
            done,
            lambda error: self._notices.failed(tr("The picture was not copied"), error),
        )

    @property
    def _shown(self) -> Picture | None:
        return None if self._picture.loading else self._picture.shown

    def _as_on_screen(self) -> FigureOptions:
        look, heat = self._look.look, self._heatmap.heat
        options = self.options
        if look is not None:
            limits = ContrastLimits(look.low, look.high)
            options = replace(options, contrast=limits, gamma=look.gamma, inverted=look.inverted)
        if self.with_heat and self.has_heat and heat is not None:
            overlay = HeatOverlay(heat, self._colours, self._opacity, self._words)
            options = replace(options, heat=overlay)
        return options


def _preview(picture: Picture, wanted: FigureOptions) -> tuple[NDArray[np.uint8], str]:
    """Return the figure at fewer dots per inch, and the size that it will have.

    Raises
    ------
    UsageError
        There can be no such figure.
    """
    source = _source(picture)
    rows, columns = figure_size(source, wanted)
    across = columns / wanted.dpi * MM_PER_INCH
    words = tr(
        "{columns} × {rows} pixels, {across:.1f} × {down:.1f} mm",
        columns=columns,
        rows=rows,
        across=across,
        down=rows / wanted.dpi * MM_PER_INCH,
    )
    # The same figure with fewer pixels: everything on it keeps its proportions.
    scale = min(1.0, _PREVIEW / columns)
    letters = wanted.text_pt / 72 * wanted.dpi if wanted.width_mm is not None else max(9.0, columns / 40)
    dpi = 100
    small = replace(
        wanted,
        width_mm=columns * scale / dpi * MM_PER_INCH,
        dpi=dpi,
        text_pt=min(max(letters * scale / dpi * 72, 3), 72),
    )
    return as_bytes(make_figure(source, small).drawn()), words


def _source(picture: Picture) -> FigureSource:
    return FigureSource(
        picture.path, picture.pixels, picture.contrast, picture.databar_row, picture.pixel_size_nm
    )
