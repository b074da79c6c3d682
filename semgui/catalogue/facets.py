"""How many images there are of each kind under a filter: the numbers beside the filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from semgui.catalogue.conditions import ANSWERED, LABEL, by_model, marked, wanted
from semgui.catalogue.images import ImageStore
from semgui.catalogue.label_tables import current_marks, merged_classes
from semgui.catalogue.project import Project
from semgui.catalogue.query import (
    MEASURES,
    OF_PREDICTIONS,
    TRAITS,
    ImageQuery,
    Key,
    LabelState,
    Scope,
)
from semgui.catalogue.sorting import with_merged
from semgui.catalogue.tables import image_metadata, images, predictions, roots
from semgui.domain.ids import ClassId
from semgui.domain.image import ImageStatus
from semgui.domain.marks import MarkKind
from semgui.domain.prediction import PredictionStatus


class State(StrEnum):
    """What an image can be, beside its class; several may hold at once."""

    UNLABELLED = "unlabelled"
    LABELLED = "labelled"
    DISAGREE = "disagree"
    UNCERTAIN = "uncertain"
    NOT_SEM = "not_sem"
    FLAGGED = "flagged"
    EXCLUDED = "excluded"
    DATABAR = "databar"
    UNREADABLE = "unreadable"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FolderCount:
    """A folder that holds images, and how many lie directly in it."""

    path: Path
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts under a filter.

    The counts of one kind are made without the filter's own choice of that kind: beside each class stands
    how many images would be seen if that class were chosen.

    Parameters
    ----------
    total
        All images that are not missing, whatever the filter.
    labelled
        Those of them that have a label.
    states
        Images in each state.
    classes
        Labelled so or, without a label, predicted so.
    predicted
        Predicted so.
    folders
        In the order of their names.
    traits
        What the microscopes wrote: count by value.
    tags
        By the alphabet.
    roots
        The folders that were opened.
    """

    total: int = 0
    labelled: int = 0
    states: Mapping[State, int] = field(default_factory=dict)
    classes: Mapping[ClassId, int] = field(default_factory=dict)
    predicted: Mapping[ClassId, int] = field(default_factory=dict)
    folders: tuple[FolderCount, ...] = ()
    traits: Mapping[Key, Mapping[str, int]] = field(default_factory=dict)
    tags: Mapping[str, int] = field(default_factory=dict)
    roots: tuple[Path, ...] = ()


class FacetStore:
    """Counts of one project.

    Parameters
    ----------
    project
        The open project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._images = ImageStore(project)

    def facets(self, query: ImageQuery) -> Facets:
        """Return all counts, as of one moment.

        Two grouped queries, whatever the number of classes, folders and states: one counts the images of
        each combination of what people and the model said, the other of each combination of place and
        microscope. What a single facet leaves out is then a matter of adding up.
        """
        with self._project.read() as connection:
            merged: dict[str, str] = dict(connection.execute(select(merged_classes)).all())
            query = with_merged(connection, query)
            scope = self._images.scope(connection, query.folder)
            if query.folder is not None and scope is None:
                query = replace(query, folder=None)
            said = _said(connection, query, scope, merged)
            made = _made(connection, query)
            labelled, total = connection.execute(_PROGRESS).one()
            tags = _tags(connection, query, scope)
            opened = connection.execute(select(roots.c.path).order_by(roots.c.id)).scalars().all()
        return Facets(
            total=int(total),
            labelled=int(labelled),
            states=_states(said, query),
            classes=_sum(_passing(said, replace(query, classes=frozenset())), lambda c: c.shown),
            predicted=_sum(_passing(said, replace(query, predicted=frozenset())), lambda c: c.predicted),
            folders=_folders(made, query),
            traits={key: _trait(made, query, key) for key in TRAITS},
            tags=tags,
            roots=tuple(Path(path) for path in opened),
        )

    def extents(self, query: ImageQuery) -> dict[Key, tuple[float | str, float | str]]:
        """Return the smallest and the largest value of every measure in the whole project.

        Measures of which there are no two different values are left out: there is nothing to choose.
        """
        found = {}
        with self._project.read() as connection:
            for key in MEASURES:
                low, high = connection.execute(_extent(key, query)).one()
                if low is not None and low != high:
                    found[key] = (low, high)
        return found


_PROGRESS = (
    select(func.count(LABEL), func.count())
    .select_from(images)
    .where(images.c.status != ImageStatus.MISSING.value)
)


@dataclass(frozen=True, slots=True)
class _Said:
    """How many images of one state, label and prediction."""

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
        return self.label or self.predicted

    @property
    def differs(self) -> bool:
        return self.label is not None and self.predicted is not None and self.label != self.predicted


@dataclass(frozen=True, slots=True)
class _Made:
    """How many images of one place and microscope."""

    folder: Path
    traits: tuple[str | None, ...]
    count: int


def _said(
    connection: Connection, query: ImageQuery, scope: Scope | None, merged: Mapping[str, str]
) -> list[_Said]:
    """Count under those conditions of a query that `_passing` does not look at."""
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
        _Said(label, merged.get(guess, guess), trust, status, bool(certain), bool(flag), bool(out), n)
        for label, guess, trust, status, certain, flag, out, n in rows
    ]


def _passing(cells: Iterable[_Said], query: ImageQuery) -> list[_Said]:
    """Return what passes the conditions on status, marks, label and prediction."""
    return [cell for cell in cells if _passes(cell, query)]


def _passes(cell: _Said, query: ImageQuery) -> bool:
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


def _sum(cells: Iterable[_Said], value_of: Callable[[_Said], str | None]) -> dict[ClassId, int]:
    found: Counter[ClassId] = Counter()
    for cell in cells:
        value = value_of(cell)
        if value is not None:
            found[ClassId(value)] += cell.count
    return dict(found)


def _states(cells: Iterable[_Said], query: ImageQuery) -> dict[State, int]:
    free = without_states(query)
    found = Counter(dict.fromkeys(State, 0))
    for cell in cells:
        there = cell.status != ImageStatus.MISSING.value
        if not _passes(cell, free if there else replace(free, status=ImageStatus.MISSING)):
            continue
        holds = {
            State.UNLABELLED: there and cell.label is None,
            State.LABELLED: there and cell.label is not None,
            State.DISAGREE: there and cell.differs,
            State.UNCERTAIN: there and cell.label is None and cell.trust == PredictionStatus.UNCERTAIN.value,
            State.NOT_SEM: there and cell.trust == PredictionStatus.NOT_SEM.value,
            State.FLAGGED: there and cell.flagged,
            State.EXCLUDED: there and cell.excluded,
            State.DATABAR: there and not cell.certain,
            State.UNREADABLE: cell.status == ImageStatus.UNREADABLE.value,
            State.MISSING: not there,
        }
        for state, holding in holds.items():
            found[state] += cell.count if holding else 0
    return dict(found)


def without_states(query: ImageQuery) -> ImageQuery:
    """Return a query without its conditions on the state of images."""
    return replace(
        query,
        label_state=None,
        prediction_status=None,
        status=None,
        flagged=None,
        excluded=None,
        databar_uncertain=False,
    )


def _made(connection: Connection, query: ImageQuery) -> list[_Made]:
    """Count under all conditions but folder and choices."""
    free = replace(query, folder=None, choices=())
    columns = (roots.c.path, images.c.folder, *(image_metadata.c[key] for key in TRAITS))
    source = images.join(roots, roots.c.id == images.c.root_id).outerjoin(
        image_metadata, image_metadata.c.image_id == images.c.id
    )
    statement = select(*columns, func.count()).select_from(source).where(*wanted(free, None))
    rows = connection.execute(statement.group_by(images.c.root_id, *columns[1:]))
    return [_Made(Path(root, folder), tuple(traits), count) for root, folder, *traits, count in rows]


def _chosen(cell: _Made, query: ImageQuery, leaving_out: Key | None = None) -> bool:
    chosen = {choice.key: choice.values for choice in query.choices if choice.key is not leaving_out}
    return all(value in chosen.get(key, {value}) for key, value in zip(TRAITS, cell.traits, strict=True))


def _folders(cells: Iterable[_Made], query: ImageQuery) -> tuple[FolderCount, ...]:
    found: Counter[Path] = Counter()
    for cell in cells:
        if _chosen(cell, query):
            found[cell.folder] += cell.count
    return tuple(FolderCount(path, found[path]) for path in sorted(found))


def _trait(cells: Iterable[_Made], query: ImageQuery, key: Key) -> dict[str, int]:
    found: Counter[str] = Counter()
    place = TRAITS.index(key)
    for cell in cells:
        value = cell.traits[place]
        inside = query.folder is None or cell.folder.is_relative_to(query.folder)
        if value is not None and inside and _chosen(cell, query, leaving_out=key):
            found[value] += cell.count
    return {value: found[value] for value in sorted(found, key=str.casefold)}


def _tags(connection: Connection, query: ImageQuery, scope: Scope | None) -> dict[str, int]:
    tagged = and_(current_marks.c.image_id == images.c.id, current_marks.c.kind == MarkKind.TAG.value)
    statement = select(current_marks.c.word, func.count()).select_from(images.join(current_marks, tagged))
    free = replace(query, tag=None)
    rows = connection.execute(statement.where(*wanted(free, scope)).group_by(current_marks.c.word))
    return dict(sorted(rows.all(), key=lambda item: item[0].casefold()))


def _extent(key: Key, query: ImageQuery) -> Select[Any]:
    if key is Key.ACQUIRED:
        return select(func.min(images.c.acquired_at), func.max(images.c.acquired_at))
    if key in OF_PREDICTIONS:
        column = predictions.c[key]
        return select(func.min(column), func.max(column)).where(by_model(query.model_id), ANSWERED)
    column = image_metadata.c[key]
    return select(func.min(column), func.max(column))
