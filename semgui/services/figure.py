"""A picture as a figure for print: cropped, with the contrast of the screen, a scale bar and its origin.

The figure is made in grey values from 0 to 1 and becomes 8 or 16 bit last, so that the bar, a heatmap and
every format go the same way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from semgui.catalogue.images import ImageStore
from semgui.catalogue.project import Project
from semgui.domain.errors import UsageError
from semgui.domain.metadata import ContrastLimits
from semgui.imaging.analyse import analyse
from semgui.imaging.levels import halved_copies, resampled
from semgui.imaging.limits import DecodeLimits
from semgui.services.figure_marks import Ink, Lettering, ScaleBar, scale_bar, stamped

Corner = Literal["lower right", "lower left", "upper right", "upper left"]
CORNERS: tuple[Corner, ...] = get_args(Corner)
MM_PER_INCH = 25.4
_MOST_PIXELS = 120_000_000
_VERY_MANY = 40_000_000  # pixels of a source that is not turned into floats as a whole
_MOST_DPI = 2400
_STRONGEST = 0.65  # opacity of a heatmap where it is 1: the picture stays visible below it
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # in XML, or as UTF-8


@dataclass(frozen=True, slots=True)
class HeatOverlay:
    """A heatmap to lie over the figure.

    Parameters
    ----------
    heat
        (h, w) float in [0, 1] over the whole picture, databar included.
    colours
        (n, 3) float in [0, 1] from least to most.
    opacity
        Where the heatmap is 1.
    words
        What it shows, for the record in the file.
    """

    heat: NDArray[np.float32]
    colours: NDArray[np.float64]
    opacity: float = _STRONGEST
    words: str = ""


@dataclass(frozen=True, slots=True)
class FigureSource:
    """The picture that a figure is made of.

    Parameters
    ----------
    path
        For the record in the file.
    pixels
        (H, W) grey; uint8, uint16 or float32.
    contrast
        Grey values shown as black and white, unless the options say otherwise.
    databar_row
        First row of the databar, or ``None``.
    pixel_size_nm
        ``None``: there can be no scale bar.
    """

    path: Path
    pixels: NDArray[Any]
    contrast: ContrastLimits
    databar_row: int | None = None
    pixel_size_nm: float | None = None


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """What the figure is to be like.

    Parameters
    ----------
    width_mm
        Width on paper; ``None``: one pixel of the picture is one of the figure.
    dpi
        Pixels per inch on paper.
    keep_databar
        Whether the databar stays.
    contrast
        Grey values shown as black and white; ``None``: automatic.
    gamma
        Below 1 the dark parts are brighter.
    inverted
        Black and white change places.
    scale_bar
        Whether a bar of a round length is drawn.
    corner
        Where it stands.
    text
        Letters in the corner at the upper left ("a", "Nanowires").
    text_pt
        Height of the letters in points on paper; with 1:1, in proportion to the picture.
    sixteen_bit
        TIFF and PNG keep 16 bits; a heatmap makes it 8.
    heat
        Lies over the picture.
    """

    width_mm: float | None = 85.0
    dpi: int = 300
    keep_databar: bool = False
    contrast: ContrastLimits | None = None
    gamma: float = 1.0
    inverted: bool = False
    scale_bar: bool = True
    corner: Corner = "lower right"
    text: str = ""
    text_pt: float = 8.0
    sixteen_bit: bool = False
    heat: HeatOverlay | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure before it is a file.

    Parameters
    ----------
    picture
        (h, w) or (h, w, 3) float32 in [0, 1], nothing drawn on it.
    dpi
        On paper.
    bar
        The scale bar; ``None``: there is none, or no pixel size.
    letterings
        Where the bar's length and the text stand.
    record
        What the figure shows: source, pixel size, contrast; goes into the file.
    sixteen_bit
        How it is kept.
    """

    picture: NDArray[np.float32]
    dpi: int
    bar: ScaleBar | None
    letterings: tuple[Lettering, ...]
    record: dict[str, Any] = field(default_factory=dict)
    sixteen_bit: bool = False

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height on paper."""
        rows, columns = self.picture.shape[:2]
        return columns / self.dpi * MM_PER_INCH, rows / self.dpi * MM_PER_INCH

    def drawn(self) -> NDArray[np.float32]:
        """Return the picture with bar and letters burnt in."""
        return stamped(self.picture, self.bar, self.letterings)


def read_source(
    path: Path,
    *,
    project: Project | None = None,
    pixel_size_nm: float | None = None,
    limits: DecodeLimits | None = None,
) -> FigureSource:
    """Read the picture that a figure is to be made of.

    Parameters
    ----------
    project
        Where the user may have placed the crop line.
    pixel_size_nm
        Holds instead of what the file says.
    limits
        Size beyond which a picture is refused.

    Raises
    ------
    UnreadableImageError
        The picture cannot be read.
    UsageError
        The pixel size makes no sense.
    """
    if pixel_size_nm is not None and not 1e-3 <= pixel_size_nm <= 1e9:
        raise UsageError(f"a pixel is between 0.001 nm and 1 m wide, not {pixel_size_nm:g} nm.")
    record = None if project is None else ImageStore(project).by_path(path)
    placed = record.databar if record is not None and record.databar.source == "user" else None
    with analyse(path, databar=placed, limits=limits or DecodeLimits()) as found:
        return FigureSource(
            path,
            found.pixels,
            found.contrast,
            found.databar.row,
            pixel_size_nm or found.info.metadata.pixel_size_nm,
        )


def make_figure(source: FigureSource, options: FigureOptions) -> Figure:
    """Make a figure of a picture.

    Raises
    ------
    UsageError
        The figure would be too large, or its measures make no sense.
    """
    size = figure_size(source, options)
    above = source.pixels if options.keep_databar else source.pixels[: source.databar_row]
    rows, columns = above.shape
    picture = _bright(above, options.contrast or source.contrast, options, size)
    if options.heat is not None:
        picture = _with_heat(picture, options.heat, rows / len(source.pixels))
    pixel_nm = None if source.pixel_size_nm is None else source.pixel_size_nm * columns / size[1]
    letters = options.text_pt / 72 * options.dpi if options.width_mm is not None else max(9.0, columns / 40)
    bar, letterings = None, []
    if options.scale_bar and pixel_nm is not None:
        bar = scale_bar(picture, pixel_nm, letters, options.corner)
        letterings.append(bar.lettering)
    if options.text:
        place = (letters * 0.6, letters * 0.5)
        letterings.append(Lettering(options.text, place, letters * 1.2, Ink.for_corner(picture)))
    record = _record(source, options, pixel_nm, bar)
    sixteen = options.sixteen_bit and picture.ndim == 2
    return Figure(picture, options.dpi, bar, tuple(letterings), record, sixteen)


def figure_size(source: FigureSource, options: FigureOptions) -> tuple[int, int]:
    """Return rows and columns that the figure will have.

    Raises
    ------
    UsageError
        It would be too large, or its measures make no sense.
    """
    _check(options)
    rows, columns = source.pixels.shape
    if not options.keep_databar and source.databar_row is not None:
        rows = source.databar_row
    size = (rows, columns)
    if options.width_mm is not None:
        width = max(1, round(options.width_mm / MM_PER_INCH * options.dpi))
        size = (max(1, round(width * rows / columns)), width)
    if size[0] * size[1] > _MOST_PIXELS:
        raise UsageError(
            f"the figure would have {size[1]} × {size[0]} pixels; "
            "choose a smaller width or fewer dots per inch."
        )
    return size


def _check(options: FigureOptions) -> None:
    if options.width_mm is not None and not 5 <= options.width_mm <= 2000:
        raise UsageError(f"a figure is between 5 and 2000 mm wide, not {options.width_mm:g}.")
    if not 30 <= options.dpi <= _MOST_DPI:
        raise UsageError(f"a figure has between 30 and {_MOST_DPI} dots per inch, not {options.dpi}.")
    if _UNWRITABLE.search(options.text):
        raise UsageError(f"the letters {options.text!r} hold characters that cannot be shown.")
    if not 3 <= options.text_pt <= 72:
        raise UsageError(f"letters are between 3 and 72 points high, not {options.text_pt:g}.")


def _bright(
    pixels: NDArray[Any], limits: ContrastLimits, options: FigureOptions, size: tuple[int, int]
) -> NDArray[np.float32]:
    """Return brightness in [0, 1] at the wanted size; averaged before the contrast, as on the screen."""
    if pixels.size > _VERY_MANY and size[0] < pixels.shape[0]:
        pixels = resampled(halved_copies(pixels), (0, 0, pixels.shape[1], pixels.shape[0]), size)
    picture = pixels.astype(np.float32)
    if pixels.dtype.kind == "f":
        picture = np.nan_to_num(picture, nan=limits.low, posinf=limits.high, neginf=limits.low)
    if size != pixels.shape:
        larger = size[0] > pixels.shape[0]
        way = Image.Resampling.BICUBIC if larger else Image.Resampling.HAMMING
        picture = np.asarray(Image.fromarray(picture).resize((size[1], size[0]), way))
    picture = np.clip((picture - np.float32(limits.low)) / np.float32(limits.high - limits.low), 0, 1)
    if options.gamma != 1:
        picture = picture ** np.float32(options.gamma)
    return np.asarray(1 - picture if options.inverted else picture, np.float32)


def _with_heat(picture: NDArray[np.float32], overlay: HeatOverlay, shown: float) -> NDArray[np.float32]:
    rows, columns = picture.shape
    heat = overlay.heat[: max(1, round(shown * len(overlay.heat)))]
    heat = np.asarray(
        Image.fromarray(np.ascontiguousarray(heat, np.float32)).resize(
            (columns, rows), Image.Resampling.BILINEAR
        )
    )
    heat = np.clip(heat, 0, 1)
    colours = overlay.colours[np.rint(heat * (len(overlay.colours) - 1)).astype(int)].astype(np.float32)
    weight = (heat * overlay.opacity)[..., None]
    return np.asarray(picture[..., None] * (1 - weight) + colours * weight, np.float32)


def _record(
    source: FigureSource, options: FigureOptions, pixel_nm: float | None, bar: ScaleBar | None
) -> dict[str, Any]:
    limits = options.contrast or source.contrast
    record: dict[str, Any] = {
        "software": "SEMGui",
        "source": _UNWRITABLE.sub(lambda found: ascii(found[0])[1:-1], source.path.name),
        "source_pixel_size_nm": source.pixel_size_nm,
        "figure_pixel_size_nm": pixel_nm,
        "black": limits.low,
        "white": limits.high,
        "gamma": options.gamma,
        "inverted": options.inverted,
        "databar": "kept" if options.keep_databar or source.databar_row is None else "cropped",
    }
    if bar is not None:
        record["scale_bar"] = bar.lettering.text
    if options.heat is not None:
        record["heatmap"] = options.heat.words
    return record
