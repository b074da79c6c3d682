"""The picture on screen: loaded off-thread, its neighbours ahead of it, late arrivals dropped."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from semgui.domain.errors import UnreadableImageError
from semgui.domain.image import ImageRecord
from semgui.domain.metadata import ContrastLimits, Databar, SemMetadata
from semgui.imaging.analyse import analysed_picture
from semgui.imaging.decoders import Decoder
from semgui.imaging.limits import DecodeLimits
from semgui.viewmodels.tasks import Lane, TaskRunner

CACHE_BYTES = 384 << 20


@dataclass(frozen=True, slots=True)
class PictureKey:
    """What decides how a picture looks: the file, its state, and where the user put the crop line.

    Parameters
    ----------
    root
        The folder that the user opened; nothing outside it is read.
    user_row
        First row of the databar if the user placed it.
    databar, contrast
        Known from the catalogue, so that they need not be looked for again; the same file gives the same.
    """

    path: Path
    mtime_ns: int = 0
    root: Path | None = None
    user_row: int | None = None
    databar: Databar | None = field(default=None, compare=False)
    contrast: ContrastLimits | None = field(default=None, compare=False)

    @classmethod
    def of(cls, record: ImageRecord) -> PictureKey:
        """Key of a catalogued image."""
        by_user = record.databar.source == "user"
        known = by_user or record.contrast is not None  # without, the pixels were never looked at
        return cls(
            path=record.path,
            mtime_ns=record.mtime_ns,
            root=record.root,
            user_row=record.databar.row if by_user else None,
            databar=record.databar if known else None,
            contrast=record.contrast,
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded image with what the canvas needs to show it truly.

    Parameters
    ----------
    root
        The folder that the user opened.
    pixels
        (H, W) grey, as stored (uint8, uint16 or float32).
    contrast
        Grey values shown as black and white.
    """

    path: Path
    root: Path | None
    pixels: NDArray[np.generic]
    contrast: ContrastLimits
    databar: Databar
    metadata: SemMetadata
    notes: tuple[str, ...] = ()

    @property
    def pixel_size_nm(self) -> float | None:
        """Edge of a pixel in nm; ``None``: no length may be shown."""
        return self.metadata.pixel_size_nm

    @property
    def databar_row(self) -> int | None:
        """First row that the classifier does not see."""
        return self.databar.row


Loader = Callable[[PictureKey], Picture]


def load_picture(key: PictureKey, decoder: Decoder, limits: DecodeLimits) -> Picture:
    """Decode one picture for the screen; raises `UnreadableImageError`."""
    found = decoder.run(key.path, analysed_picture, key.path, key.root, key.databar, key.contrast, limits)
    return Picture(
        path=key.path,
        root=key.root,
        pixels=found.pixels,
        contrast=found.contrast,
        databar=found.databar,
        metadata=found.info.metadata,
        notes=found.info.notes,
    )


class PictureModel:
    """Holds the picture asked for last.

    Parameters
    ----------
    runner
        Where decoding happens.
    load
        Decodes one picture; raises `UnreadableImageError`.

    Attributes
    ----------
    shown
        The picture on screen; ``None`` while nothing is shown or the image is unreadable.
    wanted
        The key asked for; differs from what is shown while it loads.
    error
        Why the image wanted cannot be shown.
    """

    changed = Signal()

    def __init__(self, runner: TaskRunner, load: Loader, cache_bytes: int = CACHE_BYTES) -> None:
        self._runner = runner
        self._load = load
        self._cache = PictureCache(cache_bytes)
        self._loading: set[PictureKey] = set()
        self._ahead: set[PictureKey] = set()
        self.wanted: PictureKey | None = None
        self.shown: Picture | None = None
        self.error: str | None = None

    @property
    def loading(self) -> bool:
        """Whether the picture asked for is still on its way."""
        return self.wanted in self._loading

    def show(self, key: PictureKey | None, neighbours: Sequence[PictureKey] = ()) -> None:
        """Ask for a picture, and for those likely to be asked for next.

        The picture before it stays on screen until the new one is there: no flicker.
        """
        self.wanted = key
        self.error = None
        self._ahead = set(neighbours)
        if key is None:
            self.shown = None
            self.changed.emit()
            return
        ready = self._cache.get(key)
        if ready is not None:
            self.shown = ready
        self.changed.emit()
        if ready is None:
            self._fetch(key)
        for neighbour in neighbours:
            if self._cache.get(neighbour) is None:
                self._fetch(neighbour)

    def _fetch(self, key: PictureKey) -> None:
        if key in self._loading:
            return
        self._loading.add(key)

        def work() -> Picture | None:
            # Whoever flicks on quickly has left most of what was queued behind.
            if key != self.wanted and key not in self._ahead:
                return None
            return self._load(key)

        self._runner.run(Lane.PICTURE, work, lambda p: self._loaded(key, p), lambda e: self._failed(key, e))

    def _loaded(self, key: PictureKey, picture: Picture | None) -> None:
        self._loading.discard(key)
        if picture is None:
            if key == self.wanted:  # left behind, then asked for again before it was dropped
                self._fetch(key)
            return
        self._cache.put(key, picture)
        if key == self.wanted:
            self.shown = picture
            self.changed.emit()

    def _failed(self, key: PictureKey, error: Exception) -> None:
        self._loading.discard(key)
        if key == self.wanted:
            self.shown = None
            self.error = error.reason if isinstance(error, UnreadableImageError) else str(error)
            self.changed.emit()


class PictureCache:
    """Most recently used pictures, bounded in bytes."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._pictures: OrderedDict[PictureKey, Picture] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pictures)

    def get(self, key: PictureKey) -> Picture | None:
        """Return a picture and mark it as just used."""
        if key in self._pictures:
            self._pictures.move_to_end(key)
        return self._pictures.get(key)

    def put(self, key: PictureKey, picture: Picture) -> None:
        """Keep a picture; drop the least recently used ones over the bound."""
        old = self._pictures.pop(key, None)
        self._bytes += picture.pixels.nbytes - (old.pixels.nbytes if old else 0)
        self._pictures[key] = picture
        while self._bytes > self._max_bytes and len(self._pictures) > 1:
            _, dropped = self._pictures.popitem(last=False)
            self._bytes -= dropped.pixels.nbytes
