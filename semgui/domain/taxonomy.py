"""Classes and the order in which people see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from semgui.domain.ids import ClassId, ImageId


@dataclass(frozen=True, slots=True)
class SemClass:
    """One class of a taxonomy.

    Parameters
    ----------
    id
        Never changes.
    name
        What people read; unique among the classes in use, compared without case.
    colour
        ``#rrggbb``.
    shortcut
        The key that assigns it, a digit or a small letter, or empty; unique among the classes in use.
    description
        One sentence, plain text.
    position
        Order in lists.
    archived
        Kept for its history, offered no longer; its labels stay.
    parent
        The class above it, or ``None``.
    merged_into
        The class that its images were given to; it is then archived, and what models say of it counts for
        the other. Never a class that was itself merged.
    examples
        Images that show what is meant.
    """

    id: ClassId
    name: str
    colour: str
    shortcut: str = ""
    description: str = ""
    position: int = 0
    archived: bool = False
    parent: ClassId | None = None
    merged_into: ClassId | None = None
    examples: tuple[ImageId, ...] = ()


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The classes of a project, in order."""

    classes: tuple[SemClass, ...]

    @classmethod
    def of(cls, classes: Sequence[SemClass]) -> Taxonomy:
        """Sort by position, then name."""
        return cls(tuple(sorted(classes, key=lambda c: (c.position, c.name.casefold()))))

    def __iter__(self) -> Iterator[SemClass]:
        return iter(self.classes)

    def __len__(self) -> int:
        return len(self.classes)

    def by_id(self, class_id: ClassId) -> SemClass:
        """Return the class with this id; ``KeyError`` if there is none."""
        for c in self.classes:
            if c.id == class_id:
                return c
        raise KeyError(class_id)

    def by_name(self, name: str) -> SemClass | None:
        """Return the class in use with this name, without regard to case."""
        folded = name.casefold()
        return next((c for c in self.classes if not c.archived and c.name.casefold() == folded), None)

    def read_as(self, class_id: ClassId) -> ClassId:
        """Return the class that a class counts as: the one it was merged into, else itself."""
        found = next((c for c in self.classes if c.id == class_id), None)
        return class_id if found is None or found.merged_into is None else found.merged_into

    def below(self, class_id: ClassId) -> tuple[ClassId, ...]:
        """Return the classes under a class, at any depth."""
        found = [class_id]
        for above in found:  # grows while it is walked
            found += [c.id for c in self.classes if c.parent == above and c.id not in found]
        return tuple(found[1:])

    @property
    def active(self) -> tuple[SemClass, ...]:
        """Classes that are offered for labelling."""
        return tuple(c for c in self.classes if not c.archived)
