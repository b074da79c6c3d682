"""Classes from a list, as one action."""

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
from semgui.review.commands import Changes
from semgui.review.naming import (
    checked_colour,
    checked_description,
    checked_key,
    checked_name,
    find_class,
    free_key,
    new_classes,
)

_ID = re.compile(r"[\w.-]{1,200}")


@dataclass(frozen=True, slots=True)
class ListedClass:
    """One class of a list; empty where the list does not say.

    Parameters
    ----------
    id
        Meets a model that knows this id; ``None`` makes one up, or takes that of a preset.
    parent
        Name or id of a class of the list or the project.
    """

    name: str
    id: ClassId | None = None
    colour: str = ""
    shortcut: str = ""
    description: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class ImportClasses:
    """Add the classes of a list, leaving out those that the project has by id or name.

    A key that is taken is left to its owner; the new class then gets the next free digit.
    """

    listed: Sequence[ListedClass]
    origin: str

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the missing classes."""
        before = read_taxonomy(connection)
        taxonomy, created = before, list[SemClass]()
        for listed in self.listed:
            if _known(taxonomy, listed) is None:
                new = _create(taxonomy, listed)
                created.append(new)
                taxonomy = Taxonomy((*(c for c in taxonomy if c.id != new.id), new))
        wanted = {
            c.id: listed.parent for listed in self.listed if (c := _known(taxonomy, listed)) and listed.parent
        }
        placed = [self._under(taxonomy, c, wanted.get(c.id, "")) for c in created]
        _refuse_circles(Taxonomy((*(c for c in before if c.id not in {p.id for p in placed}), *placed)))
        return Changes(f"Add {_counted(placed)} from {self.origin}", classes=placed)

    def _under(self, taxonomy: Taxonomy, created: SemClass, parent: str) -> SemClass:
        if not parent:
            return created
        above = find_class(taxonomy, parent)
        if above is None:
            raise UsageError(f"{self.origin}: {created.name} lies under {parent}, which is no class; add it.")
        return replace(created, parent=above.id)


def _known(taxonomy: Taxonomy, listed: ListedClass) -> SemClass | None:
    by_id = None if listed.id is None else find_class(taxonomy, listed.id)
    return by_id or find_class(taxonomy, checked_name(listed.name))


def _create(taxonomy: Taxonomy, listed: ListedClass) -> SemClass:
    if listed.id is not None and not _ID.fullmatch(listed.id):
        raise UsageError(
            f"the id {listed.id!r} of class {listed.name} holds more than letters, digits, . and -."
        )
    (new,) = new_classes(taxonomy, [(listed.id, listed.name)])
    wish = checked_key(listed.shortcut)
    return replace(
        new,
        colour=checked_colour(listed.colour) if listed.colour else new.colour,
        description=checked_description(listed.description) or new.description,
        shortcut=free_key((c for c in taxonomy if c.id != new.id), wish) if wish else new.shortcut,
    )


def _refuse_circles(taxonomy: Taxonomy) -> None:
    for c in taxonomy:
        if c.parent in {c.id, *taxonomy.below(c.id)}:
            raise UsageError(f"the class {c.name} would lie under itself; nothing was imported.")


def _counted(classes: Sequence[SemClass]) -> str:
    return f"class {classes[0].name}" if len(classes) == 1 else f"{len(classes):,} classes"
