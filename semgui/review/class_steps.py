"""Changes that begin at what is in force when they are made: of two in quick succession both count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from semgui.catalogue.classes import read_taxonomy
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.taxonomy import SemClass
from semgui.review.class_commands import ReorderClasses, SetExamples
from semgui.review.commands import Changes, unique
from semgui.review.naming import known_class, usable_class


@dataclass(frozen=True, slots=True)
class AddExamples:
    """Let images show what a class is, beside those that do already."""

    class_id: ClassId
    image_ids: Sequence[ImageId]

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new state."""
        before = known_class(read_taxonomy(connection), self.class_id).examples
        wanted = unique((*before, *self.image_ids))
        return SetExamples(self.class_id, wanted).plan(connection, annotator, at)


@dataclass(frozen=True, slots=True)
class RemoveExample:
    """Let an image no longer show what a class is."""

    class_id: ClassId
    image_id: ImageId

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new state."""
        before = known_class(read_taxonomy(connection), self.class_id).examples
        kept = [i for i in before if i != self.image_id]
        return SetExamples(self.class_id, kept).plan(connection, annotator, at)


@dataclass(frozen=True, slots=True)
class MoveClass:
    """Move a class among those in use that lie beside it.

    Parameters
    ----------
    by
        Places; negative: towards the first. It stops at the ends.
    """

    class_id: ClassId
    by: int

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the classes whose position changes."""
        taxonomy = read_taxonomy(connection)
        active = taxonomy.active
        ids = {c.id for c in active}

        def parent(c: SemClass) -> ClassId | None:
            return c.parent if c.parent in ids else None

        moved = usable_class(taxonomy, self.class_id)
        beside = [c.id for c in active if parent(c) == parent(moved)]
        place = beside.index(moved.id)
        beside.insert(min(max(place + self.by, 0), len(beside) - 1), beside.pop(place))
        order = iter(beside)
        named = [next(order) if parent(c) == parent(moved) else c.id for c in active]
        return ReorderClasses(named).plan(connection, annotator, at)
