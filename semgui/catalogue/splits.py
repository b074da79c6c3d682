"""On which side of the project's split each image lies."""

from __future__ import annotations

import sqlalchemy as sa

from semgui.catalogue.project import Project
from semgui.catalogue.records import raw_rows
from semgui.catalogue.tables import splits
from semgui.domain.ids import ImageId
from semgui.domain.split import Split


def split_of_images(project: Project) -> dict[ImageId, Split]:
    """Return the split of every image of which it is decided."""
    with project.read() as connection:
        query = sa.select(splits.c.image_id, splits.c.split)
        parts = raw_rows(connection.execute(query))
        return {ImageId(row[0]): Split(row[1]) for rows in parts for row in rows}


def groups_of_images(project: Project) -> dict[ImageId, str]:
    """Return the name of the group by which the split of every image was decided."""
    with project.read() as connection:
        query = sa.select(splits.c.image_id, splits.c.group_key)
        parts = raw_rows(connection.execute(query))
        return {ImageId(row[0]): row[1] for rows in parts for row in rows}
