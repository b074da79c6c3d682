"""Labels from elsewhere, with the classes that they need, as one action."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from semgui.catalogue.classes import read_taxonomy
from semgui.catalogue.label_tables import label_events
from semgui.catalogue.labels import Label, chunks, read_labels
from semgui.catalogue.marks import Mark, spelling_in_use
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.labels import LabelSource
from semgui.domain.marks import MarkKind
from semgui.domain.taxonomy import SemClass, Taxonomy
from semgui.review.commands import Changes, counted, unique
from semgui.review.mark_commands import only_new_marks
from semgui.review.naming import KEYS, checked_name, find_class, new_classes


@dataclass(frozen=True, slots=True)
class ImportedLabel:
    """A label for an image of the project; ``None`` where its origin does not say.

    Parameters
    ----------
    class_key
        Name or id of a class, or the key of a class that the origin defines.
    """

    image_id: ImageId
    class_key: str
    annotator: str | None = None
    created_at: datetime | None = None
    source: LabelSource | None = None
    model_id: ModelId | None = None

    def is_said_by(self, label: Label) -> bool:
        """Whether a label of the project (its class aside) already says all that this one does."""
        return (self.annotator is None or self.annotator == label.annotator) and (
            self.source is None or (self.source, self.model_id) == (label.source, label.model_id)
        )


@dataclass(frozen=True, slots=True)
class ImportedMark:
    """A mark for an image of the project; ``None`` where its origin does not say."""

    image_id: ImageId
    kind: MarkKind
    word: str = ""
    text: str = ""
    annotator: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportLabels:
    """Append labels and marks, in order; those that the project has already are left out.

    Parameters
    ----------
    labels
        Of several for one image the last is in force.
    origin
        Name of the file or folder, for the title.
    classes
        Classes that the origin defines, by key; those that the project lacks are created as they are.
    existing_classes_only
        Refuse the whole import instead of creating classes.
    marks
        They are put on images; no import takes one off.
    """

    labels: Sequence[ImportedLabel]
    origin: str
    classes: Mapping[str, SemClass] = field(default_factory=dict)
    existing_classes_only: bool = False
    marks: Sequence[ImportedMark] = ()

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the missing classes and one event per label that is news."""
        taxonomy = read_taxonomy(connection)
        used = unique(label.class_key for label in self.labels)
        if self.existing_classes_only:
            self._refuse_missing(taxonomy, used)
            ids, created = self._resolve(taxonomy, used)
        else:
            ids, created = self._resolve(taxonomy, unique([*self.classes, *used]))
        labels = [
            Label(
                image_id=row.image_id,
                class_id=ids[row.class_key],
                annotator=row.annotator or annotator,
                created_at=row.created_at or at,
                source=row.source or LabelSource.IMPORT,
                model_id=row.model_id,
            )
            for row in self._news(connection, ids, annotator)
        ]
        marks = self._marks(connection, annotator, at)
        touched = {label.image_id for label in labels} | {mark.image_id for mark in marks}
        return Changes(f"Import labels of {counted(touched)} from {self.origin}", labels, created, marks)

    def _marks(self, connection: sa.Connection, annotator: str, at: datetime) -> list[Mark]:
        words = unique(mark.word for mark in self.marks)
        spellings = {word: spelling_in_use(connection, word) if word else "" for word in words}
        marks = [
            Mark(
                image_id=mark.image_id,
                kind=mark.kind,
                word=spellings[mark.word],
                present=True,
                text=mark.text,
                annotator=mark.annotator or annotator,
                created_at=mark.created_at or at,
            )
            for mark in self.marks
        ]
        return only_new_marks(connection, marks)

    def _find(self, taxonomy: Taxonomy, key: str) -> SemClass | None:
        defined = self.classes.get(key)
        if defined is None:
            return find_class(taxonomy, key)
        same_id = next((c for c in taxonomy if c.id == taxonomy.read_as(defined.id)), None)
        return same_id or find_class(taxonomy, defined.name)

    def _refuse_missing(self, taxonomy: Taxonomy, keys: Sequence[str]) -> None:
        missing = [key for key in keys if self._find(taxonomy, key) is None]
        if missing:
            names = ", ".join(self.classes[key].name if key in self.classes else key for key in missing)
            raise UsageError(f"the project has no class {names}; nothing was imported.")

    def _resolve(self, taxonomy: Taxonomy, keys: Sequence[str]) -> tuple[dict[str, ClassId], list[SemClass]]:
        """Return the class of each key, and the states of those that are to be created."""
        ids: dict[str, ClassId] = {}
        created: list[SemClass] = []
        first_free = max((c.position for c in taxonomy), default=-1) + 1
        for key in keys:
            # What was created for an earlier key counts: names may differ in case only.
            now = Taxonomy((*taxonomy, *created))
            sem_class = self._find(now, key)
            if sem_class is None:
                sem_class = self._create(now, key, first_free)
                created.append(sem_class)
            ids[key] = sem_class.id
        # What the origin says of other classes is about its own ids.
        target = Taxonomy((*taxonomy, *created))
        return ids, [self._placed(c, ids, target) for c in created]

    def _placed(self, created: SemClass, ids: Mapping[str, ClassId], taxonomy: Taxonomy) -> SemClass:
        into = None if created.merged_into is None else ids.get(created.merged_into)
        return replace(
            created,
            parent=None if created.parent is None else ids.get(created.parent),
            merged_into=None if into is None else taxonomy.read_as(into),
        )

    def _create(self, taxonomy: Taxonomy, key: str, first_free: int) -> SemClass:
        defined = self.classes.get(key)
        if defined is None:
            return new_classes(taxonomy, [(None, key)])[0]
        taken = {c.shortcut for c in taxonomy.active}
        usable = set(KEYS) - taken if not defined.archived else set()
        shortcut = defined.shortcut if defined.shortcut in usable else ""
        name = checked_name(defined.name)
        return replace(defined, name=name, shortcut=shortcut, position=first_free + defined.position)

    def _news(
        self, connection: sa.Connection, ids: Mapping[str, ClassId], annotator: str
    ) -> list[ImportedLabel]:
        """Return the labels that the project lacks, or has of somebody else only: two who agree are two."""
        by_image: dict[ImageId, list[ImportedLabel]] = defaultdict(list)
        for row in self.labels:
            by_image[row.image_id].append(row)
        in_force = read_labels(connection, list(by_image))
        earlier = _said_before(
            connection,
            [
                i
                for i, rows in by_image.items()
                if len(rows) > 1 or (i in in_force and in_force[i].annotator != annotator)
            ],
        )
        news: list[ImportedLabel] = []
        for image_id, rows in by_image.items():
            *before, last = rows
            label = in_force.get(image_id)
            known = (
                label is not None
                and label.class_id == ids[last.class_key]
                and last.is_said_by(label)
                and (label.annotator == annotator or _spoken(last, ids, annotator) in earlier)
                and all((image_id, ids[row.class_key], row.annotator) in earlier for row in before)
            )
            if not known:
                news += rows
        return news


def _spoken(
    row: ImportedLabel, ids: Mapping[str, ClassId], annotator: str
) -> tuple[ImageId, ClassId | None, str]:
    return row.image_id, ids[row.class_key], row.annotator or annotator


def _said_before(
    connection: sa.Connection, image_ids: Sequence[ImageId]
) -> set[tuple[ImageId, ClassId | None, str]]:
    """Return who ever gave which class to these images."""
    columns = (label_events.c.image_id, label_events.c.class_id, label_events.c.annotator)
    said: set[tuple[ImageId, ClassId | None, str]] = set()
    for some in chunks(image_ids):
        rows: list[Any] = list(
            connection.execute(sa.select(*columns).where(label_events.c.image_id.in_(some)))
        )
        said.update((row.image_id, row.class_id, row.annotator) for row in rows)
    return said
