"""What the verbs of review have in common: options, which images and which model, tables."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.terminal import one_line

if TYPE_CHECKING:
    from semgui.catalogue.project import Project
    from semgui.catalogue.query import ImageQuery
    from semgui.cli.progress import ProgressDisplay
    from semgui.domain.ids import ImageId, ModelId
    from semgui.domain.progress import CancelToken

Project_ = Annotated[Path, typer.Option("--project", "-p", help="The project (NAME.semgui).")]
Out = Annotated[Path | None, typer.Option("--out", help="CSV file to write.", show_default="standard output")]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        help="Name, folder or version of a model that has classified the project.",
        show_default="the one that was added last",
    ),
]
Filter = Annotated[
    str | None, typer.Option("--filter", help="A filter that was saved in the window.", show_default=False)
]
Folder = Annotated[
    Path | None, typer.Option("--folder", help="This folder and those below it.", show_default=False)
]
ClassName = Annotated[
    str | None, typer.Option("--class", help="Labelled so or, unlabelled, predicted so.", show_default=False)
]
Tag = Annotated[str | None, typer.Option("--tag", help="With this tag.", show_default=False)]
Annotator = Annotated[
    str | None, typer.Option("--annotator", help="Who; else the name in the settings.", show_default=False)
]


@contextmanager
def watched() -> Iterator[tuple[ProgressDisplay, CancelToken]]:
    """Show progress, and turn Ctrl-C into a request to stop."""
    from semgui.cli.progress import cancelled_by_interrupt, progress_display

    display = progress_display()
    with cancelled_by_interrupt() as cancel:
        try:
            yield display, cancel
        finally:
            display.clear()


def model_called(project: Project, name: str | None) -> ModelId | None:
    """Return the version of a model by its name, its folder, or its id in a project; ``None`` stays ``None``.

    Raises
    ------
    UsageError
        If there is no such model.
    ModelError
        If it is damaged.
    """
    from semgui.catalogue.predictions import PredictionStore
    from semgui.registry.store import usable_model

    if name is None:
        return None
    # One that judged here and is not on this machine any more can still be named.
    here = next((m.model_id for m in PredictionStore(project).models() if m.model_id == name), None)
    return here or usable_model(name).id


def query_of(
    project: Project,
    model_id: ModelId | None,
    *,
    saved: str | None = None,
    folder: Path | None = None,
    class_name: str | None = None,
    tag: str | None = None,
) -> ImageQuery | None:
    """Return what the options ask for, ``None`` if nothing is asked for.

    Raises
    ------
    UsageError
        If there is no such saved filter or class.
    """
    from dataclasses import replace

    from semgui.catalogue.classes import ClassStore
    from semgui.catalogue.query import ImageQuery
    from semgui.review.naming import class_called

    if all(option is None for option in (saved, folder, class_name, tag)):
        return None
    query = ImageQuery() if saved is None else _saved(project, saved)
    if folder is not None:
        query = replace(query, folder=folder.absolute())
    if class_name is not None:
        chosen = class_called(ClassStore(project).taxonomy(), class_name)
        query = replace(query, classes=frozenset({chosen.id}))
    if tag is not None:
        query = replace(query, tag=tag)
    return replace(query, model_id=model_id)


def _saved(project: Project, name: str) -> ImageQuery:
    from semgui.catalogue.saved_filters import SavedFilterStore
    from semgui.domain.errors import UsageError
    from semgui.viewmodels.filters import from_json

    texts = SavedFilterStore(project).all()
    if name not in texts:
        known = f"there are {', '.join(texts)}" if texts else "none was saved yet"
        raise UsageError(f"there is no filter {name!r}; {known}.")
    try:
        return from_json(texts[name])
    except ValueError:
        raise UsageError(f"the filter {name!r} was saved by a newer SEMGui; save it anew.") from None


def paths_of(project: Project, ids: Iterable[int]) -> dict[ImageId, Path]:
    """Return the paths of images."""
    from semgui.catalogue.images import ImageStore
    from semgui.domain.ids import ImageId

    records = ImageStore(project).get_many([ImageId(int(i)) for i in ids])
    return {record.id: record.path for record in records}


def put_table(out: Path | None, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file, whole or not at all, or print it.

    Raises
    ------
    UsageError, SemguiError
        If it cannot be written.
    """
    from semgui.exchange.atomic import atomic_text

    if out is None:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        return
    with atomic_text(out) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def remark(sentence: str) -> None:
    """Say something beside the table, on standard error."""
    print(one_line(sentence), file=sys.stderr)


def many(number: int, noun: str) -> str:
    """Return "1 image" or "20,000 images"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
