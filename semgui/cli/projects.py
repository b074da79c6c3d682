"""What the verbs that work on one project have in common: options, opening it, finding its images."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.terminal import one_line
from semgui.domain.errors import UsageError

if TYPE_CHECKING:
    from semgui.catalogue.batches import Batch
    from semgui.catalogue.project import Project
    from semgui.domain.ids import ImageId

ProjectOption = Annotated[
    Path | None, typer.Option("--project", help="The project (NAME.semgui).", show_default=False)
]
AnnotatorOption = Annotated[
    str | None,
    typer.Option("--annotator", help="Who; else the name in the settings.", show_default=False),
]
ImagesArgument = Annotated[list[Path], typer.Argument(metavar="IMAGE…", help="Images of the project.")]


def keep_options(context: typer.Context, project: Path | None, annotator: str | None) -> None:
    """Keep the options that may stand before the sub-command."""
    context.obj = {"project": project, "annotator": annotator}


def project_path(context: typer.Context, project: Path | None) -> Path:
    """Return the project that was named before or after the sub-command.

    Raises
    ------
    UsageError
        Neither names one.
    """
    path: Path | None = project or context.obj["project"]
    if path is None:
        verb = context.parent.info_name if context.parent is not None else "label"
        raise UsageError(f"name the project: semgui {verb} --project NAME.semgui …")
    return path


def open_named(context: typer.Context, project: Path | None, *, create: bool = False) -> Project:
    """Open that project."""
    from semgui.catalogue.project import open_project

    return open_project(project_path(context, project), create=create)


def who(context: typer.Context, annotator: str | None) -> str:
    """Return the name that signs.

    Raises
    ------
    UsageError
        It is empty or holds characters that cannot be shown.
    """
    return annotator_named(annotator if annotator is not None else context.obj["annotator"])


def annotator_named(name: str | None) -> str:
    """Return the name that signs, that of the settings if none is given.

    Raises
    ------
    UsageError
        It is empty or holds characters that cannot be shown.
    """
    from semgui.settings import load_settings

    if name is None:
        return load_settings().annotator
    if not name.strip() or not name.isprintable():
        raise UsageError(f"--annotator {name!r} is no name.")
    return name.strip()


def ids_of(project: Project, images: Sequence[Path]) -> list[ImageId]:
    """Return the ids of images, all or none.

    Raises
    ------
    UsageError
        The project lacks one of them; the sentence names the first.
    """
    from semgui.exchange.matching import by_path

    found = by_path(project, images)
    for image in images:
        if image not in found:
            raise UsageError(
                f"{image}: this image is not in the project; add it with `semgui scan` and try again."
            )
    return [found[image][0] for image in images]


def print_action(subject: str, batch: Batch | None) -> None:
    """Say what was done, or that it was so already."""
    print(one_line(f"{subject}: {batch.title if batch else 'is so already, nothing changed'}"))
