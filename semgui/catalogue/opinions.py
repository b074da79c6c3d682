"""What each annotator said of each image, whatever is in force now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from semgui.catalogue.batches import read_undone
from semgui.catalogue.label_tables import label_events, verdict_events
from semgui.catalogue.project import Project
from semgui.catalogue.verdicts import VerdictKind
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.labels import LabelSource
from semgui.domain.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody said of an image.

    Parameters
    ----------
    class_id
        ``None``: the label was taken away.
    created_at
        UTC.
    """

    image_id: ImageId
    annotator: str
    class_id: ClassId | None
    created_at: datetime

    def read_as(self, taxonomy: Taxonomy) -> Opinion:
        """Return the same with a class that was merged as the other one."""
        return self if self.class_id is None else replace(self, class_id=taxonomy.read_as(self.class_id))


def read_opinions(project: Project) -> list[Opinion]:
    """Return what people said themselves, oldest first.

    Left out is what was undone, what merging classes made of labels, accepted predictions, and what settled a
    disagreement.
    """
    settling = sa.select(verdict_events.c.batch_id).where(
        verdict_events.c.kind == VerdictKind.ADJUDICATION.value
    )
    events = label_events.c
    query = (
        sa.select(events.batch_id, events.image_id, events.annotator, events.class_id, events.created_at)
        .where(events.undoes.is_(None), events.restores.is_(None))
        .where(events.source != LabelSource.ACCEPTED.value, events.batch_id.not_in(settling))
        .order_by(events.id)
    )
    with project.read() as connection:
        undone = read_undone(connection)
        return [
            Opinion(
                ImageId(row.image_id),
                row.annotator,
                None if row.class_id is None else ClassId(row.class_id),
                row.created_at,
            )
            for row in connection.execute(query)
            if row.batch_id not in undone
        ]
