"""The sub-commands of ``semgui label`` about what was done: history, log, undo, redo, go-back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from semgui.cli.errors import friendly
from semgui.cli.projects import AnnotatorOption, ProjectOption, ids_of, open_named, who
from semgui.cli.terminal import one_line
from semgui.domain.ids import BatchId
from semgui.domain.marks import MarkKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from semgui.catalogue.batches import Batch
    from semgui.catalogue.marks import Mark, MarkEvent
    from semgui.domain.ids import ClassId
    from semgui.domain.labels import LabelEvent

_MOST = 1_000_000_000

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def add_to(label: typer.Typer) -> None:
    """Add the sub-commands."""
    for command in (history, log, undo, redo, go_back):
        label.command()(command)


@friendly
def history(
    context: typer.Context,
    image: Annotated[Path, typer.Argument(help="An image of the project.")],
    as_json: JsonOption = False,
    project: ProjectOption = None,
) -> None:
    """Show everything that was ever said about an image, oldest first."""
    from semgui.catalogue.classes import ClassStore
    from semgui.catalogue.marks import MarkStore
    from semgui.services import label as labelling

    with open_named(context, project) as opened:
        (image_id,) = ids_of(opened, [image])
        labels = labelling.history(opened, image_id)
        marks = MarkStore(opened).history(image_id)
        names = ClassStore(opened).names()
    events: list[LabelEvent | MarkEvent] = [*labels, *marks]
    for event in sorted(events, key=lambda event: event.batch_id):
        print(json.dumps(_as_dict(event, names)) if as_json else _as_line(event, names))
    if not events and not as_json:
        print(f"{one_line(image)}: never labelled")


@friendly
def log(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, max=_MOST, help="How many, the newest.")] = 50,
    as_json: JsonOption = False,
    project: ProjectOption = None,
) -> None:
    """List what was done in the project, oldest first, and what of it is undone."""
    from semgui.review.history import History

    with open_named(context, project) as opened:
        past = History(opened, "").batches(limit)
    for action in reversed(past):
        if as_json:
            fields = {"batch": action.id, "title": action.title, "annotator": action.annotator}
            fields |= {"created_at": action.created_at.isoformat(), "state": action.state.value}
            print(json.dumps(fields))
        else:
            undone = "" if action.state.value == "done" else f" ({action.state.value})"
            print(f"{action.id:>6}  {_moment(action.created_at)}  {action.annotator}: {action.title}{undone}")


@friendly
def undo(context: typer.Context, project: ProjectOption = None, annotator: AnnotatorOption = None) -> None:
    """Take the last action back, however many images it touched."""
    from semgui.services import label as labelling

    with open_named(context, project) as opened:
        _print_step("undone", labelling.undo(opened, who(context, annotator)))


@friendly
def redo(context: typer.Context, project: ProjectOption = None, annotator: AnnotatorOption = None) -> None:
    """Do again what was undone last."""
    from semgui.services import label as labelling

    with open_named(context, project) as opened:
        _print_step("redone", labelling.redo(opened, who(context, annotator)))


@friendly
def go_back(
    context: typer.Context,
    batch: Annotated[
        int, typer.Argument(min=0, max=_MOST, help="Number of an action in the log; 0 undoes all.")
    ],
    project: ProjectOption = None,
    annotator: AnnotatorOption = None,
) -> None:
    """Undo everything that was done after an action; redo brings it back step by step."""
    from semgui.review.history import History

    with open_named(context, project) as opened:
        steps = History(opened, who(context, annotator)).go_back_to(BatchId(batch))
    for step in steps:
        _print_step("undone", step)
    if not steps:
        print("nothing was done since")


def _as_dict(event: LabelEvent | MarkEvent, names: Mapping[ClassId, str]) -> dict[str, Any]:
    from semgui.catalogue.marks import MarkEvent

    if isinstance(event, MarkEvent):
        mark = event.mark
        said = {"mark": mark.kind.value, "tag": mark.word, "present": mark.present, "text": mark.text}
        signed = {"annotator": mark.annotator, "created_at": mark.created_at.isoformat()}
        return {"event": event.id, **said, **signed, "batch": event.batch_id, "undoes": event.undoes}
    return {
        "event": event.id,
        "class": None if event.class_id is None else names.get(event.class_id, event.class_id),
        "class_id": event.class_id,
        "annotator": event.annotator,
        "created_at": event.created_at.isoformat(),
        "source": event.source.value,
        "model_id": event.model_id,
        "batch": event.batch_id,
        "undoes": event.undoes,
    }


def _as_line(event: LabelEvent | MarkEvent, names: Mapping[ClassId, str]) -> str:
    from semgui.catalogue.marks import MarkEvent

    if isinstance(event, MarkEvent):
        undone = "" if event.undoes is None else " (an undo)"
        mark = event.mark
        return f"{'':>6}  {_moment(mark.created_at)}  {mark.annotator}: {_in_words(mark)}{undone}"
    name = "no class" if event.class_id is None else names.get(event.class_id, event.class_id)
    ground = "" if event.source.value == "user" else f" ({event.source.value})"
    taken_back = "" if event.undoes is None else f" (takes back event {event.undoes})"
    return f"{event.id:>6}  {_moment(event.created_at)}  {event.annotator}: {name}{ground}{taken_back}"


def _in_words(mark: Mark) -> str:
    match mark.kind:
        case MarkKind.FLAG:
            return "flagged" if mark.present else "flag taken off"
        case MarkKind.EXCLUDED:
            return "excluded" if mark.present else "included again"
        case MarkKind.NOTE:
            return f"note: {' / '.join(mark.text.splitlines())}" if mark.present else "note removed"
        case MarkKind.TAG:
            return f"tagged {mark.word}" if mark.present else f"tag {mark.word} removed"


def _moment(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC")


def _print_step(done: str, batch: Batch | None) -> None:
    print(f"{done}: {batch.title}" if batch else f"nothing to be {done}")
