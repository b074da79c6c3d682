"""To begin with classes of one's own: those that nobody has used are put away, all at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from semgui.catalogue.classes import read_taxonomy
from semgui.catalogue.labels import count_labels
from semgui.review.commands import Changes


@dataclass(frozen=True, slots=True)
class SetAsideUnused:
    """Archive every class in use that no image has; a class made later under such a name brings it back."""

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new states."""
        unused = [c for c in read_taxonomy(connection).active if not count_labels(connection, c.id)]
        title = f"Set {len(unused)} unused classes aside"
        return Changes(title, classes=[replace(c, archived=True, shortcut="") for c in unused])
