"""``semgui scan``: take a folder of images into a project."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import EXIT_SOME_UNREADABLE, friendly
from semgui.cli.terminal import one_line

if TYPE_CHECKING:
    from semgui.catalogue.project import Project
    from semgui.services.scan import ScanReport

_MOST_REASONS = 20


class Start(StrEnum):
    """Classes that a new project begins with."""

    NONE = "none"
    NFFA10 = "nffa10"
    LATTICES = "lattices"


@friendly
def scan(
    folder: Annotated[Path, typer.Argument(help="Folder of images; everything below it is taken in.")],
    project: Annotated[Path, typer.Option("--project", help="The project (NAME.semgui); made when missing.")],
    classes: Annotated[
        Start | None,
        typer.Option(
            help="Classes that a new project begins with; without it, the window gives it those of the model."
        ),
    ] = None,
) -> None:
    """Take a folder of images into a project; a second call takes in what has changed.

    Images are only read, never written, moved or renamed. Exit status 3 when some cannot be read.
    """
    from semgui.catalogue.project import open_project
    from semgui.cli.progress import cancelled_by_interrupt, progress_display
    from semgui.services.scan import ScanOptions, check_folder, scan_folder
    from semgui.settings import load_settings

    check_folder(folder)  # before a project is made for a folder that is not there
    display = progress_display()
    options = ScanOptions(limits=load_settings().limits.for_decoding())
    with open_project(project, create=True) as opened, cancelled_by_interrupt() as cancel:
        try:
            _give_classes(opened, classes)
            report = scan_folder(opened, folder, progress=display, cancel=cancel, options=options)
        finally:
            display.clear()
    print(_summary(report))
    _print_problems(report)
    if report.unreadable or report.unlisted:
        raise typer.Exit(EXIT_SOME_UNREADABLE)


def _give_classes(project: Project, start: Start | None) -> None:
    from semgui.services.classes import has_begun, start_with_preset, start_without_classes
    from semgui.settings import load_settings

    if start is None or has_begun(project):
        return
    annotator = load_settings().annotator
    if start is Start.NONE:
        start_without_classes(project, annotator)
    else:
        start_with_preset(project, start.value, annotator)


def _summary(report: ScanReport) -> str:
    counts = [
        f"{count:,} {what}"
        for count, what in (
            (report.new, "new"),
            (report.changed, "changed or back"),
            (report.moved, "moved"),
            (report.missing, "missing"),
        )
        if count
    ]
    if report.unreadable:
        counts.append(f"{len(report.unreadable):,} cannot be read")
    images = "1 image" if report.found == 1 else f"{report.found:,} images"
    if not report.anything_changed:
        counts.insert(0, "no changes")
    return f"{images}: {', '.join(counts)}"


def _print_problems(report: ScanReport) -> None:
    problems = [*report.unlisted, *report.unreadable]
    for path, reason in problems[:_MOST_REASONS]:
        print(one_line(f"{path}: {reason}"), file=sys.stderr)
    if len(problems) > _MOST_REASONS:
        print(f"... and {len(problems) - _MOST_REASONS:,} more.", file=sys.stderr)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(scan)
