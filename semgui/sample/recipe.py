"""One picture from a category and a random generator: the face of this package.

`draw` gives the bare specimen, `micrograph` the complete picture with databar and settings. For the figure
panels that people cut out of papers see `semgui.sample.overlays.as_published`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from semgui.domain.errors import UsageError
from semgui.sample.acquisition import Grey, acquire, random_acquisition
from semgui.sample.categories import CATEGORIES
from semgui.sample.categories.common import edge_length
from semgui.sample.databar import STYLES
from semgui.sample.exposure import HELIOS, SUPRA, Exposure, Instrument, random_exposure
from semgui.sample.fields import Rng, Shape
from semgui.sample.lattices import PLAIN, lattice_scene, random_lattice
from semgui.sample.scene import Scene
from semgui.sample.shading import defocused, random_look, shade


def expose(scene: Scene, rng: Rng) -> Grey:
    """Image a scene with a random detector and random settings: (H, W) uint8."""
    side = edge_length(scene.shape)
    signal = defocused(shade(scene, random_look(rng, side)), scene)
    return acquire(signal, random_acquisition(rng, side), rng)


def draw_kind(category: str, kind: str, rng: Rng, size: Shape = (768, 1024)) -> Grey:
    """Draw one sub-kind of a category, (H, W) uint8, without databar or lettering.

    Raises
    ------
    UsageError
        If there is no such category or sub-kind.
    """
    if category not in CATEGORIES or kind not in CATEGORIES[category]:
        msg = f"There is no sub-kind {kind!r} of {category!r} to draw."
        raise UsageError(msg)
    return expose(CATEGORIES[category][kind](rng, size), rng)


def random_kind(category: str, rng: Rng) -> str:
    """Choose a sub-kind of a category.

    Raises
    ------
    UsageError
        If there is no such category.
    """
    if category not in CATEGORIES:
        msg = f"There is no category {category!r}; the ten are {', '.join(CATEGORIES)}."
        raise UsageError(msg)
    kinds = list(CATEGORIES[category])
    return kinds[int(rng.integers(len(kinds)))]


def draw(category: str, rng: Rng, size: Shape = (768, 1024)) -> Grey:
    """Draw a micrograph of a category, (H, W) uint8, without databar or lettering.

    Raises
    ------
    UsageError
        If there is no such category.
    """
    return draw_kind(category, random_kind(category, rng), rng, size)


@dataclass(frozen=True, slots=True)
class Micrograph:
    """A complete picture as stored, and the truth about it.

    Parameters
    ----------
    pixels
        (H, W) uint8, databar included.
    exposure
        What the instrument knew.
    rows
        Height of the specimen picture as the instrument counts it.
    databar_row
        First row of the databar, ``None`` if there is none.
    category, kind
        What is seen.
    """

    pixels: Grey
    exposure: Exposure
    rows: int
    databar_row: int | None
    category: str
    kind: str


def labelled(picture: Grey, exposure: Exposure, style: str | None, category: str, kind: str) -> Micrograph:
    """Add a databar of a style (see `semgui.sample.databar.STYLES`), or none."""
    if style is None:
        return Micrograph(picture, exposure, picture.shape[0], None, category, kind)
    stored, row = STYLES[style](picture, exposure)
    return Micrograph(stored, exposure, picture.shape[0], row, category, kind)


def micrograph(
    category: str,
    seed: int | tuple[int, ...],
    *,
    kind: str | None = None,
    size: Shape = (768, 1024),
    style: str | None = "zeiss_white",
    instrument: Instrument = SUPRA,
    day: datetime = datetime(2025, 3, 14, 9, 0),
) -> Micrograph:
    """Draw a complete micrograph: specimen, databar and settings, the same for the same arguments.

    Parameters
    ----------
    kind
        Sub-kind; a random one if not given.
    size
        Of the specimen picture; some databars are added below it.
    style
        Databar, see `semgui.sample.databar.STYLES`, or none.
    day
        Start of the session.

    Raises
    ------
    UsageError
        If there is no such category.
    """
    rng = np.random.default_rng(seed)
    kind = kind or random_kind(category, rng)
    exposure = random_exposure(category, instrument, day, rng, size[1])
    return labelled(draw_kind(category, kind, rng, size), exposure, style, category, kind)


def lattice_micrograph(
    name: str,
    seed: int | tuple[int, ...],
    *,
    kind: str = PLAIN,
    size: Shape = (512, 512),
    style: str | None = None,
    instrument: Instrument = HELIOS,
    day: datetime = datetime(2025, 3, 20, 9, 0),
) -> Micrograph:
    """Draw a lattice of a class (one of `LATTICES`); plain or a look-alike of another."""
    rng = np.random.default_rng(seed)
    exposure = random_exposure("Patterned_surface", instrument, day, rng, size[1])
    pitch = edge_length(size) * math.exp(rng.uniform(math.log(0.05), math.log(0.14)))
    lattice = random_lattice(name, rng, pitch, kind)
    picture = expose(lattice_scene(lattice, rng, size), rng)
    return labelled(picture, exposure, style, name, kind)
