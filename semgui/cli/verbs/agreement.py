"""``semgui agreement``: how far annotators agree, where they do not, and settling it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import friendly
from semgui.cli.projects import annotator_named
from semgui.cli.reviewing import Annotator, Out, Project_, many, paths_of, put_table, remark

if TYPE_CHECKING:
    from semgui.catalogue.project import Project
    from semgui.services.agreement import AgreementReport

COLUMNS = ("rank", "path", "label", "opinions")


@friendly
def agreement(
    project: Project_,
    out: Out = None,
    *,
    settle: Annotated[
        Path | None,
        typer.Option(help="CSV with path and class: what the disputed images are, settled by the annotator."),
    ] = None,
    trail: Annotated[
        Path | None,
        typer.Option(
            help="Write everything that was ever said, one action a line, as JSON.", show_default=False
        ),
    ] = None,
    annotator: Annotator = None,
) -> None:
    """Compare annotators (Cohen's kappa, each class too) and list the images on which they disagree.

    What counts is the last word of each on each image; accepted predictions and settled disputes are nobody's
    word. Kappa means what it says only where one annotator did not see what the other had said.
    """
    from semgui.catalogue.project import open_project
    from semgui.services.agreement import agreement_report

    with open_project(project) as opened:
        if settle is not None:
            _settle(opened, settle, annotator_named(annotator))
        report = agreement_report(opened)
        put_table(out, COLUMNS, _rows(opened, report))
        if trail is not None:
            _write_trail(opened, trail)
    _print(report)


def _settle(project: Project, table: Path, annotator: str) -> None:
    from semgui.services.agreement import adjudicate_from_table

    settled = adjudicate_from_table(project, table, annotator)
    for problem in settled.problems:
        remark(problem)
    remark(settled.batch.title if settled.batch else "Nothing new was settled.")


def _rows(project: Project, report: AgreementReport) -> list[tuple[object, ...]]:
    from semgui.catalogue.labels import LabelStore

    names = dict(zip(report.classes, report.names, strict=True))
    ids = [dispute.image_id for dispute in report.disputes]
    labels, paths = LabelStore(project).current(ids), paths_of(project, ids)
    return [
        (
            rank,
            paths[dispute.image_id],
            names.get(labels[dispute.image_id], "") if dispute.image_id in labels else "",
            "; ".join(f"{who}: {names[class_id]}" for who, class_id in dispute.opinions.items()),
        )
        for rank, dispute in enumerate(report.disputes, start=1)
    ]


def _print(report: AgreementReport) -> None:
    if not report.pairs:
        remark("No two annotators labelled the same image.")
        return
    for pair in report.pairs:
        found = pair.agreement
        remark(
            f"{pair.first} and {pair.second}: {many(found.images, 'image')}, {found.share:.1%} alike, "
            f"kappa {_number(found.kappa)}"
        )
        for name, kappa in zip(report.names, found.per_class.tolist(), strict=True):
            if not math.isnan(kappa):
                remark(f"  {name}: {_number(kappa)}")
    remark(f"Disputed: {many(len(report.disputes), 'image')}; settled: {many(report.settled, 'image')}.")


def _number(kappa: float) -> str:
    return "unknown" if math.isnan(kappa) else f"{kappa:.2f}"


def _write_trail(project: Project, target: Path) -> None:
    import json

    from semgui.exchange.atomic import atomic_text
    from semgui.exchange.audit import read_audit

    with atomic_text(target) as file, project.read() as connection:
        for entry in read_audit(connection):
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(agreement)
