"""Names, ids, colours and keys of classes: what is allowed, what is free."""

from __future__ import annotations

import difflib
import re
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
KEYS = DIGIT_KEYS + "abcdefghijklmnopqrstuvwxyz"
"""What may be the key of a class; new classes get digits by themselves, letters are given by hand."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LONGEST_NAME = 100
_LONGEST_DESCRIPTION = 2000


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


def checked_key(key: str) -> str:
    """Return a class's key in the form in which it is kept: a digit, a small letter or nothing.

    Raises
    ------
    UsageError
        It is something else.
    """
    key = key.strip().lower()
    if key and (key not in KEYS or len(key) > 1):
        raise UsageError(f"{key!r} cannot be the key of a class; choose a digit or a letter from a to z.")
    return key


def checked_colour(colour: str) -> str:
    """Return a colour as it is kept, ``#rrggbb`` in small letters, or raise `UsageError`."""
    if not _COLOUR.fullmatch(colour.strip()):
        raise UsageError(f"{colour!r} is no colour; write it as #rrggbb.")
    return colour.strip().lower()


def check_key_free(taxonomy: Taxonomy, key: str, class_id: ClassId) -> None:
    """Raise `UsageError` if a class in use other than `class_id` has this key."""
    owner = next((c for c in taxonomy.active if key and c.shortcut == key and c.id != class_id), None)
    if owner is not None:
        raise UsageError(f"the key {key} belongs to the class {owner.name}; take it away there first.")


def checked_description(text: str) -> str:
    """Return a description in the form in which it is kept, on one line.

    Raises
    ------
    UsageError
        It is too long or holds characters that cannot be shown.
    """
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if not text.isprintable():
        raise UsageError("the description holds characters that cannot be shown; remove them.")
    if len(text) > _LONGEST_DESCRIPTION:
        limit = f"{_LONGEST_DESCRIPTION:,} is the limit"
        raise UsageError(f"the description has {len(text):,} characters; {limit}.")
    return text


def known_class(taxonomy: Taxonomy, class_id: ClassId) -> SemClass:
    """Return a class of the project by id, or raise `UsageError`."""
    try:
        return taxonomy.by_id(class_id)
    except KeyError:
        raise UsageError(f"the project has no class {class_id}; create it first.") from None


def usable_class(taxonomy: Taxonomy, class_id: ClassId) -> SemClass:
    """Return a class that may be given to images, or raise `UsageError`."""
    sem_class = known_class(taxonomy, class_id)
    if sem_class.merged_into is not None:
        into = taxonomy.by_id(sem_class.merged_into).name
        raise UsageError(f"the class {sem_class.name} was merged into {into}; use that one.")
    if sem_class.archived:
        raise UsageError(f"the class {sem_class.name} is archived; restore it first.")
    return sem_class


def find_class(taxonomy: Taxonomy, text: str) -> SemClass | None:
    """Return the class in use that a person means: by name without regard to case, or by id.

    The name or id of a class that was merged into another means the other.
    """
    text = unicodedata.normalize("NFC", text).strip()
    found = taxonomy.by_name(text) or next((c for c in taxonomy.active if c.id == text), None)
    if found is not None:
        return found
    folded = text.casefold()
    merged = (c for c in taxonomy if c.merged_into and (c.id == text or c.name.casefold() == folded))
    target = next((taxonomy.read_as(c.id) for c in merged), None)
    return next((c for c in taxonomy.active if c.id == target), None)


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
    if found is None:
        return None
    model = preset_class(found.id)
    key = found.shortcut or free_key(classes, model.shortcut if model else "")  # the archive took it away
    return replace(found, archived=False, merged_into=None, shortcut=key)


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
    """Return `wish` if no class in use has this key, else the next free digit, else nothing."""
    taken = {c.shortcut for c in classes if not c.archived}
    return next((key for key in (wish, *DIGIT_KEYS) if key and key not in taken), "")
