"""``semgui classes``: the classes of a project, each change one undo."""

from __future__ import annotations

import json
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
    keep_options,
    open_named,
    who,
)
from semgui.domain.errors import UsageError

if TYPE_CHECKING:
    from semgui.catalogue.batches import Batch
    from semgui.catalogue.project import Project
    from semgui.domain.ids import ClassId
    from semgui.domain.taxonomy import SemClass, Taxonomy

ClassArgument = Annotated[str, typer.Argument(metavar="CLASS", help="Name or id of a class.")]

classes = typer.Typer(
    no_args_is_help=True,
    help="Show and change the classes of a project; `semgui label undo` takes any change back.",
)


@classes.callback()
def shared(context: typer.Context, project: ProjectOption = None, annotator: AnnotatorOption = None) -> None:
    """Keep the options that may stand before the sub-command."""
    keep_options(context, project, annotator)


@classes.command("list")
@friendly
def list_classes(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    project: ProjectOption = None,
) -> None:
    """List the classes with their keys and the number of images that have each."""
    from semgui.catalogue.classes import ClassStore
    from semgui.catalogue.labels import LabelStore

    with open_named(context, project) as opened:
        taxonomy = ClassStore(opened).taxonomy()
        counts = LabelStore(opened).counts()
    for c in sorted(taxonomy, key=lambda c: c.archived):
        number = counts.get(c.id, 0)
        print(_as_json(c, number) if as_json else _as_line(c, number, taxonomy))
    if not len(taxonomy) and not as_json:
        print("the project has no classes yet; add some with `semgui classes add` or `preset`")


@classes.command()
@friendly
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Of the new class; one of a preset brings its id along.")],
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Add a class."""
    from semgui.services.classes import create_class

    _do(context, project, lambda p: create_class(p, name, who(context, annotator)))


@classes.command()
@friendly
def preset(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="nffa10 or lattices.")],
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Add the classes of a preset that the project lacks."""
    from semgui.services.classes import add_preset

    _do(context, project, lambda p: add_preset(p, name, who(context, annotator)))


@classes.command("import")
@friendly
def import_list(
    context: typer.Context,
    source: Annotated[
        Path, typer.Argument(metavar="FILE-OR-FOLDER", help="A .csv, a .json, or a folder of class folders.")
    ],
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Add the classes of a list that the project lacks; of a folder, its sub-folders name them."""
    from semgui.services.classes import import_classes

    if not source.exists():
        raise UsageError(f"{source}: there is no such file or folder.")
    _do(context, project, lambda p: import_classes(p, source, who(context, annotator)))


@classes.command("export")
@friendly
def export_list(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="FILE.csv|FILE.json", help="A file to write.")],
    project: ProjectOption = None,
) -> None:
    """Write the classes in use as a list that import reads."""
    from semgui.services.classes import export_classes

    with open_named(context, project) as opened:
        number = export_classes(opened, target)
    print(f"{target}: {number:,} classes")


@classes.command()
@friendly
def rename(
    context: typer.Context,
    class_name: ClassArgument,
    name: Annotated[str, typer.Argument(help="The new name; labels and models keep meaning this class.")],
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Rename a class."""
    from semgui.services.classes import rename_class

    _do(context, project, lambda p: rename_class(p, _class(p, class_name), name, who(context, annotator)))


@classes.command()
@friendly
def recolour(
    context: typer.Context,
    class_name: ClassArgument,
    colour: Annotated[str, typer.Argument(help="As #rrggbb.")],
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Change the colour of a class."""
    from semgui.services.classes import recolour_class

    _do(context, project, lambda p: recolour_class(p, _class(p, class_name), colour, who(context, annotator)))


@classes.command()
@friendly
def shortcut(
    context: typer.Context,
    class_name: ClassArgument,
    key: Annotated[str, typer.Argument(help="A digit, or a letter from a to z; '' takes the key away.")],
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Give a class the key that labels with it."""
    from semgui.services.classes import set_shortcut

    _do(context, project, lambda p: set_shortcut(p, _class(p, class_name), key, who(context, annotator)))


@classes.command()
@friendly
def describe(
    context: typer.Context,
    class_name: ClassArgument,
    text: Annotated[str, typer.Argument(help="What belongs into it; '' removes the description.")],
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Describe a class."""
    from semgui.services.classes import describe_class

    _do(context, project, lambda p: describe_class(p, _class(p, class_name), text, who(context, annotator)))


@classes.command()
@friendly
def examples(
    context: typer.Context,
    class_name: ClassArgument,
    images: ImagesArgument,
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Choose the images that show what a class is, in the place of those it had."""
    from semgui.services.classes import set_examples

    def choose(p: Project) -> Batch | None:
        return set_examples(p, _class(p, class_name), ids_of(p, images), who(context, annotator))

    _do(context, project, choose)


@classes.command()
@friendly
def parent(
    context: typer.Context,
    class_name: ClassArgument,
    above: Annotated[str, typer.Argument(metavar="PARENT", help="A class; - puts it at the top.")],
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Put a class under another."""
    from semgui.review.naming import NO_CLASS
    from semgui.services.classes import set_parent

    def put(p: Project) -> Batch | None:
        target = None if above == NO_CLASS else _class(p, above)
        return set_parent(p, _class(p, class_name), target, who(context, annotator))

    _do(context, project, put)


@classes.command()
@friendly
def order(
    context: typer.Context,
    class_names: Annotated[
        list[str], typer.Argument(metavar="CLASS…", help="The first ones; the others follow as they are.")
    ],
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Put the classes into a new order."""
    from semgui.services.classes import reorder_classes

    def reorder(p: Project) -> Batch | None:
        return reorder_classes(p, [_class(p, name) for name in class_names], who(context, annotator))

    _do(context, project, reorder)


@classes.command()
@friendly
def merge(
    context: typer.Context,
    class_name: ClassArgument,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The class that gets its images.")],
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Give the images of one class to another; what models say of it then counts for the other, too."""
    from semgui.services.classes import merge_classes

    def merge_them(p: Project) -> Batch | None:
        return merge_classes(p, _class(p, class_name), _class(p, into), who(context, annotator))

    _do(context, project, merge_them)


@classes.command()
@friendly
def split(
    context: typer.Context,
    class_name: ClassArgument,
    name: Annotated[str, typer.Argument(help="Of the new class.")],
    images: ImagesArgument,
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Give chosen images of a class a new class; images that are labelled otherwise are left alone."""
    from semgui.services.classes import split_class

    def split_it(p: Project) -> Batch | None:
        return split_class(p, _class(p, class_name), name, ids_of(p, images), who(context, annotator))

    _do(context, project, split_it)


@classes.command()
@friendly
def archive(
    context: typer.Context,
    class_name: ClassArgument,
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Offer a class no longer; its labels stay."""
    from semgui.services.classes import archive_class

    _do(context, project, lambda p: archive_class(p, _class(p, class_name), who(context, annotator)))


@classes.command()
@friendly
def restore(
    context: typer.Context,
    class_name: Annotated[str, typer.Argument(metavar="CLASS", help="Name or id of an archived class.")],
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Offer an archived class again."""
    from semgui.services.classes import restore_class

    _do(context, project, lambda p: restore_class(p, _archived(p, class_name), who(context, annotator)))


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(classes, name="classes")


def _do(context: typer.Context, project: Path | None, change: Callable[[Project], Batch | None]) -> None:
    with open_named(context, project) as opened:
        batch = change(opened)
    print(batch.title if batch else "is so already, nothing changed")


def _class(project: Project, name: str) -> ClassId:
    from semgui.catalogue.classes import ClassStore
    from semgui.review.naming import class_called

    return class_called(ClassStore(project).taxonomy(), name).id


def _archived(project: Project, name: str) -> ClassId:
    from semgui.catalogue.classes import ClassStore

    taxonomy = ClassStore(project).taxonomy()
    folded = name.strip().casefold()
    found = [c for c in taxonomy if c.archived and (c.id == name.strip() or c.name.casefold() == folded)]
    if not found:
        names = ", ".join(c.name for c in taxonomy if c.archived) or "none"
        raise UsageError(f"there is no archived class {name!r}; archived are: {names}.")
    return found[-1].id


def _as_line(c: SemClass, number: int, taxonomy: Taxonomy) -> str:
    facts = []
    if c.merged_into is not None:
        facts.append(f"merged into {taxonomy.by_id(c.merged_into).name}")
    elif c.archived:
        facts.append("archived")
    if c.parent is not None:
        facts.append(f"under {taxonomy.by_id(c.parent).name}")
    more = f"  ({', '.join(facts)})" if facts else ""
    return f"{c.shortcut or '·'}  {c.colour}  {number:>8,}  {c.name}{more}"


def _as_json(c: SemClass, number: int) -> str:
    facts = {"id": c.id, "name": c.name, "colour": c.colour, "shortcut": c.shortcut}
    facts |= {"description": c.description}
    state = {"archived": c.archived, "parent": c.parent, "merged_into": c.merged_into, "images": number}
    return json.dumps(facts | state)
