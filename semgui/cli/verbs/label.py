"""``semgui label``: set, import and export; the rest: `semgui.cli.label_marks`, `label_history`."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli import label_history, label_marks
from semgui.cli.errors import friendly
from semgui.cli.projects import (
    AnnotatorOption,
    ProjectOption,
    ids_of,
    keep_options,
    open_named,
    print_action,
    project_path,
    who,
)
from semgui.cli.terminal import one_line
from semgui.domain.errors import UsageError
from semgui.exchange.class_tree import LinkMode

if TYPE_CHECKING:
    from semgui.cli.progress import ProgressDisplay
    from semgui.domain.ids import ClassId
    from semgui.domain.progress import CancelToken
    from semgui.domain.taxonomy import Taxonomy
    from semgui.services.label_files import ExportReport, ImportReport

_LINES_SHOWN = 50

ExistingClassesOnly = Annotated[
    bool, typer.Option("--existing-classes-only", help="Refuse classes that the project lacks.")
]


label = typer.Typer(
    no_args_is_help=True, help="Label images, take it back, and take labels in and out of a project."
)


@label.callback()
def shared(context: typer.Context, project: ProjectOption = None, annotator: AnnotatorOption = None) -> None:
    """Keep the options that may stand before the sub-command."""
    keep_options(context, project, annotator)


@label.command("set")
@friendly
def set_label(
    context: typer.Context,
    image: Annotated[Path, typer.Argument(help="An image of the project.")],
    class_name: Annotated[
        str, typer.Argument(metavar="CLASS", help="Name or id of a class; - removes the label.")
    ],
    *,
    existing_classes_only: ExistingClassesOnly = False,
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Give an image a class, or with - remove its label.

    A class that the project lacks is created, and the output says so.
    """
    from semgui.catalogue.classes import ClassStore
    from semgui.catalogue.presets import preset_class_called
    from semgui.review.naming import NO_CLASS, find_class
    from semgui.services import label as labelling

    with open_named(context, project) as opened:
        ids, name = ids_of(opened, [image]), who(context, annotator)
        taxonomy = ClassStore(opened).taxonomy()
        known, preset = find_class(taxonomy, class_name), preset_class_called(class_name)
        if class_name == NO_CLASS:
            batch = labelling.clear_labels(opened, ids, name)
        elif known is None and not existing_classes_only:
            new_name = preset.name if preset else class_name
            batch = labelling.label_as_new_class(opened, ids, new_name, name)
        else:
            batch = labelling.set_labels(opened, ids, _class_id(taxonomy, class_name), name)
    print_action(str(image), batch)


@label.command("import")
@friendly
def import_labels(
    context: typer.Context,
    source: Annotated[
        Path, typer.Argument(metavar="FILE-OR-CLASS-FOLDER", help="A .csv, a .json or a class folder.")
    ],
    *,
    existing_classes_only: ExistingClassesOnly = False,
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Take labels over from a file, or from a folder with one sub-folder per class."""
    from semgui.services.label_files import import_labels as take_over

    if not source.exists():
        raise UsageError(f"{source}: there is no such file or folder.")
    # A class folder brings its images along, so it may be the beginning of a project.
    with open_named(context, project, create=source.is_dir()) as opened, _watched() as (progress, cancel):
        report = take_over(
            opened,
            source,
            who(context, annotator),
            existing_classes_only=existing_classes_only,
            progress=progress,
            cancel=cancel,
        )
    _print_import(report, project_path(context, project))


@label.command("export")
@friendly
def export_labels(
    context: typer.Context,
    target: Annotated[
        Path, typer.Argument(metavar="FILE.csv|FILE.json|DIR/", help="A file, or a folder of class folders.")
    ],
    link: Annotated[
        LinkMode, typer.Option("--link", help="How images get into the class folders.")
    ] = LinkMode.COPY,
    with_excluded: Annotated[
        bool, typer.Option("--with-excluded", help="Put excluded images into the class folders, too.")
    ] = False,
    project: ProjectOption = None,
) -> None:
    """Write the labels: a table, everything as JSON, or the images in one sub-folder per class."""
    from semgui.services.label_files import export_labels as write_out

    with open_named(context, project) as opened, _watched() as (progress, cancel):
        report = write_out(
            opened, target, link=link, with_excluded=with_excluded, progress=progress, cancel=cancel
        )
    _print_export(target, report)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    label_marks.add_to(label)
    label_history.add_to(label)
    app.add_typer(label, name="label")


@contextmanager
def _watched() -> Iterator[tuple[ProgressDisplay, CancelToken]]:
    from semgui.cli.progress import cancelled_by_interrupt, progress_display

    display = progress_display()
    with cancelled_by_interrupt() as cancel:
        try:
            yield display, cancel
        finally:
            display.clear()


def _class_id(taxonomy: Taxonomy, class_name: str) -> ClassId:
    from semgui.review.naming import class_called

    try:
        return class_called(taxonomy, class_name).id
    except UsageError as error:
        raise UsageError(f"{error} To make it a new class, leave --existing-classes-only out.") from None


def _print_import(report: ImportReport, project: Path) -> None:
    print(f"labelled {_images(report.labelled)}; {report.unchanged:,} had their label already")
    if report.marked:
        print(f"marked {_images(report.marked)} (flags, exclusions, notes, tags)")
    if report.created:
        classes = "1 class" if len(report.created) == 1 else f"{len(report.created):,} classes"
        print(f"created {classes}: {', '.join(report.created)}")
    _print_some("skipped, not in the project", report.unknown)
    _print_some("to look at", report.problems)
    if report.batch:
        print(f"take it back with: semgui label --project {shlex.quote(str(project))} undo")


def _print_export(target: Path, report: ExportReport) -> None:
    tree = report.tree
    if tree is None:
        print(f"{target}: labels of {_images(report.images)}")
        return
    print(f"{target}: {_images(tree.written)} written, {tree.present:,} there already")
    if report.excluded:
        print(f"left out {_images(report.excluded)} excluded; --with-excluded takes them along")
    renamed = [f"{source} → {name}" for source, name in tree.renamed]
    _print_some("renamed, since another image has the name", renamed)
    _print_some("skipped, cannot be read", [f"{path}: {reason}" for path, reason in tree.unreadable])
    _print_some("left in place, though no label puts it there now", tree.left_over)
    if report.inside_opened_folder:
        print("note: this folder lies in an opened one, so the next scan takes its files for new images")


def _print_some(title: str, items: Sequence[object]) -> None:
    if not items:
        return
    print(f"{title}: {len(items):,}")
    print_lines(items[:_LINES_SHOWN])
    if len(items) > _LINES_SHOWN:
        print(f"  … and {len(items) - _LINES_SHOWN:,} more")


def print_lines(items: Iterable[object]) -> None:
    """Print one item a line, indented."""
    for item in items:
        print(f"  {one_line(item)}")


def _images(number: int) -> str:
    return "1 image" if number == 1 else f"{number:,} images"
