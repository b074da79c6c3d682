"""``semgui evaluate``: how good a model is on images that it has never seen."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from semgui.cli.errors import friendly
from semgui.cli.judged import labelled_images
from semgui.cli.terminal import one_line


@friendly
def evaluate(
    report: Annotated[
        Path, typer.Option(help="Folder for the results; made if missing.", show_default=False)
    ],
    data: Annotated[
        Path | None, typer.Option(help="Folder with a subfolder for each class.", show_default=False)
    ] = None,
    project: Annotated[
        Path | None, typer.Option("--project", "-p", help="Project with labels.", show_default=False)
    ] = None,
    model: Annotated[
        str, typer.Option("--model", "-m", help="Name or folder of a model.")
    ] = "nffa10-starter",
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help="FOLDER=CLASS: what the model calls a class folder; may be repeated."),
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
) -> None:
    """Measure a model on a folder of labelled images: metrics.json, confusion.csv, report.html and more.

    Class folders whose class the model does not know are named and left out. Use images that the model was
    not trained on: the figures say nothing otherwise.
    """
    from semgui.cli.progress import cancelled_by_interrupt, progress_display
    from semgui.registry.store import find_model
    from semgui.registry.training_set import trained_on
    from semgui.services.classify import load_classifier
    from semgui.services.evaluate import evaluate_on, parse_mapping, remarks, write_evaluation
    from semgui.settings import load_settings
    from trainer.evaluation import classification_report

    mapping = parse_mapping(map_ or [])
    classifier = load_classifier(model, device=device, limits=load_settings().limits.for_decoding())
    record = trained_on(find_model(model))
    display = progress_display()
    with cancelled_by_interrupt() as cancel:
        try:
            images = labelled_images(data, project, display)
            evaluated = evaluate_on(
                classifier, images, mapping, record=record, progress=display, cancel=cancel
            )
        finally:
            display.clear()
    write_evaluation(evaluated, classifier, report.absolute())
    for sentence in remarks(evaluated):
        print(one_line(sentence), file=sys.stderr)
    print(classification_report(evaluated.evaluation))
    print(f"Report: {report / 'report.html'}")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(evaluate)
