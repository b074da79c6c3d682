"""What the sample project holds, decided before anything is drawn: files, classes, labels, planted errors.

The same seed and number give the same plan, so that a stopped run goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import numpy as np

from semgui.sample.categories import CATEGORIES
from semgui.sample.exposure import HELIOS, SIGMA, SUPRA, Instrument
from semgui.sample.fields import Rng, Shape
from semgui.sample.lattices import HAVE_LOOK_ALIKES, LATTICES, LOOK_ALIKE, PLAIN

RECIPE_VERSION = 1
"""Raise it whenever the same seed gives other pictures or labels."""

IMAGES_FOLDER = "images"
LATTICES_FOLDER = "lattices"
NOT_SEM = "not_sem"

Storage = Literal["tiff", "tiff16", "pages", "png", "jpeg", "truncated"]

_LABELLED = 0.6
_WRONG = 1 / 11
_MISLEADING = 0.45
_MISTAKEN_FOR: dict[str, tuple[str, ...]] = {
    "Biological": ("Particles", "Porous_Sponge"),
    "Fibres": ("Nanowires", "Biological"),
    "Films_Coated_Surface": ("Patterned_surface", "Powder"),
    "MEMS_devices_and_electrodes": ("Patterned_surface", "Tips"),
    "Nanowires": ("Fibres", "Patterned_surface"),
    "Particles": ("Powder", "Biological"),
    "Patterned_surface": ("MEMS_devices_and_electrodes", "Porous_Sponge"),
    "Porous_Sponge": ("Films_Coated_Surface", "Powder"),
    "Powder": ("Particles", "Porous_Sponge"),
    "Tips": ("MEMS_devices_and_electrodes", "Nanowires"),
    "Square": ("Rectangular",),
    "Rectangular": ("Square", "Centred rectangular"),
    "Centred rectangular": ("Hexagonal", "Oblique"),
    "Hexagonal": ("Centred rectangular", "Oblique"),
    "Oblique": ("Rectangular", "Centred rectangular"),
}
"""What a tired person takes each class for."""


@dataclass(frozen=True, slots=True)
class Session:
    """An afternoon at one microscope: one folder, one way of storing."""

    folder: str
    name: str
    instrument: Instrument
    day: datetime
    size: Shape
    style: str | None
    storage: Storage = "tiff"


SESSIONS = (
    Session("session-01", "Supra_{:03d}.tif", SUPRA, datetime(2025, 3, 11, 9, 5), (768, 1024), "zeiss_white"),
    Session(
        "session-02", "HEL-{:04d}.tif", HELIOS, datetime(2025, 3, 12, 13, 20), (512, 768), "thermo_black"
    ),
    Session("session-03", "img{:02d}.tif", SIGMA, datetime(2025, 4, 2, 10, 0), (480, 640), "zeiss_black"),
    Session("session-04", "export_{:03d}.png", HELIOS, datetime(2025, 4, 3, 14, 45), (480, 640), None, "png"),
    Session(
        "session-05", "pic {:02d}.jpg", HELIOS, datetime(2025, 5, 20, 8, 30), (448, 640), "grey_line", "jpeg"
    ),
)
LATTICE_SESSION = Session(
    f"{LATTICES_FOLDER}/wafer-07", "field_{:03d}.tif", HELIOS, datetime(2025, 6, 4, 9, 0), (512, 512), None
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One file of the sample.

    Parameters
    ----------
    path
        Relative to the sample's folder, with slashes.
    true_class
        What it shows; `NOT_SEM` for another instrument's picture, empty where nothing can be seen.
    category, kind
        What to draw; of a lattice, the kind is ``plain`` or ``look-alike``.
    given_label
        The label that the sample's label file gives it, or empty.
    seed
        Of its random generator.
    """

    path: str
    true_class: str
    category: str
    kind: str
    given_label: str
    seed: tuple[int, ...]
    session: Session
    storage: Storage

    @property
    def planted(self) -> bool:
        """Whether the given label is wrong on purpose."""
        return bool(self.given_label) and self.given_label != self.true_class

    @property
    def is_lattice(self) -> bool:
        """Whether it belongs to the lattice project."""
        return self.category in LATTICES


def plan_sample(seed: int, images: int) -> list[Planned]:
    """Decide on `images` files: four fifths micrographs of the ten categories, the rest lattices."""
    rng = np.random.default_rng([seed, RECIPE_VERSION])
    lattices = images // 5
    micrographs = _with_labels(list(_micrographs(rng, seed, images - lattices)), rng)
    if images >= 20:
        micrographs = _with_oddities(micrographs)
    return [*micrographs, *_with_labels(list(_lattices(rng, seed, lattices)), rng)]


def _micrographs(rng: Rng, seed: int, count: int) -> Iterator[Planned]:
    decks = {category: list(rng.permutation(list(kinds))) for category, kinds in CATEGORIES.items()}
    classes = [
        str(c) for k in range(-(-count // len(CATEGORIES))) for c in rng.permutation(list(CATEGORIES))
    ][:count]
    numbers = dict.fromkeys(SESSIONS, 0)
    for k, category in enumerate(classes):
        session = SESSIONS[k * len(SESSIONS) // count]
        numbers[session] += 1
        deck = decks[category]
        kind = str(deck[(k // len(CATEGORIES)) % len(deck)])
        path = f"{IMAGES_FOLDER}/{session.folder}/{session.name.format(numbers[session])}"
        yield Planned(path, category, category, kind, "", (seed, 1, k), session, session.storage)


def _lattices(rng: Rng, seed: int, count: int) -> Iterator[Planned]:
    session = LATTICE_SESSION
    for k in range(count):
        path = f"{session.folder}/{session.name.format(k + 1)}"
        name = LATTICES[k % len(LATTICES)]
        kind = LOOK_ALIKE if name in HAVE_LOOK_ALIKES and rng.random() < _MISLEADING else PLAIN
        yield Planned(path, name, name, kind, "", (seed, 2, k), session, session.storage)


def _with_labels(planned: list[Planned], rng: Rng) -> list[Planned]:
    """Label a part of the images, some of them wrongly."""
    chosen = np.flatnonzero(rng.random(len(planned)) < _LABELLED)
    wrong = (
        set(rng.permutation(chosen)[: max(1, round(len(chosen) * _WRONG))].tolist())
        if len(chosen) > 5
        else set()
    )
    result = list(planned)
    for k in chosen.tolist():
        truth = planned[k].true_class
        result[k] = replace(
            planned[k], given_label=str(rng.choice(_MISTAKEN_FOR[truth])) if k in wrong else truth
        )
    return result


def _with_oddities(planned: list[Planned]) -> list[Planned]:
    """Make a few files unusual, as in every real folder: other formats, a broken file, another instrument."""
    where = {s.folder: [k for k, p in enumerate(planned) if p.session == s] for s in SESSIONS}
    result = list(planned)
    sixteen, broken = where["session-03"][-1], where["session-03"][0]
    result[sixteen] = replace(planned[sixteen], storage="tiff16")
    result[broken] = replace(planned[broken], true_class="", given_label="", storage="truncated")
    pages = where["session-02"][-1]
    result[pages] = replace(planned[pages], storage="pages")
    for k, kind in zip(where["session-04"], ("transmission", "optical"), strict=False):
        result[k] = replace(planned[k], true_class=NOT_SEM, kind=kind, given_label="")
    return result
