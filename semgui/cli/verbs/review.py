"""``semgui review``: which images to look at next, and why, as a table."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import friendly
from semgui.cli.reviewing import (
    ClassName,
    Filter,
    Folder,
    Model,
    Out,
    Project_,
    Tag,
    model_called,
    paths_of,
    put_table,
    query_of,
    remark,
    watched,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from semgui.catalogue.project import Project
    from semgui.domain.ids import ClassId, ImageId, ModelId
    from semgui.imaging.limits import DecodeLimits
    from semgui.review.evidence import Evidence
    from semgui.review.queue import QueueEntry

COLUMNS = ("rank", "path", "label", "predicted", "score", "reason")


_EMPTY = {
    "disagreement": "Model and labels differ nowhere, or the model knows none of the classes in use; "
    "classify with a second model to compare the two.",
    "diversity": "Every image has a label; diversity chooses among those without one.",
    "audit": "No image waits for a verdict; draw a sample with `semgui audit --draw 200`.",
    "duplicates": "No near-duplicates have different labels.",
    "label_issues": "No label can be judged yet; label some images of at least two classes.",
    "neighbours": "No label can be judged yet; label some images of at least two classes.",
    "pair": "No image of the first class can be judged by the second.",
}


class StrategyName(StrEnum):
    """Those of `semgui.review.strategies`; a test holds both together."""

    LABEL_ISSUES = "label_issues"
    NEIGHBOURS = "neighbours"
    DISAGREEMENT = "disagreement"
    DUPLICATES = "duplicates"
    UNCERTAINTY = "uncertainty"
    MARGIN = "margin"
    ENTROPY = "entropy"
    NOVELTY = "novelty"
    DIVERSITY = "diversity"
    AUDIT = "audit"
    PAIR = "pair"


class Look(StrEnum):
    """As `semgui.services.closer.Look`, which takes long to import."""

    MODEL = "model"
    CLOSER = "closer"


@friendly
def review(
    project: Project_,
    strategy: Annotated[StrategyName, typer.Option("--strategy", "-s", help="Why an image is in the queue.")],
    out: Out = None,
    *,
    pair: Annotated[
        tuple[str, str] | None,
        typer.Option(help="For pair: images labelled as the first class that look like the second."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="As many images at most.", show_default="all")
    ] = None,
    model: Model = None,
    other_model: Annotated[
        str | None,
        typer.Option(
            help="For disagreement: the model to compare with.", show_default="the one that was added before"
        ),
    ] = None,
    look: Annotated[
        Look,
        typer.Option(
            help="closer: judge labels by 448 pixels, not by what the model looks at; it finds more, and "
            "looks at every image once more for it."
        ),
    ] = Look.MODEL,
    saved: Filter = None,
    folder: Folder = None,
    class_name: ClassName = None,
    tag: Tag = None,
) -> None:
    """List the images to look at, the most urgent first, with the reason for each: the queue of the window.

    Labels are judged by a model of the project's own labels that saw neither the image nor its
    near-duplicates. Images that no model has seen yet are left out, and excluded ones.
    """
    from semgui.catalogue.images import ImageStore
    from semgui.catalogue.project import open_project
    from semgui.domain.progress import Progress
    from semgui.review.queue import ranked
    from semgui.review.strategies import BY_HEAD, strategy_named
    from semgui.services import closer
    from semgui.services.review import Reranker
    from semgui.settings import load_settings

    with open_project(project) as opened:
        chosen = strategy_named(strategy, _classes(opened, pair))
        limits = load_settings().limits.for_decoding()
        model_id = model_called(opened, model)
        if look is Look.CLOSER:
            _look_closer(opened, model_id, limits)
        reranker = Reranker(
            opened, model_id, model_called(opened, other_model), limits=limits, look=closer.Look(look)
        )
        by_head = chosen.name in BY_HEAD
        with watched() as (progress, cancel):
            evidence = reranker.gather(progress, cancel)
            honest = reranker.honest(progress, cancel) if by_head else None
            query = query_of(
                opened, evidence.model_id, saved=saved, folder=folder, class_name=class_name, tag=tag
            )
            among = None if query is None else ImageStore(opened).ids(query)

            def tick(done: int, total: int) -> None:
                cancel.raise_if_cancelled()
                progress(Progress("ranking", done, total))

            queue = ranked(evidence, chosen, limit, among, tick)
        paths = paths_of(opened, [entry.image_id for entry in queue])
    put_table(out, COLUMNS, _rows(queue, evidence, paths, blind=chosen.name == "audit"))
    if evidence.unseen:
        remark(f"{evidence.unseen:,} images were left out: {evidence.model_id} has not seen them yet.")
    if honest is not None:
        remark(_trust(evidence, honest))
    if not queue:
        remark(_EMPTY.get(strategy, "No image is in this queue."))
    if out is not None:
        print(f"{out}: {len(queue):,} images, {chosen.title.lower()}")


def _trust(evidence: Evidence, honest: Evidence) -> str:
    """Say how good the head is that judges: on specimens that it knows, and on those that it does not."""
    (right, judged), (right_anew, judged_anew) = evidence.accuracy, honest.accuracy
    return (
        f"The labels were judged by a model that says {right / judged:.1%} of {judged:,} labels itself; with "
        f"whole groups of the project left out it says {right_anew / judged_anew:.1%}."
    )


def _look_closer(project: Project, model_id: ModelId | None, limits: DecodeLimits) -> None:
    from semgui.services.closer import CloserLook

    with watched() as (progress, cancel):
        CloserLook(project, model_id, limits=limits).run(progress, cancel)


def _rows(
    queue: Sequence[QueueEntry], evidence: Evidence, paths: Mapping[ImageId, Path], *, blind: bool
) -> Iterator[tuple[object, ...]]:
    names = dict(zip(evidence.classes, evidence.names, strict=True))
    for entry in queue:
        label = "" if entry.label is None or blind else names[entry.label]
        predicted, score = "" if blind else names[entry.predicted], f"{entry.score:.4f}"
        yield entry.rank, paths[entry.image_id], label, predicted, score, entry.reason


def _classes(project: Project, pair: tuple[str, str] | None) -> tuple[ClassId, ClassId] | None:
    from semgui.catalogue.classes import ClassStore
    from semgui.review.naming import class_called

    if pair is None:
        return None
    taxonomy = ClassStore(project).taxonomy()
    first, second = (class_called(taxonomy, name).id for name in pair)
    return first, second


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(review)
