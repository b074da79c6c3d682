"""``semgui classify``: a class, its confidence and its reason for every image."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import EXIT_SOME_UNREADABLE, friendly
from semgui.cli.terminal import one_line

if TYPE_CHECKING:
    from semgui.cli.progress import ProgressDisplay
    from semgui.exchange.predictions import Row, Table
    from semgui.inference.classifier import Classified, Classifier
    from semgui.services.explain import HeatmapFolder
    from semgui.services.image_lists import ImageList
    from semgui.services.nearest import Likeness

_MOST_REASONS = 20


@friendly
def classify(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH...", help="Images, or folders of images.", show_default=False),
    ] = None,
    *,
    project: Annotated[
        Path | None,
        typer.Option(
            "--project",
            "-p",
            help="Keep images and predictions in this project (NAME.semgui; made when missing): a rerun goes "
            "on where it stopped. Without PATH: all its images.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Name or folder of a model.", show_default="from the settings")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Table to write: .csv, .parquet or .jsonl.", show_default="screen; CSV into a pipe"
        ),
    ] = None,
    heatmaps: Annotated[
        Path | None,
        typer.Option(
            help="Folder for one figure an image: where the model saw its class.", show_default=False
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(help="Heatmaps show what speaks for the predicted class and not for this one."),
    ] = None,
    device: Annotated[
        str | None, typer.Option(help="auto, cpu, cuda or mps.", show_default="from the settings")
    ] = None,
    batch_size: Annotated[str, typer.Option(help="auto, or images in a batch.")] = "auto",
    nearest: Annotated[
        int,
        typer.Option(
            metavar="K",
            min=0,
            help="Name the K known images most like each: labelled ones of the project or, without any, the "
            "model's own reference pictures.",
            show_default=False,
        ),
    ] = 0,
    recursive: Annotated[
        bool, typer.Option("--recursive", "-r", help="Take the images in subfolders, too.")
    ] = False,
) -> None:
    """Classify images: one row each, in the order given, also for those that cannot be read.

    Columns: path, predicted, confidence, novelty, status, p_CLASS…, databar_row, error.

    Status: ok, uncertain, not_sem or error. An image that is named twice gets one row.

    Exit status 3 when some images or folders cannot be read.
    """
    from semgui.cli.progress import cancelled_by_interrupt, progress_display
    from semgui.domain.errors import UsageError
    from semgui.exchange.predictions import check_table_path

    number = _batch_size(batch_size)
    if out is not None:
        check_table_path(out)
    if not paths and project is None:
        raise UsageError("name at least one image or folder, or a --project.")
    named = _named(paths, recursive=recursive) if paths else None

    with cancelled_by_interrupt() as cancel, ExitStack() as stack:
        display = progress_display()
        stack.callback(display.clear)
        classifier = _classifier(model, device, number, display)
        # Imported after everything that a typing error could stop: these bring torch.
        from semgui.catalogue.project import open_project
        from semgui.services import classify as service
        from semgui.services.nearest import Likeness

        opened = None
        if project is not None:
            opened = stack.enter_context(open_project(project, create=named is not None))
        if named is not None:
            sources = named.sources
        else:
            assert opened is not None
            sources = tuple(service.images_of_project(opened))
            if not sources:
                raise UsageError(f"{project}: no images in this project yet; name a folder to take in.")
        figures = _figures(classifier, heatmaps, against, [source.path for source in sources])
        results = (
            service.classify_paths(classifier, sources, progress=display, cancel=cancel)
            if opened is None
            else service.classify_into_project(opened, classifier, sources, progress=display, cancel=cancel)
        )
        stack.enter_context(closing(results))
        likeness = Likeness(classifier, _name(model), opened, nearest) if nearest else None
        table = stack.enter_context(_table(classifier, out, ("nearest",) if nearest else (), display))
        unreadable = _written(_with_rows(results, classifier, likeness), table, figures, display)
    if out is not None:
        _say(f"table: {out}")
    if heatmaps is not None:
        _say(f"heatmaps: {heatmaps}")
    if unreadable or (named is not None and named.unlisted):
        raise typer.Exit(EXIT_SOME_UNREADABLE)


def _named(paths: Sequence[Path], *, recursive: bool) -> ImageList:
    from semgui.services.image_lists import list_images

    named = list_images(paths, recursive=recursive)
    if named.repeated:
        _say(f"{named.repeated:,} named more than once, listed once.")
    for folder, reason in named.unlisted:
        _say(f"{folder}: this folder cannot be listed ({reason}); what lies in it is left out.")
    return named


def _batch_size(text: str) -> int | None:
    from semgui.domain.errors import UsageError

    if text == "auto":
        return None
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise UsageError(f"--batch-size takes auto or a number from 1 on, not {text!r}.")
    return int(text)


def _classifier(
    model: str | None, device: str | None, batch_size: int | None, display: ProgressDisplay
) -> Classifier:
    from semgui.services.classify import load_classifier
    from semgui.settings import load_settings

    settings = load_settings()

    def notify(sentence: str) -> None:
        display.clear()
        _say(sentence)

    return load_classifier(
        _name(model),
        device=device or settings.compute.device,
        cpu_engine=settings.compute.cpu_engine,
        batch_size=batch_size,
        limits=settings.limits.for_decoding(),
        notify=notify,
    )


def _name(model: str | None) -> str:
    from semgui.settings import load_settings

    return model or load_settings().compute.model


def _figures(
    classifier: Classifier, folder: Path | None, against: str | None, paths: Iterable[Path]
) -> HeatmapFolder | None:
    if folder is None and against is None:
        return None
    from semgui.services.explain import HeatmapFolder, Heatmaps, class_named

    versus = None if against is None else class_named(classifier.card, against)
    if folder is None:
        _say("--against changes heatmaps only; name their folder with --heatmaps.")
        return None
    return HeatmapFolder(Heatmaps(classifier), folder, paths, versus)


def _with_rows(
    results: Iterable[Classified], classifier: Classifier, likeness: Likeness | None
) -> Iterator[tuple[Classified, Row]]:
    from semgui.exchange.predictions import as_row

    for result in results:
        row = as_row(result, classifier.card.classes)
        yield result, row if likeness is None else row | {"nearest": likeness.of(result)}


def _written(
    results: Iterable[tuple[Classified, Row]],
    table: Table,
    figures: HeatmapFolder | None,
    display: ProgressDisplay,
) -> int:
    """Write rows and figures as they come; returns how many images could not be read."""
    from semgui.domain.errors import UnreadableImageError

    start = time.monotonic()
    statuses: Counter[str] = Counter()
    reasons: list[str] = []
    for result, row in results:
        table.write(row)
        statuses[result.status.value] += 1
        if result.error is not None:
            reasons.append(f"{result.source.path}: {result.error}")
        elif figures is not None:
            try:
                figures.write(result)
            except UnreadableImageError as error:
                reasons.append(f"{error.path}: no heatmap, {error.reason}")
    display.clear()
    for reason in reasons[:_MOST_REASONS]:
        _say(reason)
    if len(reasons) > _MOST_REASONS:
        _say(f"... and {len(reasons) - _MOST_REASONS:,} more; the table has them all.")
    _say(_summary(statuses, time.monotonic() - start))
    return statuses["error"]


def _summary(statuses: Counter[str], seconds: float) -> str:
    total = statuses.total()
    words = {"ok": "ok", "uncertain": "uncertain", "not_sem": "not SEM", "error": "unreadable"}
    counts = [f"{statuses[key]:,} {word}" for key, word in words.items() if statuses[key]]
    images = "1 image" if total == 1 else f"{total:,} images"
    return f"{images} in {seconds:.1f} s ({total / max(seconds, 1e-9):.1f}/s): {', '.join(counts)}"


@contextmanager
def _table(
    classifier: Classifier, out: Path | None, extra: tuple[str, ...], display: ProgressDisplay
) -> Iterator[Table]:
    """Open the table that rows go to: a file, the screen, or CSV into a pipe."""
    from semgui.cli.screen_table import ScreenTable
    from semgui.exchange.predictions import CsvTable, open_table

    classes = classifier.card.classes
    if out is not None:
        with open_table(out, classes, extra) as table:
            yield table
    elif sys.stdout.isatty():
        yield ScreenTable(sys.stdout, display.clear)
    else:
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
        yield CsvTable(sys.stdout, classes, extra)


def _say(sentence: str) -> None:
    print(f"semgui: {one_line(sentence)}", file=sys.stderr, flush=True)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(classify)
