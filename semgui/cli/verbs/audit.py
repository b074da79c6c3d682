"""``semgui audit``: a random sample judged blind, and what it proves."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import friendly
from semgui.cli.projects import annotator_named
from semgui.cli.reviewing import Annotator, Out, Project_, paths_of, put_table, remark

if TYPE_CHECKING:
    from semgui.catalogue.project import Project
    from semgui.services.audit import AuditState

COLUMNS = ("place", "path", "part", "state", "verdict", "label_before")


class PartName(StrEnum):
    """As `semgui.review.audit.Part`, which takes long to import."""

    LABELLED = "labelled"
    UNLABELLED = "unlabelled"


@friendly
def audit(
    project: Project_,
    out: Out = None,
    *,
    draw: Annotated[
        int | None,
        typer.Option(help="Let the sample have so many images; those drawn before stay.", show_default=False),
    ] = None,
    of: Annotated[
        PartName,
        typer.Option(help="Of labelled images: how many labels are wrong. Of unlabelled ones: for accept."),
    ] = PartName.LABELLED,
    seed: Annotated[
        int | None,
        typer.Option(help="Of the project's random order, at the first draw.", show_default="chance"),
    ] = None,
    judge: Annotated[
        Path | None,
        typer.Option(
            help="CSV with path and class (- for none of them): verdicts of somebody who saw the images only."
        ),
    ] = None,
    annotator: Annotator = None,
) -> None:
    """Draw a random sample, list what of it waits for a verdict, and say how many labels are wrong.

    Judge the images without looking at their labels or predictions: in the window under Review, or with
    --judge. The verdicts become labels. Images without a label that are drawn are kept for testing: no model
    is trained on them, so that they prove how good each model is.
    """
    from semgui.catalogue.project import open_project
    from semgui.review.audit import Part
    from semgui.services.audit import audit_state, draw_sample, label_errors

    with open_project(project) as opened:
        name = annotator_named(annotator)
        if draw is not None:
            draw_sample(opened, Part(of), draw, name, seed)
        if judge is not None:
            _judge(opened, judge, name)
        state, errors = audit_state(opened), label_errors(opened)
        rows = _rows(opened, state)
    if out is not None or not (draw or judge):
        put_table(out, COLUMNS, rows)
    if not state.drawn:
        remark("No sample was drawn yet: semgui audit --project … --draw 200")
    for part in state.parts.values():
        if part.size:
            remark(
                f"{part.part}: {part.size:,} of {len(part.order):,} images drawn, {len(part.waiting):,} wait "
                "for a verdict."
            )
    remark(errors.sentence())


def _judge(project: Project, table: Path, annotator: str) -> None:
    from semgui.services.audit import judge_from_table

    report = judge_from_table(project, table, annotator)
    for problem in report.problems:
        remark(problem)
    print(report.batch.title if report.batch else "These verdicts are known already.")


def _rows(project: Project, state: AuditState) -> list[tuple[object, ...]]:
    from semgui.catalogue.classes import ClassStore
    from semgui.domain.ids import ImageId
    from semgui.review.naming import NO_CLASS

    names = ClassStore(project).names()
    rows: list[tuple[object, ...]] = []
    for part in state.parts.values():
        drawn = part.order[: part.size].tolist()
        paths = paths_of(project, drawn)
        for place, image_id in enumerate(drawn, start=1):
            verdict = state.verdicts.get(ImageId(image_id))
            said = (None, None) if verdict is None else (verdict.class_id, verdict.label_before)
            shown = ["" if c is None else names.get(c, c or NO_CLASS) for c in said]
            rows.append(
                (place, paths[ImageId(image_id)], part.part, "judged" if verdict else "waiting", *shown)
            )
    return rows


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(audit)
