"""How many images there are of each combination of what was said of them, and of how they were made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, and_, func, select

from semgui.catalogue.conditions import ANSWERED, LABEL, by_model, marked, wanted
from semgui.catalogue.query import TRAITS, ImageQuery, Key, LabelState, Scope
from semgui.catalogue.tables import image_metadata, images, predictions, roots
from semgui.domain.image import ImageStatus
from semgui.domain.marks import MarkKind


@dataclass(frozen=True, slots=True)
class Said:
    """How many images there are of one state, label and prediction."""

    label: str | None
    predicted: str | None
    trust: str | None
    status: str
    certain: bool
    flagged: bool
    excluded: bool
    count: int

    @property
    def shown(self) -> str | None:
        """The label or, without one, the model's class."""
        return self.label or self.predicted

    @property
    def differs(self) -> bool:
        """Whether the label and the model's class differ."""
        return self.label is not None and self.predicted is not None and self.label != self.predicted


@dataclass(frozen=True, slots=True)
class Made:
    """How many images of one place and microscope."""

    folder: Path
    traits: tuple[str | None, ...]
    count: int


def count_said(
    connection: Connection, query: ImageQuery, scope: Scope | None, merged: Mapping[str, str]
) -> list[Said]:
    """Count under those conditions of a query that `passing` does not look at."""
    others = ImageQuery(
        text=query.text,
        folder=query.folder,
        tag=query.tag,
        ranges=query.ranges,
        choices=query.choices,
        model_id=query.model_id,
    )
    answer = and_(predictions.c.image_id == images.c.id, by_model(query.model_id), ANSWERED)
    columns = (
        *(LABEL.label("label"), predictions.c.predicted, predictions.c.status.label("trust")),
        *(images.c.status, images.c.databar_certain),
        images.c.id.in_(marked(MarkKind.FLAG)).label("flagged"),
        images.c.id.in_(marked(MarkKind.EXCLUDED)).label("excluded"),
    )
    statement = select(*columns, func.count()).select_from(images.outerjoin(predictions, answer))
    rows = connection.execute(statement.where(*wanted(others, scope, missing_too=True)).group_by(*columns))
    return [
        Said(label, merged.get(guess, guess), trust, status, bool(certain), bool(flag), bool(out), n)
        for label, guess, trust, status, certain, flag, out, n in rows
    ]


def passing(cells: Iterable[Said], query: ImageQuery) -> list[Said]:
    """Return what passes the conditions on status, marks, label and prediction."""
    return [cell for cell in cells if passes(cell, query)]


def passes(cell: Said, query: ImageQuery) -> bool:
    """Whether images of this combination pass those conditions."""
    status = query.status
    present = cell.status != ImageStatus.MISSING.value if status is None else cell.status == status.value
    labels = {
        None: True,
        LabelState.LABELLED: cell.label is not None,
        LabelState.UNLABELLED: cell.label is None,
        LabelState.DISAGREE: cell.differs,
    }
    return (
        present
        and labels[query.label_state]
        and (not query.classes or cell.shown in query.classes)
        and (not query.predicted or cell.predicted in query.predicted)
        and query.prediction_status in (None, cell.trust)
        and query.flagged in (None, cell.flagged)
        and query.excluded in (None, cell.excluded)
        and not (query.databar_uncertain and cell.certain)
    )


def count_made(connection: Connection, query: ImageQuery) -> list[Made]:
    """Count under all conditions but folder and choices."""
    free = replace(query, folder=None, choices=())
    columns = (roots.c.path, images.c.folder, *(image_metadata.c[key] for key in TRAITS))
    source = images.join(roots, roots.c.id == images.c.root_id).outerjoin(
        image_metadata, image_metadata.c.image_id == images.c.id
    )
    statement = select(*columns, func.count()).select_from(source).where(*wanted(free, None))
    rows = connection.execute(statement.group_by(images.c.root_id, *columns[1:]))
    return [Made(Path(root, folder), tuple(traits), count) for root, folder, *traits, count in rows]


def chosen_by(cell: Made, query: ImageQuery, leaving_out: Key | None = None) -> bool:
    """Whether images of this combination pass the choices of a query, one of them left out."""
    chosen = {choice.key: choice.values for choice in query.choices if choice.key is not leaving_out}
    return all(value in chosen.get(key, {value}) for key, value in zip(TRAITS, cell.traits, strict=True))
