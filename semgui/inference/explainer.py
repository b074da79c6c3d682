"""Where a model saw a class, over the full picture."""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from semgui.imaging.analyse import Analysed, analyse
from semgui.imaging.decoders import Decoder, InThisProcess
from semgui.imaging.limits import DecodeLimits
from semgui.inference.prepare import Prepared, Source, prepare, prepared_of
from trainer.preprocess import PreprocessParams, stretched_to, to_picture

if TYPE_CHECKING:
    from trainer.explain import Method
    from trainer.models import Model

_LARGEST_PREVIEW = 2048


@dataclass(frozen=True, slots=True)
class Explanation:
    """A map of one picture for one question.

    Parameters
    ----------
    canonical
        (E, E) float32 in [0, 1], over the canonical image.
    height, width, crop_row
        Of the picture it belongs to; the databar begins at `crop_row`, if there is one.
    """

    canonical: NDArray[np.float32]
    height: int
    width: int
    crop_row: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture at screen size with its databar.

    Parameters
    ----------
    pixels
        (h, w) uint8, stretched as the network saw it; the longer side at most 2048.
    scale
        Pixels of the preview per pixel of the picture, at most 1.
    """

    pixels: NDArray[np.uint8]
    scale: float


class Explainer:
    """Heatmaps of one model; may be asked from any thread, answers one question at a time.

    Parameters
    ----------
    model
        Any model; a copy of its network is made. Activation maps hook into the network they explain, and
        would catch the activations of images that are being classified meanwhile.
    limits
        Beyond which a file is refused.
    cache_size
        Maps kept for being asked again (800 kB each at the usual edge).
    decoder
        Where the files are decoded.
    """

    def __init__(
        self,
        model: Model,
        *,
        limits: DecodeLimits | None = None,
        cache_size: int = 64,
        decoder: Decoder | None = None,
    ) -> None:
        self._model = copy.copy(model)
        self._model.network = copy.deepcopy(model.network)
        self._limits = limits or DecodeLimits()
        self._decoder = decoder or InThisProcess()
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[object, ...], Explanation] = OrderedDict()
        self._cache_size = cache_size

    def get_ready(self) -> None:
        """Import what explaining needs, which takes seconds, before the first question."""
        import_module("trainer.explain")

    def explain(
        self, source: Source, target: int, against: int | None = None, *, method: Method = "layercam"
    ) -> Explanation:
        """Explain a class, or what speaks for it and not for another.

        Parameters
        ----------
        source
            The picture.
        target, against
            Indices of classes in the order of the card.
        method
            As for `trainer.explain.cam`.

        Raises
        ------
        UnreadableImageError
            If the picture cannot be read.
        """
        key = (*_state_of(source), target, against, method)
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
            params = self._model.card.preprocess
            prepared = self._decoder.run(source.path, prepare, source, params, self._limits)
            explanation = self.explain_prepared(prepared, target, against, method=method)
            self._cache[key] = explanation
            while len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)
            return explanation

    def explain_prepared(
        self, prepared: Prepared, target: int, against: int | None = None, *, method: Method = "layercam"
    ) -> Explanation:
        """Explain a picture that is decoded already; not cached, and by one thread at a time only."""
        from trainer.explain import cam  # grad-cam takes a second to import

        pixels = np.array(prepared.pixels)  # torch wants an array that it could write to
        heat = cam(self._model, pixels, target, against, method=method)
        return Explanation(heat, prepared.height, prepared.width, prepared.databar.row)

    def on_picture(self, explanation: Explanation, *, scale: float = 1.0) -> NDArray[np.float32]:
        """Lay a map over its picture.

        Parameters
        ----------
        scale
            Of the result: 1 has the pixels of the picture, less saves memory where the screen shows less.

        Returns
        -------
        (H, W) float32 in [0, 1]; exactly 0 on the databar.
        """
        height, width = scaled_size(explanation.height, explanation.width, scale)
        row = explanation.crop_row
        if row is not None:
            # Rounded up the map would reach into the bar.
            row = min(max(1, int(row * height / explanation.height)), height)
        return to_picture(
            explanation.canonical, height, width, crop_row=row, params=self._model.card.preprocess
        )


def look(source: Source, params: PreprocessParams, limits: DecodeLimits) -> tuple[Prepared, Preview]:
    """Decode a picture once for its map and its figure.

    Raises
    ------
    UnreadableImageError
        If the picture cannot be read.
    """
    with analyse(
        source.path, root=source.root, databar=source.databar, contrast=source.contrast, limits=limits
    ) as analysed:
        return prepared_of(source, analysed, params), preview(analysed)


def preview(analysed: Analysed) -> Preview:
    """Shrink a decoded picture for a figure: stretched to 8 bits, the longer side at most 2048 pixels."""
    height, width = analysed.pixels.shape
    scale = min(1.0, _LARGEST_PREVIEW / max(height, width))
    rows, columns = scaled_size(height, width, scale)
    low, high = analysed.contrast.low, analysed.contrast.high
    return Preview(stretched_to(analysed.pixels, low, high, (columns, rows)), scale)


def scaled_size(height: int, width: int, scale: float) -> tuple[int, int]:
    """Return the size of a picture at a scale, at least one pixel each way."""
    return max(1, round(height * scale)), max(1, round(width * scale))


def _state_of(source: Source) -> tuple[object, ...]:
    """Return what a map depends on: the file as it is now, and its crop line and stretch."""
    try:
        status = source.path.stat()
        file: tuple[object, ...] = (status.st_size, status.st_mtime_ns)
    except OSError:  # the reader will say what is wrong with it
        file = ()
    return (source.path, *file, source.databar, source.contrast)
