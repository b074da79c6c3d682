"""``semgui accept``: label what the model is sure of, as far as an audit proves that it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import EXIT_FAILED, friendly
from semgui.cli.projects import annotator_named
from semgui.cli.reviewing import (
    Annotator,
    Model,
    Out,
    Project_,
    model_called,
    paths_of,
    put_table,
    remark,
    watched,
)

if TYPE_CHECKING:
    from semgui.catalogue.project import Project
    from semgui.services.accept import AcceptProposal

COLUMNS = ("path", "class", "confidence")


@friendly
def accept(
    project: Project_,
    precision: Annotated[
        float, typer.Option(help="Share of the accepted predictions that must be right, as 0.95.")
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the evidence; label nothing.")] = False,
    out: Out = None,
    model: Model = None,
    annotator: Annotator = None,
) -> None:
    """Accept the predictions of unlabelled images above a threshold that promises a precision.

    The promise rests on the random audit alone (`semgui audit`), not on labels that a queue asked for. Where
    it cannot be given, nothing is labelled, the answer says how many more audit labels it needs, and the exit
    status is 1. One `semgui label undo` takes everything back.
    """
    from semgui.catalogue.classes import ClassStore
    from semgui.catalogue.project import open_project
    from semgui.services.accept import accept as carry_out
    from semgui.services.accept import propose_acceptance
    from semgui.settings import load_settings

    with open_project(project) as opened:
        limits = load_settings().limits.for_decoding()
        with watched() as (progress, cancel):
            proposal = propose_acceptance(
                opened,
                precision,
                model_called(opened, model),
                limits=limits,
                progress=progress,
                cancel=cancel,
            )
        for sentence in proposal.sentences():
            remark(sentence)
        if out is not None:
            put_table(out, COLUMNS, _rows(opened, proposal))
        if proposal.promise.threshold is None:
            raise typer.Exit(EXIT_FAILED)
        names = ClassStore(opened).names() | dict(proposal.class_names)
        for class_id, number in sorted(proposal.counts.items(), key=lambda item: -item[1]):
            print(f"{number:>8,}  {names.get(class_id, class_id)}")
        if dry_run:
            print("Nothing was labelled (--dry-run).")
            return
        batch = carry_out(opened, proposal, annotator_named(annotator))
    print("Nothing was left to label." if batch is None else batch.title)


def _rows(project: Project, proposal: AcceptProposal) -> list[tuple[object, ...]]:
    from semgui.catalogue.classes import ClassStore
    from semgui.catalogue.predictions import PredictionStore

    found = PredictionStore(project).get(proposal.model_id, proposal.ids)
    names = ClassStore(project).names() | dict(proposal.class_names)
    paths = paths_of(project, proposal.ids)
    return [
        (paths[i], names.get(found[i].predicted, found[i].predicted), f"{found[i].confidence:.4f}")
        for i in proposal.ids
    ]


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(accept)
