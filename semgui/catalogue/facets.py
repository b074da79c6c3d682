"""How many images there are of each kind under a filter: the numbers beside the filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from semgui.catalogue.combinations import (
    Made,
    Said,
    chosen_by,
    count_made,
    count_said,
    passes,
    passing,
)
from semgui.catalogue.conditions import ANSWERED, LABEL, by_model, wanted
from semgui.catalogue.images import ImageStore
from semgui.catalogue.label_tables import current_marks, merged_classes
from semgui.catalogue.project import Project
from semgui.catalogue.query import (
    MEASURES,
    OF_PREDICTIONS,
    TRAITS,
    ImageQuery,
    Key,
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
            said = count_said(connection, query, scope, merged)
            made = count_made(connection, query)
            labelled, total = connection.execute(_PROGRESS).one()
            tags = _tags(connection, query, scope)
            opened = connection.execute(select(roots.c.path).order_by(roots.c.id)).scalars().all()
        return Facets(
            total=int(total),
            labelled=int(labelled),
            states=_states(said, query),
            classes=_sum(passing(said, replace(query, classes=frozenset())), lambda c: c.shown),
            predicted=_sum(passing(said, replace(query, predicted=frozenset())), lambda c: c.predicted),
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


def _sum(cells: Iterable[Said], value_of: Callable[[Said], str | None]) -> dict[ClassId, int]:
    found: Counter[ClassId] = Counter()
    for cell in cells:
        value = value_of(cell)
        if value is not None:
            found[ClassId(value)] += cell.count
    return dict(found)


def _states(cells: Iterable[Said], query: ImageQuery) -> dict[State, int]:
    free = without_states(query)
    found = Counter(dict.fromkeys(State, 0))
    for cell in cells:
        there = cell.status != ImageStatus.MISSING.value
        if not passes(cell, free if there else replace(free, status=ImageStatus.MISSING)):
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


def _folders(cells: Iterable[Made], query: ImageQuery) -> tuple[FolderCount, ...]:
    found: Counter[Path] = Counter()
    for cell in cells:
        if chosen_by(cell, query):
            found[cell.folder] += cell.count
    return tuple(FolderCount(path, found[path]) for path in sorted(found))


def _trait(cells: Iterable[Made], query: ImageQuery, key: Key) -> dict[str, int]:
    found: Counter[str] = Counter()
    place = TRAITS.index(key)
    for cell in cells:
        value = cell.traits[place]
        inside = query.folder is None or cell.folder.is_relative_to(query.folder)
        if value is not None and inside and chosen_by(cell, query, leaving_out=key):
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
