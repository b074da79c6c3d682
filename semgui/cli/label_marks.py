"""The sub-commands of ``semgui label`` about flags, exclusion, notes and tags."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import friendly
from semgui.cli.projects import (
    AnnotatorOption,
    ImagesArgument,
    ProjectOption,
    ids_of,
    open_named,
    print_action,
    who,
)

if TYPE_CHECKING:
    from semgui.catalogue.batches import Batch
    from semgui.catalogue.project import Project
    from semgui.domain.ids import ImageId

TagOption = Annotated[str, typer.Option("--tag", metavar="TAG", help="A word.")]

_MARKINGS = {
    "flag": "Flag images, to look at them again.",
    "unflag": "Take the flag off images.",
    "exclude": "Never train on these images, and leave them out of class folders; their labels stay.",
    "include": "Take excluded images in again.",
}


def add_to(label: typer.Typer) -> None:
    """Add the sub-commands."""
    for name, text in _MARKINGS.items():
        label.command(name)(_marking(name, text))
    for command in (note, tag, untag, tags):
        label.command()(command)


def _marking(name: str, text: str) -> Callable[..., None]:
    """Make the sub-command that does to images what ``services.marks.NAME`` does."""

    @friendly
    def command(
        context: typer.Context,
        images: ImagesArgument,
        project: ProjectOption = None,
        annotator: AnnotatorOption = None,
    ) -> None:
        from semgui.services import marks

        _mark(context, images, project, annotator, getattr(marks, name))

    command.__name__, command.__doc__ = name, text
    return command


@friendly
def note(
    context: typer.Context,
    image: Annotated[Path, typer.Argument(help="An image of the project.")],
    text: Annotated[str, typer.Argument(help="The note, instead of the one there is; '' removes it.")],
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Write a note on an image."""
    from semgui.services import marks

    with open_named(context, project) as opened:
        (image_id,) = ids_of(opened, [image])
        print_action(str(image), marks.set_note(opened, image_id, text, who(context, annotator)))


@friendly
def tag(
    context: typer.Context,
    images: ImagesArgument,
    tag: TagOption,
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Give images a tag, a free word."""
    from semgui.services import marks

    _mark(context, images, project, annotator, lambda p, ids, name: marks.add_tag(p, ids, tag, name))


@friendly
def untag(
    context: typer.Context,
    images: ImagesArgument,
    tag: TagOption,
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Take a tag off images."""
    from semgui.services import marks

    _mark(context, images, project, annotator, lambda p, ids, name: marks.remove_tag(p, ids, tag, name))


@friendly
def tags(context: typer.Context, project: ProjectOption = None) -> None:
    """List the tags in use, with the number of images that have each."""
    from semgui.catalogue.marks import MarkStore

    with open_named(context, project) as opened:
        found = MarkStore(opened).tag_counts()
    for word, number in found.items():
        print(f"{number:>8,}  {word}")
    if not found:
        print("no image has a tag")


def _mark(
    context: typer.Context,
    images: list[Path],
    project: Path | None,
    annotator: str | None,
    do: Callable[[Project, list[ImageId], str], Batch | None],
) -> None:
    with open_named(context, project) as opened:
        batch = do(opened, ids_of(opened, images), who(context, annotator))
    print_action(str(images[0]) if len(images) == 1 else f"{len(images):,} images", batch)
