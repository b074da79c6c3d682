"""Marks that one key puts on and takes off: which of both is decided inside the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from semgui.catalogue.marks import read_marked
from semgui.domain.ids import ImageId
from semgui.domain.marks import MarkKind
from semgui.review.commands import Changes, image_ids
from semgui.review.mark_commands import SetExcluded, SetFlag


@dataclass(frozen=True, slots=True)
class ToggleFlag:
    """Flag images or, where all of them are flagged, take the flags off."""

    image_ids: Sequence[ImageId]

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per image that changes."""
        on = not _all_marked(connection, self.image_ids, MarkKind.FLAG)
        return SetFlag(self.image_ids, on).plan(connection, annotator, at)


@dataclass(frozen=True, slots=True)
class ToggleExcluded:
    """Leave images out of training and queues or, where all of them are left out, take them in again."""

    image_ids: Sequence[ImageId]

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per image that changes."""
        on = not _all_marked(connection, self.image_ids, MarkKind.EXCLUDED)
        return SetExcluded(self.image_ids, on).plan(connection, annotator, at)


def _all_marked(connection: sa.Connection, ids: Sequence[ImageId], kind: MarkKind) -> bool:
    wanted = image_ids(ids)
    return len(read_marked(connection, kind, "", wanted)) == len(wanted)
