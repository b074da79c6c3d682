"""Taxonomies that come with the program, and the colours of new classes.

A class that people name as in a preset gets the preset's id: that is how the labels of a class folder named
``Tips`` meet a model that knows ``nffa.tips``.
"""

from __future__ import annotations

import functools
import json

from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId
from semgui.domain.taxonomy import SemClass, Taxonomy
from semgui.paths import resources_dir

PRESETS = ("nffa10", "lattices")
_PALETTE = "palette.json"


@functools.cache
def load_preset(name: str) -> Taxonomy:
    """Return a taxonomy of the program.

    Raises
    ------
    UsageError
        There is none of that name; the sentence lists those there are.
    """
    if name not in PRESETS:
        raise UsageError(f"{name}: there is no such taxonomy; choose one of {', '.join(PRESETS)}.")
    text = (resources_dir() / "taxonomies" / f"{name}.json").read_text(encoding="utf-8")
    return Taxonomy.of(
        [
            SemClass(
                id=ClassId(entry["id"]),
                name=entry["name"],
                colour=entry["colour"],
                shortcut=entry["shortcut"],
                description=entry["description"],
                position=position,
            )
            for position, entry in enumerate(json.loads(text)["classes"])
        ]
    )


@functools.cache
def palette() -> tuple[str, ...]:
    """Return the colours for new classes (``#rrggbb``), in the order in which they are given out."""
    text = (resources_dir() / "taxonomies" / _PALETTE).read_text(encoding="utf-8")
    return tuple(json.loads(text)["colours"])


def preset_class(class_id: ClassId) -> SemClass | None:
    """Return the class with this id from any preset."""
    every = (c for name in PRESETS for c in load_preset(name))
    return next((c for c in every if c.id == class_id), None)


def preset_class_called(text: str) -> SemClass | None:
    """Return the preset's class that a person means, by name without regard to case or by id."""
    return preset_class_named(text.strip()) or preset_class(ClassId(text.strip()))


def preset_class_named(name: str) -> SemClass | None:
    """Return the class with this name from the first preset that has one, without regard to case."""
    found = (load_preset(preset).by_name(name) for preset in PRESETS)
    return next((c for c in found if c is not None), None)
