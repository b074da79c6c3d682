"""The picture on screen: loaded off-thread, its neighbours after it, late arrivals dropped."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from semgui.domain.errors import UnreadableImageError
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageRecord
from semgui.domain.metadata import ContrastLimits, Databar, SemMetadata
from semgui.imaging.analyse import analysed_picture
from semgui.imaging.decoders import Decoder
from semgui.imaging.levels import halved_copies, without_gaps
from semgui.imaging.limits import DecodeLimits
from semgui.texts import tr
from semgui.viewmodels.tasks import Lane, TaskRunner

CACHE_BYTES = 384 << 20
_AHEAD_BYTES = CACHE_BYTES // 8  # larger pictures are not loaded on suspicion: they would push out all others
_KNOWN = 200  # images whose key is remembered


@dataclass(frozen=True, slots=True)
class PictureKey:
    """What decides how a picture looks: the file, its state, and where the user put the crop line.

    Parameters
    ----------
    root
        The folder that the user opened; nothing outside it is read.
    by_user
        Whether the user said where the databar begins, or that there is none.
    user_row
        First row of the databar if the user placed it.
    databar, contrast
        Known from the catalogue, so that they need not be looked for again; the same file gives the same.
    size
        Rows and columns, 0 where they are not known.
    image
        The image in its project; ``None``: a file by itself.
    """

    path: Path
    mtime_ns: int = 0
    root: Path | None = None
    by_user: bool = False
    user_row: int | None = None
    databar: Databar | None = field(default=None, compare=False)
    contrast: ContrastLimits | None = field(default=None, compare=False)
    size: tuple[int, int] = field(default=(0, 0), compare=False)
    image: ImageId | None = field(default=None, compare=False)

    @classmethod
    def of(cls, record: ImageRecord) -> PictureKey:
        """Key of a catalogued image."""
        by_user = record.databar.source == "user"
        known = by_user or record.contrast is not None  # without, the pixels were never looked at
        return cls(
            path=record.path,
            mtime_ns=record.mtime_ns,
            root=record.root,
            by_user=by_user,
            user_row=record.databar.row if by_user else None,
            databar=record.databar if known else None,
            contrast=record.contrast,
            size=(record.height, record.width),
            image=record.id,
        )


@dataclass(frozen=True, slots=True, eq=False)
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
    copies
        What is shown: the pixels, without undefined values, and halved copies of them
        (`semgui.imaging.levels.halved_copies`).
    image
        The image in its project; ``None``: a file by itself.
    """

    path: Path
    root: Path | None
    pixels: NDArray[np.generic]
    contrast: ContrastLimits
    databar: Databar
    metadata: SemMetadata
    notes: tuple[str, ...] = ()
    copies: tuple[NDArray[np.generic], ...] = ()
    image: ImageId | None = None

    @property
    def nbytes(self) -> int:
        """Memory that the pixels and their copies take."""
        apart = [a for a in self.copies if a is not self.pixels]
        return self.pixels.nbytes + sum(a.nbytes for a in apart)

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
    try:
        found = decoder.run(key.path, analysed_picture, key.path, key.root, key.databar, key.contrast, limits)
    except UnreadableImageError:
        if key.path.exists():
            raise
        gone = tr("it is not where it was; put it back, or scan the folder again")
        raise UnreadableImageError(key.path, gone) from None
    shown = without_gaps(found.pixels, found.contrast.low)
    notes = found.info.notes
    if shown is not found.pixels:
        notes += (tr("undefined values are shown black"),)
    return Picture(
        path=key.path,
        root=key.root,
        pixels=found.pixels,
        contrast=found.contrast,
        databar=found.databar,
        metadata=found.info.metadata,
        notes=notes,
        copies=halved_copies(shown),
        image=key.image,
    )


class PictureModel:
    """Holds the picture asked for last.

    The picture asked for is loaded at once; its neighbours follow one after the other, so that a thread is
    always free for the next picture asked for.

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
        self.load = load
        self._cache = PictureCache(cache_bytes)
        self._loading: set[PictureKey] = set()
        self._ahead: list[PictureKey] = []
        self._ahead_now: PictureKey | None = None
        self._known: OrderedDict[ImageId, PictureKey] = OrderedDict()
        self.wanted: PictureKey | None = None
        self.shown: Picture | None = None
        self.error: str | None = None

    @property
    def loading(self) -> bool:
        """Whether the picture asked for is still on its way."""
        return self.wanted in self._loading

    @property
    def kept_bytes(self) -> int:
        """Memory that the pictures kept take."""
        return self._cache.nbytes

    def show(self, key: PictureKey | None, neighbours: Sequence[PictureKey] = ()) -> None:
        """Ask for a picture, and for those likely to be asked for next, the likeliest first.

        The picture before it stays on screen until the new one is there: no flicker.
        """
        again = key is not None and key == self.wanted and self.error is None
        self.wanted = key
        self.error = None
        self._ahead = [k for k in neighbours if _bytes_of(k) <= _AHEAD_BYTES]
        for known in neighbours if key is None else (key, *neighbours):
            self._remember(known)
        if not again:
            self._show_wanted()
        self._look_ahead()

    def show_image(self, image_id: ImageId) -> None:
        """Show an image at once, before anything else is read of it, if its key was met lately."""
        key = self._known.get(image_id)
        if key is not None and key != self.wanted:
            self.wanted = key
            self.error = None
            self._show_wanted()

    def try_again(self) -> None:
        """Load the picture that could not be shown once more."""
        if self.error is not None:
            self.error = None
            self._show_wanted()

    def ready(self, key: PictureKey) -> Picture | None:
        """Return a picture that is loaded already."""
        return self._cache.get(key)

    def forget(self, ids: Sequence[ImageId] | None = None) -> None:
        """Do not show these images (all, without `ids`) before they are read anew.

        Their crop line has moved, or the same numbers are those of another project's images.
        """
        for image_id in tuple(self._known) if ids is None else ids:
            self._known.pop(image_id, None)

    def _show_wanted(self) -> None:
        key = self.wanted
        ready = None if key is None else self._cache.get(key)
        if key is None or ready is not None:
            self.shown = ready
        if key is not None and ready is None:
            self._fetch(key)
        self.changed.emit()

    def _remember(self, key: PictureKey) -> None:
        if key.image is not None:
            self._known[key.image] = key
            self._known.move_to_end(key.image)
            if len(self._known) > _KNOWN:
                self._known.popitem(last=False)

    def _look_ahead(self) -> None:
        if self._ahead_now is not None or self.loading:
            return
        for key in self._ahead:
            if key not in self._loading and self._cache.get(key) is None:
                self._ahead_now = key
                self._fetch(key)
                return

    def _fetch(self, key: PictureKey) -> None:
        if key in self._loading:
            return
        self._loading.add(key)

        def work() -> Picture | None:
            # Whoever flicks on quickly has left most of what was queued behind.
            if key != self.wanted and key not in self._ahead:
                return None
            return self.load(key)

        self._runner.run(Lane.PICTURE, work, lambda p: self._loaded(key, p), lambda e: self._failed(key, e))

    def _loaded(self, key: PictureKey, picture: Picture | None) -> None:
        self._ended(key)
        if picture is not None:
            self._cache.put(key, picture)
        if key == self.wanted:
            if picture is None:  # left behind, then asked for again before it was dropped
                self._fetch(key)
                return
            self.shown = picture
            self.changed.emit()
        self._look_ahead()

    def _failed(self, key: PictureKey, error: Exception) -> None:
        self._ended(key)
        if key == self.wanted:
            self.shown = None
            self.error = error.reason if isinstance(error, UnreadableImageError) else str(error)
            self.changed.emit()
        self._ahead = [k for k in self._ahead if k != key]  # once is enough
        self._look_ahead()

    def _ended(self, key: PictureKey) -> None:
        self._loading.discard(key)
        if key == self._ahead_now:
            self._ahead_now = None


def _bytes_of(key: PictureKey) -> int:
    rows, columns = key.size
    return rows * columns * 3  # 16 bits and the halved copies


class PictureCache:
    """Most recently used pictures, bounded in bytes."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._pictures: OrderedDict[PictureKey, Picture] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pictures)

    @property
    def nbytes(self) -> int:
        """Memory that the pictures take."""
        return self._bytes

    def get(self, key: PictureKey) -> Picture | None:
        """Return a picture and mark it as just used."""
        if key in self._pictures:
            self._pictures.move_to_end(key)
        return self._pictures.get(key)

    def put(self, key: PictureKey, picture: Picture) -> None:
        """Keep a picture; drop the least recently used ones over the bound."""
        old = self._pictures.pop(key, None)
        self._bytes += picture.nbytes - (old.nbytes if old else 0)
        self._pictures[key] = picture
        while self._bytes > self._max_bytes and len(self._pictures) > 1:
            _, dropped = self._pictures.popitem(last=False)
            self._bytes -= dropped.nbytes
