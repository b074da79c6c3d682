"""Drawn pictures as they come to a classifier: turned, exposed, cut out of papers, compressed.

A network learns to ignore what changes at random here, so everything that differs between the pictures of two
laboratories, and between a file from an instrument and a panel of a figure, should.
"""

from __future__ import annotations

import numpy as np

from semgui.sample import not_sem, transmitted
from semgui.sample.acquisition import Grey
from semgui.sample.fields import Rng, Shape
from semgui.sample.overlays import as_published, compressed
from semgui.sample.recipe import draw_kind, random_kind

_SHAPE = (288, 384)
_INVERTED = 0.03
_PUBLISHED = 0.8


def panel(picture: Grey, rng: Rng) -> Grey:
    """Change a bare micrograph (H, W) as operators, editors and publishers do; returns (h, w) uint8."""
    if rng.random() < 0.5:
        picture = picture[:, ::-1]
    if rng.random() < 0.3:
        picture = np.rot90(picture, int(rng.integers(1, 4)))
    picture = _developed(np.ascontiguousarray(picture), rng)
    if rng.random() < _PUBLISHED:
        return as_published(picture, rng)
    share = rng.uniform(0.6, 1)
    height, width = (int(edge * share) for edge in picture.shape)
    top = int(rng.integers(0, picture.shape[0] - height + 1))
    left = int(rng.integers(0, picture.shape[1] - width + 1))
    part = np.ascontiguousarray(picture[top : top + height, left : left + width])
    return compressed(part, rng) if rng.random() < 0.5 else part


def panels(category: str, rng: Rng, count: int) -> list[Grey]:
    """Draw one specimen of a category and give several panels of it: drawing costs more than the rest."""
    picture = draw_kind(category, random_kind(category, rng), rng, _random_shape(rng))
    return [panel(picture, rng) for _ in range(count)]


def foreign_panel(kind: str, rng: Rng) -> Grey:
    """Draw a panel of a picture that is no SEM image, in grey; `kind` is one of `FOREIGN_KINDS`."""
    shape = _random_shape(rng)
    if kind in transmitted.KINDS:
        grey = transmitted.KINDS[kind](rng, shape)
        return as_published((grey * 255).astype(np.uint8), rng)
    colours = not_sem.KINDS[kind](rng, shape)
    return as_published(np.round(colours @ np.array([0.299, 0.587, 0.114])).astype(np.uint8), rng)


FOREIGN_KINDS = (*transmitted.KINDS, *not_sem.KINDS)
"""Names of pictures through the light or electron microscope, and of false-colour maps."""


def _random_shape(rng: Rng) -> Shape:
    scale = rng.uniform(0.8, 1.4)
    return int(_SHAPE[0] * scale), int(_SHAPE[1] * scale)


def _developed(picture: Grey, rng: Rng) -> Grey:
    """Apply a random gamma, contrast and brightness, and now and then print it as a negative."""
    gamma, contrast, brightness = rng.uniform(0.6, 1.6), rng.uniform(0.75, 1.1), rng.uniform(0, 0.1)
    levels = (np.arange(256) / 255) ** gamma * contrast + brightness
    table = np.clip(levels * 255, 0, 255).astype(np.uint8)
    if rng.random() < _INVERTED:
        table = table[::-1]
    return np.asarray(table[picture], dtype=np.uint8)
