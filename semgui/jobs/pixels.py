"""Decode the images of a run once, in parallel, into one file of canonical images and one of databars."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.fingerprint import fingerprint
from semgui.domain.errors import UnreadableImageError
from semgui.imaging.limits import DecodeLimits
from semgui.imaging.perceptual import WORDS, perceptual_hash
from semgui.inference.prepare import Source
from semgui.jobs.canonical import Canonical, canonical_of
from semgui.jobs.pixel_store import PixelStore
from trainer.files import room_on_disk
from trainer.preprocess import PreprocessParams
from trainer.run_folder import RunFolder

_AHEAD = 4  # images decoded ahead of the writer, for each thread


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture lies in the files of a run.

    Parameters
    ----------
    offset
        Of its canonical image, in bytes.
    strip
        Of its databar, in bytes; ``None`` where it has none.
    fingerprint
        Of its file.
    """

    offset: int
    strip: int | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Written:
    """What came of the files.

    Parameters
    ----------
    outcomes
        For each source its place, or why it has none.
    hashes
        (written, 8), the perceptual hash of each image that was written.
    """

    outcomes: tuple[Place | UnreadableImageError, ...]
    hashes: NDArray[np.uint64]


def write_pixels(
    sources: Sequence[Source],
    run: RunFolder,
    params: PreprocessParams,
    limits: DecodeLimits,
    on_written: Callable[[int], None],
    store: PixelStore,
) -> Written:
    """Write ``pixels.bin`` and ``strips.bin`` of a run, images one after the other; whole or not at all.

    Parameters
    ----------
    sources
        The files, in the order in which they are written.
    run
        Whose files to write.
    params
        Of the canonical image.
    limits
        What a file may ask for; all threads share the process-wide decode budget.
    on_written
        Called with the number of files done; may raise to stop.
    store
        Where images of earlier runs are found, and those of this run are kept.
    """
    outcomes: list[Place | UnreadableImageError] = []
    hashes: list[NDArray[np.uint64]] = []
    with _whole(run.strips) as strips, _whole(run.pixels) as pixels:
        for read in canonical_images(sources, params, limits, store):
            if isinstance(read, UnreadableImageError):
                outcomes.append(read)
            else:
                image = read.image
                strip = None if image.strip is None else strips.tell()
                outcomes.append(Place(pixels.tell(), strip, read.fingerprint))
                hashes.append(perceptual_hash(image.pixels))
                pixels.write(image.pixels.data)
                if image.strip is not None:
                    strips.write(image.strip.data)
            on_written(len(outcomes))
    return Written(tuple(outcomes), as_hashes(hashes))


@contextmanager
def _whole(target: Path) -> Iterator[BinaryIO]:
    """Open a file beside, which takes its place if all goes well."""
    beside = target.with_name(f".{target.name}.part")
    try:
        with room_on_disk(target), beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)  # gigabytes, perhaps what filled the disk
        raise


def as_hashes(hashes: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Stack hashes (8,) to (N, 8), also where there are none."""
    return np.array(hashes, np.uint64).reshape(-1, WORDS)


@dataclass(frozen=True, slots=True)
class Read:
    """A picture as a run keeps it, and the fingerprint of its file."""

    image: Canonical
    fingerprint: str


def canonical_images(
    sources: Sequence[Source], params: PreprocessParams, limits: DecodeLimits, store: PixelStore
) -> Iterator[Read | UnreadableImageError]:
    """Yield the canonical image of every file, or why it has none, in order; decoded in parallel.

    A few images are held at a time, however many files there are.
    """

    def read(source: Source) -> Read | UnreadableImageError:
        try:
            content = fingerprint(source.path, source.path.parent if source.root is None else source.root)
            key = store.key(source, content)
            image = store.get(key)
            if image is None:
                image = canonical_of(source, params, limits)
                store.put(key, image)
        except UnreadableImageError as error:
            return error
        except OSError as error:  # gone since it was hashed
            return UnreadableImageError(source.path, f"it cannot be read ({error.strerror})")
        return Read(image, content)

    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads, thread_name_prefix="pixels") as pool:
        waiting: deque[Future[Read | UnreadableImageError]] = deque()
        try:
            for source in sources:
                waiting.append(pool.submit(read, source))
                if len(waiting) >= _AHEAD * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
