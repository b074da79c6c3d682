"""Which images of a project are the same, or nearly."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from semgui.catalogue.images import ImageStore
from semgui.catalogue.looks import LookStore, look_of
from semgui.catalogue.project import Project
from semgui.catalogue.records import chunks, raw_rows
from semgui.catalogue.tables import images
from semgui.catalogue.thumbnails import ThumbnailStore, thumbnail_key
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageRecord
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.imaging.decoders import Decoder, InThisProcess
from semgui.imaging.limits import DecodeLimits
from semgui.imaging.perceptual import WORDS
from semgui.scoring.duplicates import Lookup, near_duplicate_groups
from semgui.services.rate import RateMeter
from semgui.services.thumbnails import Thumbnail, thumbnail_of

_AT_ONCE = 512
_THREADS = 2
_KEPT = "near-duplicates.npz"

Ids = NDArray[np.int64]
Tick = Callable[[int], None]


def near_duplicates(
    project: Project,
    ids: Ids,
    embeddings: Lookup | None,
    *,
    decoder: Decoder | None = None,
    limits: DecodeLimits | None = None,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> Ids:
    """Group images that are the same, or nearly.

    Hashes are made from thumbnails, which most images have, and kept in the user's cache; the groups are kept
    beside the project until images come or go.

    Parameters
    ----------
    ids
        (N,) images.
    embeddings
        From places in `ids` to embeddings, see `semgui.scoring.duplicates`.
    decoder, limits
        For thumbnails that are not made yet.

    Returns
    -------
    (N,) int64
        The place in `ids` of the first member of each image's group; an image that cannot be read is alone.

    Raises
    ------
    Cancelled
        On request; hashes made so far are kept.
    """
    cancel = cancel or CancelToken()
    hashes, known = np.zeros((len(ids), WORDS), np.uint64), np.zeros(len(ids), np.bool_)
    rate, done = RateMeter(), 0
    with closing(_Looker(project, decoder or InThisProcess(), limits or DecodeLimits())) as looker:
        for some in chunks(ids.tolist(), _AT_ONCE):
            cancel.raise_if_cancelled()
            found = looker.hashes(some)
            for row, image_id in enumerate(some, done):
                if image_id in found:
                    hashes[row], known[row] = found[image_id], True
            done += len(some)
            progress(Progress("looking", done, len(ids), rate.update(done)))
    place, digest = _place(project), _digest(ids, hashes)
    groups = _kept(place, digest)
    if groups is None:
        rate = RateMeter()

        def tick(done: int) -> None:
            cancel.raise_if_cancelled()
            progress(Progress("comparing", done, len(ids), rate.update(done)))

        groups = _grouped(hashes, known, embeddings, tick)
        _keep(place, digest, groups)
    return groups


def kept_near_duplicates(project: Project, ids: Ids) -> Ids | None:
    """Return the groups, at once, if these very images were compared before; else ``None``."""
    if not _place(project).exists():
        return None
    looks, hashes, done = LookStore(), np.zeros((len(ids), WORDS), np.uint64), 0
    for some in chunks(ids.tolist(), _AT_ONCE):
        keys = [_key(record) for record in ImageStore(project).get_many(some)]
        found = looks.get(keys)
        for row, key in enumerate(keys, done):
            if key in found:
                hashes[row] = found[key]
        done += len(some)
    return _kept(_place(project), _digest(ids, hashes))


def identical_files(project: Project, ids: Ids) -> Ids:
    """Group images whose files have the same content, (N,): the place in `ids` of the first of each."""
    with project.read() as connection:
        query = sa.select(images.c.id, images.c.fingerprint)
        content_of = {row[0]: row[1] for rows in raw_rows(connection.execute(query)) for row in rows}
    contents = np.array([content_of.get(i) or str(i) for i in ids.tolist()], np.str_)
    _, first, group = np.unique(contents, return_index=True, return_inverse=True)
    return np.asarray(first[group], np.int64)


def _place(project: Project) -> Path:
    return project.path / "arrays" / _KEPT


def _digest(ids: Ids, hashes: NDArray[np.uint64]) -> str:
    return hashlib.blake2b(ids.tobytes() + hashes.tobytes(), digest_size=16).hexdigest()


def _grouped(
    hashes: NDArray[np.uint64], known: NDArray[np.bool_], embeddings: Lookup | None, tick: Tick
) -> Ids:
    rows = np.flatnonzero(known)

    def look_up(numbers: Ids) -> NDArray[np.floating]:
        assert embeddings is not None  # not asked for otherwise
        return embeddings(rows[numbers])

    groups = np.arange(len(hashes))
    groups[rows] = rows[near_duplicate_groups(hashes[rows], look_up if embeddings else None, tick)]
    return groups


class _Looker:
    """Finds the hashes of images: in the cache, or from thumbnails."""

    def __init__(self, project: Project, decoder: Decoder, limits: DecodeLimits) -> None:
        self._images = ImageStore(project)
        self._decoder = decoder
        self._limits = limits
        self._looks = LookStore()
        self._thumbnails = ThumbnailStore()
        self._pool = ThreadPoolExecutor(_THREADS, "semgui-looks")

    def close(self) -> None:
        """Wait for what is being decoded."""
        self._pool.shutdown(cancel_futures=True)
        self._thumbnails.close()

    def hashes(self, ids: Sequence[ImageId]) -> dict[ImageId, NDArray[np.uint64]]:
        """Return the hash of each image that can be read."""
        records = self._images.get_many(ids)
        by_key = {_key(record): record for record in records}  # copies share a key, and a look
        found = self._looks.get(list(by_key))
        new = [record for key, record in by_key.items() if key not in found]
        made = list(self._pool.map(self._made, new))
        analysed = [(r, *t.found) for r, (t, _) in zip(new, made, strict=True) if t.found]
        if analysed:
            self._images.record_analyses(analysed)
        fresh = {_key(r): look for r, (_, look) in zip(new, made, strict=True) if look is not None}
        if fresh:
            self._looks.put(fresh)
        known = found | fresh
        return {record.id: known[key] for record in records if (key := _key(record)) in known}

    def _made(self, image: ImageRecord) -> tuple[Thumbnail, NDArray[np.uint64] | None]:
        thumbnail = thumbnail_of(image, self._thumbnails, self._decoder, self._limits)
        if not thumbnail.picture:
            return thumbnail, None
        known = image if thumbnail.found is None else replace(image, databar=thumbnail.found[0])
        return thumbnail, look_of(thumbnail.picture, known)


def _key(image: ImageRecord) -> str:
    return thumbnail_key(image.fingerprint, image.mtime_ns, image)


def _kept(place: Path, digest: str) -> Ids | None:
    """Return groups that were kept for the very same images, else ``None``."""
    try:
        with np.load(place, allow_pickle=False) as file:
            return np.asarray(file["groups"], np.int64) if str(file["digest"]) == digest else None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _keep(place: Path, digest: str, groups: Ids) -> None:
    """Keep groups; where nothing can be written they are found again next time."""
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    with suppress(OSError):
        place.parent.mkdir(exist_ok=True)
        with part.open("wb") as file:
            np.savez(file, groups=groups, digest=np.array(digest))
        part.replace(place)
