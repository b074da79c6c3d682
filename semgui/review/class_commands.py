"""What a user can do to classes; see `semgui.review.commands` for what a command is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from semgui.catalogue.classes import read_taxonomy
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId
from semgui.domain.taxonomy import SemClass, Taxonomy
from semgui.review.commands import Changes, unique
from semgui.review.naming import check_free, checked_name, known_class, new_classes

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class CreateClass:
    """Add a class; a name of a preset brings that preset's id, colour and key along."""

    name: str

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new class."""
        taxonomy = read_taxonomy(connection)
        check_free(taxonomy, self.name)
        (created,) = new_classes(taxonomy, [(None, self.name)])
        return Changes(f"Create class {created.name}", classes=(created,))


@dataclass(frozen=True, slots=True)
class RenameClass:
    """Change what people read; the id stays."""

    class_id: ClassId
    name: str

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new state."""
        taxonomy = read_taxonomy(connection)
        old = known_class(taxonomy, self.class_id)
        name = checked_name(self.name)
        others = Taxonomy(tuple(c for c in taxonomy if c.id != old.id))
        if not old.archived:
            check_free(others, name)
        return _changed(f"Rename class {old.name} to {name}", old, replace(old, name=name))


@dataclass(frozen=True, slots=True)
class RecolourClass:
    """Change the colour (``#rrggbb``)."""

    class_id: ClassId
    colour: str

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new state."""
        if not _COLOUR.fullmatch(self.colour):
            raise UsageError(f"{self.colour!r} is no colour; write it as #rrggbb.")
        old = known_class(read_taxonomy(connection), self.class_id)
        return _changed(f"Recolour class {old.name}", old, replace(old, colour=self.colour.lower()))


@dataclass(frozen=True, slots=True)
class SetShortcut:
    """Give a class a key, and take it from the class that had it; an empty key takes it away."""

    class_id: ClassId
    shortcut: str

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new states."""
        taxonomy = read_taxonomy(connection)
        old = known_class(taxonomy, self.class_id)
        if old.shortcut == self.shortcut:
            return Changes("")
        robbed = [
            replace(c, shortcut="")
            for c in taxonomy
            if self.shortcut and c.shortcut == self.shortcut and c.id != old.id
        ]
        changed = [*robbed, replace(old, shortcut=self.shortcut)]
        return Changes(f"Key {self.shortcut or 'none'} for class {old.name}", classes=changed)


@dataclass(frozen=True, slots=True)
class ReorderClasses:
    """Put the classes into a new order; those not named follow in their old one."""

    class_ids: Sequence[ClassId]

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the classes whose position changes."""
        taxonomy = read_taxonomy(connection)
        named = [known_class(taxonomy, class_id) for class_id in unique(self.class_ids)]
        order = [*named, *(c for c in taxonomy if c not in named)]
        moved = [replace(c, position=p) for p, c in enumerate(order) if c.position != p]
        return Changes("Reorder the classes", classes=moved)


@dataclass(frozen=True, slots=True)
class ArchiveClass:
    """Offer a class no longer; its labels stay."""

    class_id: ClassId

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new state."""
        old = known_class(read_taxonomy(connection), self.class_id)
        return _changed(f"Archive class {old.name}", old, replace(old, archived=True, shortcut=""))


@dataclass(frozen=True, slots=True)
class RestoreClass:
    """Offer an archived class again."""

    class_id: ClassId

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new state."""
        taxonomy = read_taxonomy(connection)
        old = known_class(taxonomy, self.class_id)
        if old.archived:
            check_free(taxonomy, old.name)
        return _changed(f"Restore class {old.name}", old, replace(old, archived=False))


@dataclass(frozen=True, slots=True)
class AddClasses:
    """Add classes by id and name, as a model's card lists them, leaving out those that are there."""

    class_names: Sequence[tuple[ClassId, str]]

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the missing classes."""
        taxonomy = read_taxonomy(connection)
        known = {c.id for c in taxonomy}
        missing = new_classes(taxonomy, [(i, name) for i, name in self.class_names if i not in known])
        names = ", ".join(c.name for c in missing)
        return Changes(f"Add classes {names}", classes=missing)


def _changed(title: str, old: SemClass, new: SemClass) -> Changes:
    return Changes(title, classes=() if new == old else (new,))
