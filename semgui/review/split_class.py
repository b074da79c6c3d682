"""Making two classes of one; see `semgui.review.commands`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from semgui.catalogue.classes import read_taxonomy
from semgui.catalogue.labels import Label, read_labels
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.labels import LabelSource
from semgui.review.commands import Changes, counted, image_ids
from semgui.review.naming import check_free, known_class, new_classes


@dataclass(frozen=True, slots=True)
class SplitClass:
    """Give chosen images of a class a new class, which comes after it in lists and under the same parent.

    Images that have another label, or none, are left alone. What models say stays what it is: they do not
    know the new class until they are trained on it.
    """

    class_id: ClassId
    name: str
    image_ids: Sequence[ImageId]

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new class, its place, and one event per image."""
        taxonomy = read_taxonomy(connection)
        old = known_class(taxonomy, self.class_id)
        check_free(taxonomy, self.name)
        in_force = read_labels(connection, image_ids(self.image_ids))
        chosen = [i for i in image_ids(self.image_ids) if i in in_force and in_force[i].class_id == old.id]
        if not chosen:
            raise UsageError(f"none of these images is labelled {old.name}; choose images of that class.")
        (created,) = new_classes(taxonomy, [(None, self.name)])
        created = replace(created, parent=old.parent, position=old.position + 1)
        moved = [replace(c, position=c.position + 1) for c in taxonomy if c.position > old.position]
        labels = [Label(i, created.id, annotator, at, LabelSource.USER) for i in chosen]
        title = f"Split {created.name} off {old.name} ({counted(labels)})"
        return Changes(title, labels, [created, *(c for c in moved if c.id != created.id)])
