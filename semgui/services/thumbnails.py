"""Make thumbnails in the background, those nearest to the eye first."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.fingerprint import fingerprint
from semgui.catalogue.images import ImageStore
from semgui.catalogue.listing import stat_file
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery
from semgui.catalogue.records import chunks
from semgui.catalogue.thumbnails import ThumbnailStore, decode_thumbnail, thumbnail_key
from semgui.domain.errors import SemguiError, UnreadableImageError
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageRecord, ImageStatus
from semgui.domain.metadata import ContrastLimits, Databar
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.imaging.decoders import Decoder, InThisProcess
from semgui.imaging.limits import DecodeLimits
from semgui.services.rate import RateMeter

_ANALYSES_AT_ONCE = 64
_SECONDS_AT_ONCE = 0.5
_FILLERS = 2

_log = logging.getLogger(__name__)

Deliver = Callable[[ImageId, bytes], None]
"""Takes an image and its encoded thumbnail, empty when there is none; called from any thread."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A thumbnail, and what making it found.

    Parameters
    ----------
    picture
        JPEG; empty when the image cannot be read.
    found
        Databar and contrast, if the picture was decoded for the first time.
    error
        Why it cannot be read.
    """

    picture: bytes
    found: tuple[Databar, ContrastLimits] | None = None
    error: str | None = None


def thumbnail_of(
    image: ImageRecord, cache: ThumbnailStore, decoder: Decoder, limits: DecodeLimits
) -> Thumbnail:
    """Return the thumbnail of an image from the cache, or make it."""
    if image.status is ImageStatus.UNREADABLE:
        return Thumbnail(b"", error=image.error)
    try:
        key = _key(image)
        picture = cache.get(key)
        if picture is not None:
            return Thumbnail(picture)
        known = image.databar if image.contrast is not None or image.databar.source == "user" else None
        picture, databar, contrast = decoder.run(
            image.path, decode_thumbnail, image.path, image.root, known, image.contrast, limits
        )
        cache.put(key, picture)
    except UnreadableImageError as error:
        return Thumbnail(b"", error=error.reason)
    return Thumbnail(picture, (databar, contrast) if image.contrast is None else None)


def fill_thumbnails(
    project: Project,
    *,
    decoder: Decoder | None = None,
    limits: DecodeLimits | None = None,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> int:
    """Make the thumbnails of a project that are not in the cache yet, in the order of its list.

    Parameters
    ----------
    decoder, limits
        Where files are decoded, and beyond which size they are refused.
    progress
        Called from this thread, stage ``thumbnails``; counts all images, also those that have theirs.
    cancel
        To stop; what was made is kept.

    Returns
    -------
    int
        How many were made.

    Raises
    ------
    Cancelled
        On request, within the time of a few images.
    """
    images, cache = ImageStore(project), ThumbnailStore()
    decoder, limits, cancel = decoder or InThisProcess(), limits or DecodeLimits(), cancel or CancelToken()
    ids = [ImageId(int(i)) for i in images.ids(ImageQuery())]
    made, done, rate = 0, 0, RateMeter()
    try:
        with ThreadPoolExecutor(_FILLERS, "semgui-fill") as pool:
            for chunk in chunks(ids, _ANALYSES_AT_ONCE):
                cancel.raise_if_cancelled()
                missing = [r for r in images.get_many(chunk) if _lacks_thumbnail(r, cache)]
                thumbnails = list(pool.map(lambda r: thumbnail_of(r, cache, decoder, limits), missing))
                found = [(r, *t.found) for r, t in zip(missing, thumbnails, strict=True) if t.found]
                if found:
                    images.record_analyses(found)
                for record, thumbnail in zip(missing, thumbnails, strict=True):
                    if thumbnail.error is not None:
                        images.record_error(record, thumbnail.error)
                made, done = made + len(missing), done + len(chunk)
                progress(Progress("thumbnails", done, len(ids), rate.update(done)))
    finally:
        cache.close()
    return made


def _lacks_thumbnail(image: ImageRecord, cache: ThumbnailStore) -> bool:
    if image.status is not ImageStatus.OK:
        return False
    return not cache.has(thumbnail_key(image.fingerprint, image.mtime_ns, image))


def _key(image: ImageRecord) -> str:
    if image.fingerprint:
        return thumbnail_key(image.fingerprint, image.mtime_ns, image)
    # The scan has seen the file and not read it yet; the eye is there first.
    root = image.root or image.path.parent
    try:
        mtime_ns = stat_file(image.path, root).mtime_ns
    except OSError as error:
        raise UnreadableImageError(image.path, f"it cannot be read ({error.strerror})") from None
    return thumbnail_key(fingerprint(image.path, root), mtime_ns, image)


class ThumbnailService:
    """Threads that make thumbnails of one project; no call waits for them except `close`.

    Parameters
    ----------
    project
        The open project; close this service before it.
    deliver
        Gets every thumbnail that is wanted when it is ready.
    cache
        Where they are kept; ``None``: the user's own, closed with the service.
    workers
        Threads.
    limits
        Size beyond which an image is refused.
    decoder
        Where the files are decoded.
    """

    def __init__(
        self,
        project: Project,
        deliver: Deliver,
        *,
        cache: ThumbnailStore | None = None,
        workers: int = 2,
        limits: DecodeLimits | None = None,
        decoder: Decoder | None = None,
    ) -> None:
        self._images = ImageStore(project)
        self._deliver = deliver
        self._cache = ThumbnailStore() if cache is None else cache
        self._owns_cache = cache is None
        self._limits = limits or DecodeLimits()
        self._decoder = decoder or InThisProcess()
        self._changed = threading.Condition()
        self._wanted: deque[ImageId] = deque()
        self._later: deque[ImageId] = deque()
        self._running: set[ImageId] = set()
        self._asked: set[ImageId] = set()
        self._paused = False
        self._closing = False
        self._found: list[tuple[ImageRecord, Databar, ContrastLimits]] = []
        self._found_since = time.monotonic()
        self._threads = [
            threading.Thread(target=self._work, name=f"thumbnails-{i}", daemon=True) for i in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def want(self, ids: Sequence[ImageId]) -> None:
        """Make these next, in this order, instead of what was wanted before; an empty list wants nothing."""
        with self._changed:
            self._asked = set(ids)
            self._wanted = deque(i for i in ids if i not in self._running)
            self._changed.notify_all()

    def picture_of(self, image_id: ImageId) -> bytes:
        """Return one thumbnail (JPEG), made in the caller's thread if need be; empty if it is unreadable."""
        return self._make(image_id)

    def fill(self, ids: Sequence[ImageId] | NDArray[np.int64]) -> None:
        """Make these when nothing is wanted, without delivering them; replaces an earlier list."""
        with self._changed:
            self._later = deque(ImageId(int(i)) for i in ids)
            self._changed.notify_all()

    def pause(self) -> None:
        """Begin no new thumbnail until `resume`."""
        with self._changed:
            self._paused = True

    def resume(self) -> None:
        """Go on after `pause`."""
        with self._changed:
            self._paused = False
            self._changed.notify_all()

    def close(self) -> None:
        """Stop after the thumbnails that are being made, and keep what was found."""
        with self._changed:
            self._closing = True
            self._wanted.clear()
            self._later.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        self._keep_found(at_least=1)
        if self._owns_cache:
            self._cache.close()

    def _work(self) -> None:
        while (image_id := self._next()) is not None:
            try:
                picture = self._make(image_id)
            except Exception:  # noqa: BLE001  # a file's border: whatever it did, the next one is made
                _log.exception("no thumbnail of image %d", image_id)
                picture = b""
            with self._changed:
                self._running.discard(image_id)
                asked = image_id in self._asked
                self._asked.discard(image_id)
            if asked:
                self._deliver(image_id, picture)
            self._keep_found(at_least=_ANALYSES_AT_ONCE)

    def _next(self) -> ImageId | None:
        """Wait for the next image; ``None`` at the end."""
        while True:
            with self._changed:
                if self._closing:
                    return None
                if not self._paused and (self._wanted or self._later):
                    image_id = (self._wanted or self._later).popleft()
                    self._running.add(image_id)
                    return image_id
                idle = not self._found
                if idle:
                    self._changed.wait()
            if not idle:
                self._keep_found(at_least=1)

    def _make(self, image_id: ImageId) -> bytes:
        records = self._images.get_many([image_id])
        if not records:
            return b""
        made = thumbnail_of(records[0], self._cache, self._decoder, self._limits)
        if made.found is not None:
            with self._changed:
                if not self._found:
                    self._found_since = time.monotonic()
                self._found.append((records[0], *made.found))
        if made.error is not None and records[0].status is ImageStatus.OK:
            self._keep_error(records[0], made.error)
        return made.picture

    def _keep_error(self, image: ImageRecord, reason: str) -> None:
        try:
            self._images.record_error(image, reason)
        except SemguiError as error:
            _log.warning("%s", error)

    def _keep_found(self, at_least: int) -> None:
        """Write analyses in bulk: a commit for each would take longer than its thumbnail."""
        with self._changed:
            waited = time.monotonic() - self._found_since
            if not self._found or (len(self._found) < at_least and waited < _SECONDS_AT_ONCE):
                return
            found, self._found = self._found, []
        try:
            self._images.record_analyses(found)
        except SemguiError as error:
            _log.warning("%s", error)
