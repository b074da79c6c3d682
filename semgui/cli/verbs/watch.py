"""``semgui watch``: take in and classify what a microscope writes into a folder."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import friendly
from semgui.cli.terminal import one_line

if TYPE_CHECKING:
    from semgui.catalogue.project import Project
    from semgui.domain.ids import ImageId
    from semgui.inference.classifier import Classifier
    from semgui.services.live import Arrival


@friendly
def watch(
    folder: Annotated[Path, typer.Argument(help="Folder that the microscope writes into; all below counts.")],
    project: Annotated[
        Path, typer.Option("--project", "-p", help="The project (NAME.semgui); made when missing.")
    ],
    *,
    model: Annotated[
        str | None, typer.Option(help="Name or folder of a model.", show_default="from the settings")
    ] = None,
) -> None:
    """Wait for images: each is taken into the project when it is whole, and classified. Ctrl-C ends it.

    One line an image: time, path, class, confidence and status. What is in the folder already is taken in and
    classified first. Images are only read, never written, moved or renamed.
    """
    from semgui.catalogue.project import open_project
    from semgui.cli.progress import cancelled_by_interrupt, progress_display
    from semgui.domain.errors import Cancelled
    from semgui.imaging.decoders import DecoderPool
    from semgui.services.classify import classify_project, load_classifier
    from semgui.services.live import LiveOptions, watch_project
    from semgui.services.scan import ScanOptions, check_folder, scan_folder
    from semgui.settings import load_settings

    check_folder(folder)
    settings = load_settings()
    limits = settings.limits.for_decoding()
    decoder = DecoderPool(settings.limits.for_decoding)
    try:
        classifier = load_classifier(
            model or settings.compute.model,
            device=settings.compute.device,
            cpu_engine=settings.compute.cpu_engine,
            limits=limits,
            notify=_say,
            decoder=decoder,
        )
        options = ScanOptions(limits=limits, decoder=decoder)
        with open_project(project, create=True) as opened, cancelled_by_interrupt() as cancel:
            display = progress_display()
            report = scan_folder(opened, folder, progress=display, cancel=cancel, options=options)
            classify_project(opened, classifier, progress=display, cancel=cancel)
            display.clear()
            _say(f"{report.found:,} images; watching {folder} (Ctrl-C ends it).")
            lines = _Lines(opened, classifier)
            with suppress(Cancelled):  # in the middle of an image; what was finished is kept
                watch_project(
                    opened,
                    [folder.absolute()],
                    arrived=lines.arrived,
                    classify=lines.classify,
                    cancel=cancel,
                    options=LiveOptions(scan=options),
                )
    finally:
        decoder.close()
    _say("no longer watching.")


class _Lines:
    """Classifies what comes and prints it."""

    def __init__(self, project: Project, classifier: Classifier) -> None:
        self._project = project
        self._classifier = classifier
        self._paths: dict[ImageId, Path] = {}

    def arrived(self, arrival: Arrival) -> None:
        self._paths = {image.id: image.path for image in arrival.images}
        for path, reason in arrival.unreadable:
            _say(f"{path}: {reason}")
        for path in arrival.gone:
            _say(f"{path}: gone")

    def classify(self, ids: Sequence[ImageId]) -> None:
        from semgui.catalogue.classes import ClassStore
        from semgui.catalogue.predictions import PredictionStore
        from semgui.services.classify import classify_images

        classify_images(self._project, self._classifier, ids)
        answers = PredictionStore(self._project).get(self._classifier.model_id, ids)
        names = {c.id: c.name for c in self._classifier.card.classes} | ClassStore(self._project).names()
        for image_id in ids:
            answer = answers.get(image_id)
            if answer is None:  # it changed once more, or went bad; it will be named again
                continue
            name = names[answer.predicted]  # that of another class, if the model's was merged into it
            now = time.strftime("%H:%M:%S")
            path = one_line(self._paths[image_id])
            print(f"{now}  {path}  {name}  {answer.confidence:.0%}  {answer.status.value}", flush=True)


def _say(sentence: str) -> None:
    print(f"semgui: {one_line(sentence)}", file=sys.stderr, flush=True)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(watch)
