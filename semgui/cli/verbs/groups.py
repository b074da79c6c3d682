"""``semgui groups``: images that look alike, as proposals for classes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import friendly
from semgui.cli.projects import annotator_named
from semgui.cli.reviewing import (
    Annotator,
    Folder,
    Model,
    Out,
    Project_,
    model_called,
    paths_of,
    put_table,
    query_of,
    watched,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from semgui.services.groups import ImageGroup

COLUMNS = ("group", "path", "centrality")


class Images(StrEnum):
    """As `semgui.services.groups.Grouped`, which takes long to import."""

    UNLABELLED = "unlabelled"
    NOVEL = "novel"
    ALL = "all"


@friendly
def groups(
    project: Project_,
    out: Out = None,
    *,
    images: Annotated[Images, typer.Option(help="Which images are grouped.")] = Images.UNLABELLED,
    count: Annotated[
        int | None, typer.Option(min=1, help="How many groups.", show_default="one for 25 images")
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(help="NUMBER=CLASS: label the images of a group, new class or not; may be repeated."),
    ] = None,
    model: Model = None,
    folder: Folder = None,
    annotator: Annotator = None,
) -> None:
    """Group images that look alike to the model: name the groups, and there are classes to begin with.

    The same images and number of groups give the same groups, so that a second call can name them; each name
    is one action, which `semgui label undo` takes back.
    """
    from semgui.catalogue.images import ImageStore
    from semgui.catalogue.project import open_project
    from semgui.domain.ids import ImageId
    from semgui.services.groups import Grouped, group_images, name_group

    names = _parsed(name or [])
    with open_project(project) as opened:
        model_id = model_called(opened, model)
        query = query_of(opened, model_id, folder=folder)
        among = None if query is None else ImageStore(opened).ids(query)
        with watched() as (progress, cancel):
            found = group_images(
                opened, Grouped(images), model_id, count=count, among=among, progress=progress, cancel=cancel
            )
        _check(names, found)
        paths = paths_of(opened, (i for group in found for i in group.ids.tolist()))
        put_table(
            out,
            COLUMNS,
            [
                (group.number, paths[ImageId(i)], f"{c:.3f}")
                for group in found
                for i, c in zip(group.ids.tolist(), group.centrality.tolist(), strict=True)
            ],
        )
        for number, class_name in names.items():
            ids = [ImageId(i) for i in found[number - 1].ids.tolist()]
            batch = name_group(opened, ids, class_name, annotator_named(annotator))
            if batch is not None and out is not None:
                print(batch.title)
    if out is not None:
        print(f"{out}: {len(found)} groups of {sum(len(g.ids) for g in found):,} images")


def _parsed(texts: Sequence[str]) -> dict[int, str]:
    from semgui.domain.errors import UsageError

    names = {}
    for text in texts:
        number, equals, name = text.partition("=")
        if not equals or not number.strip().isdecimal() or not name.strip():
            raise UsageError(f"--name {text}: write the number of a group, =, and the class.")
        names[int(number)] = name.strip()
    return names


def _check(names: dict[int, str], found: Sequence[ImageGroup]) -> None:
    from semgui.domain.errors import UsageError

    for number, name in names.items():
        if not 1 <= number <= len(found):
            raise UsageError(f"--name {number}={name}: there are groups 1 to {len(found)}.")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(groups)
