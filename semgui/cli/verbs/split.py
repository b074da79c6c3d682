"""``semgui split``: divide images into training, validation and test."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import EXIT_SOME_UNREADABLE, friendly
from semgui.cli.terminal import one_line

if TYPE_CHECKING:
    from semgui.domain.progress import CancelToken, ProgressCallback
    from semgui.domain.split import SplitRules
    from semgui.services.split import SplitReport


class Link(StrEnum):
    """How an image gets into the new folders."""

    COPY = "copy"
    HARD = "hard"
    SYM = "sym"


@friendly
def split(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder with a subfolder for each class.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="New folder for train, valid and test.", show_default=False)
    ] = None,
    project: Annotated[
        Path | None,
        typer.Option("--project", "-p", help="Project to divide for good, instead.", show_default=False),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            help="What must stay together: near-duplicates, folder (within the class folder), sample (as "
            "typed in at the microscope), day, instrument, detector, hv_kv, wd_mm, magnification …, or any "
            "field that the microscope wrote (Beam.Spot); random leaks.",
            show_default="near-duplicates",
        ),
    ] = None,
    ratios: Annotated[
        str | None, typer.Option(help="Training/validation/test.", show_default="70/20/10")
    ] = None,
    link: Annotated[Link, typer.Option(help="Copies, hard links or symbolic links.")] = Link.COPY,
    seed: Annotated[int | None, typer.Option(help="Of the division.", show_default="0")] = None,
) -> None:
    """Divide images into training, validation and test, whole groups at a time.

    A folder is written anew as OUT/train, OUT/valid and OUT/test with the same class folders; the images
    themselves stay where they are. A project keeps its division: new images join by their groups, and
    training uses it; other options than before divide it anew.
    """
    from semgui.cli.progress import cancelled_by_interrupt, progress_display
    from semgui.domain.errors import UsageError
    from semgui.domain.split import SplitRules

    if (folder is None) == (project is None) or (folder is None) != (out is None):
        raise UsageError("name a folder of class folders with --out, or a project with --project.")
    display = progress_display()
    with cancelled_by_interrupt() as cancel:
        try:
            if folder is not None and out is not None:
                report = _of_folder(
                    folder, out, SplitRules().changed(by, ratios, seed), link, display, cancel
                )
            else:
                report = _of_project(project, (by, ratios, seed), display, cancel)
        finally:
            display.clear()
    _print(report)
    if report.unreadable:
        raise typer.Exit(EXIT_SOME_UNREADABLE)


def _of_folder(
    folder: Path,
    out: Path,
    rules: SplitRules,
    link: Link,
    progress: ProgressCallback,
    cancel: CancelToken,
) -> SplitReport:
    from semgui.exchange.class_tree import LinkMode
    from semgui.services.split import split_folder
    from semgui.settings import load_settings

    mode = {Link.COPY: LinkMode.COPY, Link.HARD: LinkMode.HARD, Link.SYM: LinkMode.SYMLINK}[link]
    limits = load_settings().limits.for_decoding()
    return split_folder(folder, out, rules, mode, limits=limits, progress=progress, cancel=cancel)


def _of_project(
    path: Path | None,
    changes: tuple[str | None, str | None, int | None],
    progress: ProgressCallback,
    cancel: CancelToken,
) -> SplitReport:
    from semgui.catalogue.project import open_project
    from semgui.domain.split import SplitRules
    from semgui.jobs.splits import rules_of
    from semgui.services.split import split_project
    from semgui.settings import load_settings

    with open_project(path or Path()) as project:
        rules = (rules_of(project) or SplitRules()).changed(*changes)
        limits = load_settings().limits.for_decoding()
        return split_project(project, rules, limits=limits, progress=progress, cancel=cancel)


def _print(report: SplitReport) -> None:
    from semgui.domain.split import Split

    for warning in report.warnings:
        print(one_line(warning), file=sys.stderr)
    for path, reason in report.unreadable:
        print(one_line(f"{path}: {reason}"), file=sys.stderr)
    width = max(len("class"), *(len(name) for name in report.counts))
    print(f"{'class':<{width}}  {'train':>7}  {'valid':>7}  {'test':>7}")
    for name, counts in report.counts.items():
        print(f"{name:<{width}}  " + "  ".join(f"{counts[split]:>7,}" for split in Split))
    totals = [sum(counts[split] for counts in report.counts.values()) for split in Split]
    print(f"{'all':<{width}}  " + "  ".join(f"{total:>7,}" for total in totals))
    print(f"{report.groups:,} groups.")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(split)
