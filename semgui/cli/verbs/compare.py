"""``semgui compare``: two models on the same images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from semgui.cli.errors import friendly
from semgui.cli.judged import labelled_images


@friendly
def compare(
    first: Annotated[str, typer.Argument(help="A model: name or folder.")],
    second: Annotated[str, typer.Argument(help="The model to compare with it.")],
    report: Annotated[
        Path, typer.Option(help="Folder for the results; made if missing.", show_default=False)
    ],
    data: Annotated[
        Path | None, typer.Option(help="Folder with a subfolder for each class.", show_default=False)
    ] = None,
    project: Annotated[
        Path | None, typer.Option("--project", "-p", help="Project with labels.", show_default=False)
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help="FOLDER=CLASS: what the models call a class folder; may be repeated."),
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
) -> None:
    """Compare two models on images that neither was trained on: what the second mends and what it breaks.

    Writes comparison.json, differences.csv and report.html. Images that one of them was trained on are left
    out and counted.
    """
    from semgui.cli.progress import cancelled_by_interrupt, progress_display
    from semgui.registry.store import find_model
    from semgui.services.classify import load_classifier
    from semgui.services.compare import compare_on, write_comparison
    from semgui.services.evaluate import parse_mapping
    from semgui.settings import load_settings

    mapping = parse_mapping(map_ or [])
    limits = load_settings().limits.for_decoding()
    a, b = (load_classifier(name, device=device, limits=limits) for name in (first, second))
    folders = (find_model(first), find_model(second))
    display = progress_display()
    with cancelled_by_interrupt() as cancel:
        try:
            images = labelled_images(data, project, display)
            comparison = compare_on(a, b, folders, images, mapping, progress=display, cancel=cancel)
        finally:
            display.clear()
    write_comparison(comparison, (a, b), report.absolute())
    print(comparison.verdict())
    if comparison.dropped:
        print(f"{comparison.dropped:,} images were left out: one of the models was trained on them.")
    for name in comparison.unrecorded:
        print(f"{name} does not say what it was trained on: its figures may be too good.")
    print(f"Report: {report / 'report.html'}")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(compare)
