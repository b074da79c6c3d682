"""What a user can do to classes; see `semgui.review.commands` for what a command is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from semgui.catalogue.classes import read_taxonomy
from semgui.catalogue.labels import chunks, count_labels
from semgui.catalogue.tables import images
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.taxonomy import SemClass, Taxonomy
from semgui.review.commands import Changes, counted, image_ids, unique
from semgui.review.naming import (
    check_free,
    check_key_free,
    checked_colour,
    checked_description,
    checked_key,
    checked_name,
    known_class,
    new_classes,
    usable_class,
)

_MOST_EXAMPLES = 24


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
        old = known_class(read_taxonomy(connection), self.class_id)
        new = replace(old, colour=checked_colour(self.colour))
        return _changed(f"Recolour class {old.name}", old, new)


@dataclass(frozen=True, slots=True)
class SetShortcut:
    """Give a class in use a key, a digit or a letter that no other one has; an empty key takes it away."""

    class_id: ClassId
    shortcut: str

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new state."""
        taxonomy = read_taxonomy(connection)
        old = usable_class(taxonomy, self.class_id)
        key = checked_key(self.shortcut)
        check_key_free(taxonomy, key, old.id)
        return _changed(f"Key {key or 'none'} for class {old.name}", old, replace(old, shortcut=key))


@dataclass(frozen=True, slots=True)
class DescribeClass:
    """Say what belongs into a class; an empty description takes it away."""

    class_id: ClassId
    description: str

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new state."""
        old = known_class(read_taxonomy(connection), self.class_id)
        new = replace(old, description=checked_description(self.description))
        return _changed(f"Describe class {old.name}", old, new)


@dataclass(frozen=True, slots=True)
class SetParent:
    """Put a class under another, or with ``None`` at the top."""

    class_id: ClassId
    parent: ClassId | None

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new state; no class may come to lie under itself."""
        taxonomy = read_taxonomy(connection)
        old = known_class(taxonomy, self.class_id)
        new = replace(old, parent=self.parent)
        if self.parent is None:
            return _changed(f"Class {old.name} under no other", old, new)
        above = usable_class(taxonomy, self.parent)
        if above.id in {old.id, *taxonomy.below(old.id)}:
            raise UsageError(f"{old.name} cannot lie under {above.name}, which is the same or lies under it.")
        return _changed(f"Class {old.name} under {above.name}", old, new)


@dataclass(frozen=True, slots=True)
class SetExamples:
    """Choose the images that show what a class is, in the place of those it had."""

    class_id: ClassId
    image_ids: Sequence[ImageId]

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new state."""
        old = known_class(read_taxonomy(connection), self.class_id)
        wanted = image_ids(self.image_ids)
        if len(wanted) > _MOST_EXAMPLES:
            raise UsageError(f"{len(wanted):,} example images are too many; {_MOST_EXAMPLES} is the limit.")
        there: set[int] = set()
        for some in chunks(wanted):
            there.update(connection.execute(sa.select(images.c.id).where(images.c.id.in_(some))).scalars())
        if not there.issuperset(wanted):
            raise UsageError(f"an example of class {old.name} is not in the project; choose another image.")
        return _changed(f"Examples of class {old.name}", old, replace(old, examples=tuple(wanted)))


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
class ArchiveAllClasses:
    """Offer no class any longer, to begin with others; labels stay."""

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new states."""
        active = read_taxonomy(connection).active
        return Changes(
            "Archive all classes", classes=tuple(replace(c, archived=True, shortcut="") for c in active)
        )


@dataclass(frozen=True, slots=True)
class RestoreClass:
    """Offer an archived class again; one that was merged becomes a class of its own, without images."""

    class_id: ClassId

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new state."""
        taxonomy = read_taxonomy(connection)
        old = known_class(taxonomy, self.class_id)
        if old.archived:
            check_free(taxonomy, old.name)
        new = replace(old, archived=False, merged_into=None)
        return _changed(f"Restore class {old.name}", old, new)


@dataclass(frozen=True, slots=True)
class MergeClasses:
    """Give the images of one class to another, and read predictions of the one as the other.

    The labels keep their annotators, times and sources. The class is archived; classes under it come under
    the other, and those merged into it earlier count for the other, too.
    """

    from_id: ClassId
    into_id: ClassId

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the new states of the classes; the labels are moved by one statement."""
        taxonomy = read_taxonomy(connection)
        gone = known_class(taxonomy, self.from_id)
        kept = usable_class(taxonomy, self.into_id)
        if gone.id == kept.id:
            raise UsageError(f"the class {gone.name} cannot be merged into itself; choose another one.")
        if gone.merged_into == kept.id:
            return Changes("")
        states = {gone.id: replace(gone, archived=True, shortcut="", merged_into=kept.id)}
        if kept.id in taxonomy.below(gone.id):  # it moves up first: what lay between comes under it
            states[kept.id] = replace(kept, parent=gone.parent)
        for c in taxonomy:
            if c.merged_into == gone.id:
                states[c.id] = replace(c, merged_into=kept.id)
            if c.parent == gone.id and c.id != kept.id:
                states[c.id] = replace(states.get(c.id, c), parent=kept.id)
        number = count_labels(connection, gone.id)
        title = f"Merge class {gone.name} into {kept.name} ({counted(range(number))})"
        return Changes(title, classes=tuple(states.values()), merged=(gone.id, kept.id))


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
