"""Contrast, gamma and inversion of the picture on screen; nothing of it reaches the classifier."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from semgui.viewmodels.picture import Picture
from semgui.viewmodels.tasks import Lane, TaskRunner
from trainer.preprocess import stretched

GAMMAS = (0.2, 5.0)
BINS = 256
_KEPT = 2_000  # pictures whose setting is remembered
_SAMPLES = 1 << 20


@dataclass(frozen=True, slots=True)
class Look:
    """How grey values become brightness.

    Parameters
    ----------
    low, high
        Shown as black and as white.
    gamma
        Below 1 the dark parts become brighter.
    inverted
        Black and white change places.
    """

    low: float
    high: float
    gamma: float = 1.0
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often grey values occur in the specimen area.

    Parameters
    ----------
    low, high
        First and last grey value.
    counts
        (256,) pixels in equal steps from `low` to `high`, of a sample of the picture.
    """

    low: float
    high: float
    counts: NDArray[np.int64]


class LookModel:
    """How the picture on screen is shown.

    Automatic for every picture, unless the user changed it for this one, or keeps a setting for all that
    follow.

    Attributes
    ----------
    look
        ``None`` while there is no picture.
    kept
        Whether the setting stays for the next pictures. Grey values mean something only among pictures of
        the same depth; for others gamma and inversion stay.
    histogram
        Of the picture on screen, once `ask_histogram` was called for it.
    """

    changed = Signal()
    histogram_changed = Signal()

    def __init__(self, runner: TaskRunner) -> None:
        self._runner = runner
        self._picture: Picture | None = None
        self._own: OrderedDict[Path, Look] = OrderedDict()
        self._depth: np.dtype[Any] = np.dtype(np.uint8)
        self.look: Look | None = None
        self.kept = False
        self.histogram: Histogram | None = None

    @property
    def automatic(self) -> bool:
        """Whether the picture is shown as it would be without the user's doing."""
        return self._picture is None or self.look == automatic_look(self._picture)

    @property
    def range(self) -> tuple[float, float]:
        """Grey values that limits can be set to."""
        if self._picture is None:
            return 0.0, 1.0
        return _range(self._picture)

    def set_picture(self, picture: Picture | None) -> None:
        """Show another picture."""
        if picture is self._picture:
            return
        self._picture = picture
        self.histogram = None
        if picture is None:
            self.look = None
        else:
            self.look = self._for(picture)
            self._depth = picture.pixels.dtype
        self.changed.emit()

    def set_limits(self, low: float, high: float) -> None:
        """Show other grey values as black and white; the wrong way round they are put right."""
        if self.look is None:
            return
        first, last = self.range
        low, high = max(first, min(low, high)), min(last, max(low, high))
        least = (last - first) / 1000
        if high - low < least:
            low, high = (low, low + least) if low + least <= last else (last - least, last)
        self._set(replace(self.look, low=low, high=high))

    def set_gamma(self, gamma: float) -> None:
        """Brighten (below 1) or darken the middle greys."""
        if self.look is not None:
            self._set(replace(self.look, gamma=min(max(gamma, GAMMAS[0]), GAMMAS[1])))

    def brighten(self, step: float) -> None:
        """Move both limits by a part of their distance: positive is brighter."""
        if self.look is not None:
            by = step * (self.look.high - self.look.low)
            self.set_limits(self.look.low - by, self.look.high - by)

    def sharpen(self, step: float) -> None:
        """Bring the limits nearer to each other, or apart: positive is more contrast."""
        if self.look is not None:
            by = step * (self.look.high - self.look.low) / 2
            self.set_limits(self.look.low + by, self.look.high - by)

    def invert(self) -> None:
        """Let black and white change places."""
        if self.look is not None:
            self._set(replace(self.look, inverted=not self.look.inverted))

    def reset(self) -> None:
        """Go back to automatic."""
        if self._picture is not None:
            self._set(automatic_look(self._picture))

    def keep(self) -> None:
        """Keep the setting for the pictures that follow, or no longer."""
        self.kept = not self.kept
        self.changed.emit()

    def ask_histogram(self) -> None:
        """Count the grey values of the picture on screen; `histogram_changed` follows."""
        picture = self._picture
        if picture is None or self.histogram is not None:
            return

        def done(found: Histogram) -> None:
            if picture is self._picture:
                self.histogram = found
                self.histogram_changed.emit()

        self._runner.run(Lane.DETAIL, lambda: histogram_of(picture), done, lambda _: None)

    def _for(self, picture: Picture) -> Look:
        if self.kept and self.look is not None:
            if picture.pixels.dtype == self._depth:
                return self.look
            return replace(automatic_look(picture), gamma=self.look.gamma, inverted=self.look.inverted)
        return self._own.get(picture.path, automatic_look(picture))

    def _set(self, look: Look) -> None:
        if look == self.look or self._picture is None:
            return
        self.look = look
        path = self._picture.path
        self._own.pop(path, None)
        if look != automatic_look(self._picture):
            self._own[path] = look
            if len(self._own) > _KEPT:
                self._own.popitem(last=False)
        self.changed.emit()


def automatic_look(picture: Picture) -> Look:
    """Return how a picture is shown without the user's doing."""
    return Look(picture.contrast.low, picture.contrast.high)


def brightness(samples: NDArray[Any], look: Look) -> NDArray[np.uint8]:
    """Return grey values as 8-bit brightness, as the canvas shows them; same shape."""
    levels = (np.arange(256) / 255) ** look.gamma
    curve = np.rint(255 * (1 - levels if look.inverted else levels)).astype(np.uint8)
    return curve[stretched(samples, look.low, look.high)]


def histogram_of(picture: Picture) -> Histogram:
    """Count the grey values of the specimen area, in a regular sample of a large picture."""
    sample = _sample(picture.pixels[: picture.databar_row or None])
    low, high = _range(picture)
    values = sample[np.isfinite(sample)] if sample.dtype.kind == "f" else sample
    counts, _ = np.histogram(values, bins=BINS, range=(low, high))
    return Histogram(low, high, counts)


def _range(picture: Picture) -> tuple[float, float]:
    """All grey values there can be; of 16 bits and floats, those near the ones that there are."""
    limits = picture.contrast
    if picture.pixels.dtype == np.uint8:
        return 0.0, 255.0
    room = limits.high - limits.low
    low, high = limits.low - room, limits.high + room
    return (max(0.0, low), min(65535.0, high)) if picture.pixels.dtype == np.uint16 else (low, high)


def _sample(pixels: NDArray[Any]) -> NDArray[Any]:
    step = max(1, int(np.ceil(np.sqrt(pixels.size / _SAMPLES))))
    return pixels[::step, ::step]
