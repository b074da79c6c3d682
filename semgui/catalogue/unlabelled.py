"""Which images wait for a label."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.columns import Columns
from semgui.catalogue.project import Project
from semgui.domain.image import ImageStatus
from semgui.domain.marks import MarkKind


def unlabelled(project: Project) -> NDArray[np.int64]:
    """Return the ids of the readable images without a label that are not excluded, ascending."""
    with project.read() as connection:
        columns = Columns(connection)
        readable = columns.status.where(lambda status: status == ImageStatus.OK.value)
        excluded = columns.marked(connection, MarkKind.EXCLUDED).where(bool)
        labelled = columns.labels(connection).where(lambda label: label is not None)
        return columns.ids[readable & ~excluded & ~labelled]
