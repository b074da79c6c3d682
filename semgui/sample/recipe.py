"""One picture from a category and a random generator: the face of this package.

`draw` gives the bare specimen as an instrument would store it; `as_published` makes the figure panel that
people cut out of papers.
"""

from __future__ import annotations

from semgui.domain.errors import UsageError
from semgui.sample.acquisition import Grey, acquire, random_acquisition
from semgui.sample.categories import CATEGORIES
from semgui.sample.categories.common import edge_length
from semgui.sample.fields import Rng, Shape
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


def draw(category: str, rng: Rng, size: Shape = (768, 1024)) -> Grey:
    """Draw a micrograph of a category, (H, W) uint8, without databar or lettering.

    Raises
    ------
    UsageError
        If there is no such category.
    """
    if category not in CATEGORIES:
        msg = f"There is no category {category!r}; the ten are {', '.join(CATEGORIES)}."
        raise UsageError(msg)
    kinds = list(CATEGORIES[category])
    return draw_kind(category, kinds[int(rng.integers(len(kinds)))], rng, size)
