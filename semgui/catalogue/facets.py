"""How many images there are of each kind under a filter: the numbers beside the filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, func, select

from semgui.catalogue.columns import Coded, Columns, Mask
from semgui.catalogue.combinations import Made, Said, chosen_by, lies_in, passes, read_made, read_said
from semgui.catalogue.conditions import ANSWERED, by_model, wanted
from semgui.catalogue.images import ImageStore
from semgui.catalogue.label_tables import merged_classes
from semgui.catalogue.naming import path_key
from semgui.catalogue.project import Project
from semgui.catalogue.query import MEASURES, OF_PREDICTIONS, TRAITS, ImageQuery, Key
from semgui.catalogue.sorting import with_merged
from semgui.catalogue.tables import image_metadata, images, predictions, roots
from semgui.domain.ids import ClassId, ModelId
from semgui.domain.image import ImageStatus
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
        self._known: _Known | None = None

    def facets(self, query: ImageQuery) -> Facets:
        """Return all counts, as of one moment.

        Columns of all images are read from indexes, and only when something was written since the last time;
        what a single facet leaves out is then a matter of asking the few combinations that there are,
        whatever the number of classes, folders and states.
        """
        with self._project.read_version() as (connection, version):
            known = self._known
            if known is None or (known.version, known.model_id) != (version, query.model_id):
                known = self._known = _read(connection, version, query.model_id)
            query = with_merged(connection, query)
            scope = self._images.scope(connection, query.folder)
            others = ImageQuery(text=query.text, ranges=query.ranges, model_id=query.model_id)
            found = known.columns.passing(connection, wanted(others, None, missing_too=True))
        said, made, tags = known.said, known.made, known.tags
        is_said = said.where(lambda one: passes(one, query))
        inside = made.where(lambda one: lies_in(one, scope))
        chosen = made.where(lambda one: chosen_by(one, query))
        tagged = found if query.tag is None else found & tags.get(query.tag, False)
        cells = said.counts(tagged & inside & chosen)
        present = said.counts(said.where(lambda one: one.present))
        return Facets(
            total=sum(n for _, n in present),
            labelled=sum(n for one, n in present if one.label is not None),
            states=_states(cells, query),
            classes=_sum(cells, replace(query, classes=frozenset()), lambda one: one.shown),
            predicted=_sum(cells, replace(query, predicted=frozenset()), lambda one: one.predicted),
            folders=_folders(made.counts(tagged & is_said & chosen)),
            traits={key: _trait(made, tagged & is_said & inside, query, key) for key in TRAITS},
            tags=_tags(tags, found & is_said & inside & chosen),
            roots=known.roots,
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


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """All images as they were at one moment, and as one model sees them."""

    version: int
    model_id: ModelId | None
    columns: Columns
    said: Coded[Said]
    made: Coded[Made]
    tags: Mapping[str, Mask]
    roots: tuple[Path, ...]


def _read(connection: Connection, version: int, model_id: ModelId | None) -> _Known:
    merged: dict[str, str] = dict(connection.execute(select(merged_classes)).all())
    opened = connection.execute(select(roots.c.path).order_by(roots.c.id)).scalars()
    columns = Columns(connection)
    return _Known(
        version,
        model_id,
        columns,
        read_said(connection, columns, model_id, merged),
        read_made(connection, columns),
        columns.tags(connection),
        tuple(Path(path) for path in opened),
    )


def _sum(
    cells: Sequence[tuple[Said, int]], query: ImageQuery, value_of: Callable[[Said], str | None]
) -> dict[ClassId, int]:
    found: Counter[ClassId] = Counter()
    for one, count in cells:
        value = value_of(one)
        if value is not None and passes(one, query):
            found[ClassId(value)] += count
    return dict(found)


def _states(cells: Sequence[tuple[Said, int]], query: ImageQuery) -> dict[State, int]:
    free = without_states(query)
    gone = replace(free, status=ImageStatus.MISSING)
    found = Counter(dict.fromkeys(State, 0))
    for one, count in cells:
        there = one.present
        if not passes(one, free if there else gone):
            continue
        holds = {
            State.UNLABELLED: there and one.label is None,
            State.LABELLED: there and one.label is not None,
            State.DISAGREE: there and one.differs,
            State.UNCERTAIN: there and one.label is None and one.trust == PredictionStatus.UNCERTAIN.value,
            State.NOT_SEM: there and one.trust == PredictionStatus.NOT_SEM.value,
            State.FLAGGED: there and one.flagged,
            State.EXCLUDED: there and one.excluded,
            State.DATABAR: there and not one.certain,
            State.UNREADABLE: one.status == ImageStatus.UNREADABLE.value,
            State.MISSING: not there,
        }
        for state, holding in holds.items():
            found[state] += count if holding else 0
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


def _folders(cells: Iterable[tuple[Made, int]]) -> tuple[FolderCount, ...]:
    found: Counter[Path] = Counter()
    for one, count in cells:
        found[one.path] += count
    return tuple(FolderCount(path, found[path]) for path in sorted(found, key=path_key))


def _trait(made: Coded[Made], among: Mask, query: ImageQuery, key: Key) -> dict[str, int]:
    found: Counter[str] = Counter()
    place = TRAITS.index(key)
    for one, count in made.counts(among & made.where(lambda one: chosen_by(one, query, leaving_out=key))):
        value = one.traits[place]
        if value is not None:
            found[value] += count
    return {value: found[value] for value in sorted(found, key=str.casefold)}


def _tags(tags: Mapping[str, Mask], among: Mask) -> dict[str, int]:
    counts = {word: int(np.count_nonzero(tagged & among)) for word, tagged in tags.items()}
    return {word: counts[word] for word in sorted(counts, key=str.casefold) if counts[word]}


def _extent(key: Key, query: ImageQuery) -> Select[Any]:
    if key is Key.ACQUIRED:
        return select(func.min(images.c.acquired_at), func.max(images.c.acquired_at))
    if key in OF_PREDICTIONS:
        column = predictions.c[key]
        return select(func.min(column), func.max(column)).where(by_model(query.model_id), ANSWERED)
    column = image_metadata.c[key]
    return select(func.min(column), func.max(column))
