"""``semgui figure``: a picture as a figure for print."""

from __future__ import annotations

import math
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import friendly

if TYPE_CHECKING:
    from semgui.catalogue.project import Project
    from semgui.imaging.limits import DecodeLimits
    from semgui.services.figure import HeatOverlay


@friendly
def figure(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A TIFF, PNG, JPEG or BMP picture.")],
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="Figure to write: .png, .tif or .svg.")],
    width_mm: Annotated[float, typer.Option(help="Width on paper.")] = 85.0,
    dpi: Annotated[int, typer.Option(help="Dots per inch on paper.")] = 300,
    one_to_one: Annotated[
        bool, typer.Option("--one-to-one", help="A pixel of the picture is a pixel of the figure.")
    ] = False,
    keep_databar: Annotated[bool, typer.Option("--keep-databar", help="Do not crop the databar.")] = False,
    no_scale_bar: Annotated[bool, typer.Option("--no-scale-bar", help="Draw no scale bar.")] = False,
    corner: Annotated[
        str,
        typer.Option(help="Where the scale bar stands: lower right, lower left, upper right, upper left."),
    ] = "lower right",
    pixel_size: Annotated[
        float | None,
        typer.Option(
            help="Edge of a pixel in nm, where the file does not say it.", show_default="the file's"
        ),
    ] = None,
    contrast: Annotated[
        tuple[float, float] | None,
        typer.Option(
            metavar="LOW HIGH", help="Grey values shown as black and white.", show_default="automatic"
        ),
    ] = None,
    gamma: Annotated[float, typer.Option(help="Below 1 the dark parts are brighter.", min=0.1, max=10)] = 1.0,
    invert: Annotated[bool, typer.Option("--invert", help="Show black as white.")] = False,
    text: Annotated[str, typer.Option(help="Letters in the upper left corner.")] = "",
    text_pt: Annotated[float, typer.Option(help="Height of the letters in points.")] = 8.0,
    sixteen_bit: Annotated[
        bool, typer.Option("--16-bit", help="Keep 16 bits a pixel (.tif, .png without heatmap).")
    ] = False,
    heatmap: Annotated[
        bool, typer.Option("--heatmap", help="Lay over it what speaks for the predicted class.")
    ] = False,
    model: Annotated[
        str | None, typer.Option(help="Model of the heatmap.", show_default="from the settings")
    ] = None,
    project: Annotated[
        Path | None,
        typer.Option("--project", "-p", help="A project whose crop line holds.", show_default=False),
    ] = None,
) -> None:
    """Make a figure of a picture: cropped, with a scale bar, at a size on paper.

    Source, pixel size and contrast are written into the file.
    """
    from semgui.catalogue.project import open_project
    from semgui.domain.errors import UsageError
    from semgui.domain.metadata import ContrastLimits
    from semgui.services.figure import CORNERS, FigureOptions, make_figure, read_source
    from semgui.services.figure_files import check_figure_path, save_figure
    from semgui.settings import load_settings

    check_figure_path(out)
    if out.exists() and image.exists() and out.samefile(image):
        raise UsageError(f"{out}: a figure never replaces its source; choose another name.")
    if corner not in CORNERS:
        raise UsageError(f"{corner!r} is no corner; choose one of {', '.join(CORNERS)}.")
    if contrast is not None and not -math.inf < contrast[0] < contrast[1] < math.inf:
        raise UsageError("--contrast wants the grey value of black first, and a larger one for white.")
    limits = load_settings().limits.for_decoding()
    with nullcontext() if project is None else open_project(project) as opened:
        source = read_source(image, project=opened, pixel_size_nm=pixel_size, limits=limits)
        heat = _heat_of(image, opened, model, limits) if heatmap else None
    options = FigureOptions(
        width_mm=None if one_to_one else width_mm,
        dpi=dpi,
        keep_databar=keep_databar,
        contrast=None if contrast is None else ContrastLimits(*contrast),
        gamma=gamma,
        inverted=invert,
        scale_bar=not no_scale_bar,
        corner=corner,
        text=text,
        text_pt=text_pt,
        sixteen_bit=sixteen_bit,
        heat=heat,
    )
    made = make_figure(source, options)
    save_figure(made, out)
    across, down = made.size_mm
    rows, columns = made.picture.shape[:2]
    print(f"{out}: {columns} × {rows} pixels, {across:.1f} × {down:.1f} mm")
    if not no_scale_bar and made.bar is None:
        print("No scale bar: the file tells no pixel size; --pixel-size gives one.")


def _heat_of(image: Path, project: Project | None, model: str | None, limits: DecodeLimits) -> HeatOverlay:
    from semgui.catalogue.images import ImageStore
    from semgui.domain.errors import UnreadableImageError
    from semgui.inference.prepare import Source
    from semgui.services.classify import load_classifier, source_of
    from semgui.services.explain import Heatmaps
    from semgui.services.figure import HeatOverlay
    from semgui.settings import load_settings
    from trainer.overlay import map_colours

    compute = load_settings().compute
    classifier = load_classifier(
        model or compute.model, device=compute.device, cpu_engine=compute.cpu_engine, limits=limits
    )
    record = None if project is None else ImageStore(project).by_path(image)
    source = Source(image) if record is None else source_of(record)
    found = classifier.classify(source)
    if found.answer is None:
        raise UnreadableImageError(image, found.error or "it could not be read")
    predicted = found.answer.predicted
    heat = Heatmaps(classifier).heatmap(source, predicted, scale=0.5)
    name = next(c.name for c in classifier.card.classes if c.id == predicted)
    return HeatOverlay(heat, map_colours(), words=f"LayerCAM: why {name} ({found.answer.confidence:.0%})")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(figure)
