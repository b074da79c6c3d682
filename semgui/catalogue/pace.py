"""How much a person has labelled since a time of the day."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from semgui.catalogue.label_tables import batches, current_labels, label_events
from semgui.catalogue.project import Project
from semgui.domain.labels import LabelSource


def labelled_since(project: Project, annotator: str, since: datetime) -> int:
    """Return how many images have a label in force that `annotator` gave, not imported, at or after `since`.

    Looks only at images that were touched since then, however many the project has.

    Parameters
    ----------
    since
        With its time zone.
    """
    first_batch = sa.select(sa.func.min(batches.c.id)).where(batches.c.created_at >= since).scalar_subquery()
    touched = sa.select(label_events.c.image_id).where(label_events.c.batch_id >= first_batch).distinct()
    query = sa.select(sa.func.count()).where(
        current_labels.c.image_id.in_(touched),
        current_labels.c.class_id.is_not(None),
        current_labels.c.annotator == annotator,
        current_labels.c.created_at >= since,
        current_labels.c.source != LabelSource.IMPORT.value,  # that was no work of today
    )
    with project.read() as connection:
        return int(connection.execute(query.select_from(current_labels)).scalar_one())
