"""Names, ids, colours and keys of classes: what is allowed, what is free."""

from __future__ import annotations

import difflib
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import replace

from semgui.catalogue.presets import palette, preset_class, preset_class_named
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId
from semgui.domain.taxonomy import SemClass, Taxonomy

NO_CLASS = "-"
"""Stands for "no class" where a class is typed."""

DIGIT_KEYS = "1234567890"
_LONGEST_NAME = 100


def checked_name(name: str) -> str:
    """Return a class name in the form in which it is kept.

    Raises
    ------
    UsageError
        It is empty, too long, ``-`` or holds characters that cannot be shown.
    """
    name = unicodedata.normalize("NFC", name).strip()  # macOS hands folder names over decomposed
    if not name or name == NO_CLASS:
        raise UsageError(f"{name!r} cannot be the name of a class; give it a word.")
    if not name.isprintable():
        raise UsageError(f"the class name {name!r} holds characters that cannot be shown; remove them.")
    if len(name) > _LONGEST_NAME:
        raise UsageError(
            f"the class name {name[:30]!r}… has {len(name)} characters; {_LONGEST_NAME} is the limit."
        )
    return name


def check_free(taxonomy: Taxonomy, name: str) -> None:
    """Raise `UsageError` if a class in use has this name already."""
    taken = taxonomy.by_name(checked_name(name))
    if taken is not None:
        raise UsageError(f"there is a class {taken.name} already; choose another name.")


def known_class(taxonomy: Taxonomy, class_id: ClassId) -> SemClass:
    """Return a class of the project by id, or raise `UsageError`."""
    try:
        return taxonomy.by_id(class_id)
    except KeyError:
        raise UsageError(f"the project has no class {class_id}; create it first.") from None


def usable_class(taxonomy: Taxonomy, class_id: ClassId) -> SemClass:
    """Return a class that may be given to images, or raise `UsageError`."""
    sem_class = known_class(taxonomy, class_id)
    if sem_class.archived:
        raise UsageError(f"the class {sem_class.name} is archived; restore it first.")
    return sem_class


def find_class(taxonomy: Taxonomy, text: str) -> SemClass | None:
    """Return the class in use that a person means: by name without regard to case, or by id."""
    text = unicodedata.normalize("NFC", text).strip()
    return taxonomy.by_name(text) or next((c for c in taxonomy.active if c.id == text), None)


def class_called(taxonomy: Taxonomy, text: str) -> SemClass:
    """Return what `find_class` does, or raise.

    Raises
    ------
    UsageError
        There is no such class; the sentence lists names that come close, or else those there are.
    """
    found = find_class(taxonomy, text)
    if found is not None:
        return found
    names = [c.name for c in taxonomy.active]
    by_folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(text.strip().casefold(), by_folded, n=3, cutoff=0.5)
    if close:
        hint = f"did you mean {' or '.join(by_folded[name] for name in close)}?"
    elif names:
        hint = f"there are {', '.join(names[:20])}."
    else:
        hint = "the project has no classes yet."
    raise UsageError(f"there is no class {text!r}; {hint}")


def new_classes(taxonomy: Taxonomy, wanted: Iterable[tuple[ClassId | None, str]]) -> list[SemClass]:
    """Return states for classes that a project lacks, with ids, colours and keys that are free.

    An archived class of the same name comes back instead of a second one of its name.

    Parameters
    ----------
    wanted
        Id and name of each; without an id, that of a preset's class of this name, else a new one.
    """
    classes = list(taxonomy)
    created = []
    for class_id, name in wanted:
        new = _archived(classes, class_id, name) or _new_class(classes, class_id, checked_name(name))
        classes = [*(c for c in classes if c.id != new.id), new]
        created.append(new)
    return created


def _archived(classes: list[SemClass], class_id: ClassId | None, name: str) -> SemClass | None:
    folded = checked_name(name).casefold()
    same = (c for c in classes if c.archived and c.name.casefold() == folded and class_id in {None, c.id})
    found = next(same, None)
    return found and replace(found, archived=False)


def _new_class(classes: list[SemClass], class_id: ClassId | None, name: str) -> SemClass:
    ids = {c.id for c in classes}
    model = preset_class_named(name) if class_id is None else preset_class(class_id)
    if class_id is None:
        free_preset = model is not None and model.id not in ids
        class_id = model.id if model and free_preset else ClassId(f"user.{uuid.uuid4().hex[:12]}")
    return SemClass(
        id=class_id,
        name=_free_name(classes, name),
        colour=_free_colour(classes, model),
        shortcut=free_key(classes, model.shortcut if model else ""),
        description=model.description if model else "",
        position=max((c.position for c in classes), default=-1) + 1,
    )


def _free_name(classes: list[SemClass], name: str) -> str:
    taken = {c.name.casefold() for c in classes if not c.archived}
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _free_colour(classes: list[SemClass], model: SemClass | None) -> str:
    taken = {c.colour for c in classes}
    wishes = ([model.colour] if model else []) + list(palette())
    return next((c for c in wishes if c not in taken), wishes[len(classes) % len(wishes)])


def free_key(classes: Iterable[SemClass], wish: str) -> str:
    """Return `wish` if no class has this key, else the next free digit, else nothing."""
    taken = {c.shortcut for c in classes}
    return next((key for key in (wish, *DIGIT_KEYS) if key and key not in taken), "")
