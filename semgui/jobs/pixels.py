"""Decode the images of a run once, in parallel, into one file of canonical images."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semgui.domain.errors import UnreadableImageError
from semgui.imaging.limits import DecodeLimits
from semgui.imaging.perceptual import WORDS, perceptual_hash
from semgui.inference.prepare import Source, prepare
from semgui.jobs.pixel_store import PixelStore
from trainer.preprocess import PreprocessParams

_AHEAD = 4  # images decoded ahead of the writer, for each thread


@dataclass(frozen=True, slots=True)
class Written:
    """What came of the files.

    Parameters
    ----------
    outcomes
        For each source its offset in bytes, or why it has none.
    hashes
        (written, 8), the perceptual hash of each image that was written.
    """

    outcomes: tuple[int | UnreadableImageError, ...]
    hashes: NDArray[np.uint64]


def write_pixels(
    sources: Sequence[Source],
    target: Path,
    params: PreprocessParams,
    limits: DecodeLimits,
    on_written: Callable[[int], None],
    store: PixelStore,
) -> Written:
    """Write the canonical images of files, one after the other; whole or not at all.

    Parameters
    ----------
    sources
        The files, in the order in which they are written.
    target
        The file to write.
    params
        Of the canonical image.
    limits
        What a file may ask for; all threads share the process-wide decode budget.
    on_written
        Called with the number of files done; may raise to stop.
    store
        Where images of earlier runs are found, and those of this run are kept.
    """
    outcomes: list[int | UnreadableImageError] = []
    hashes: list[NDArray[np.uint64]] = []
    beside = target.with_name(f".{target.name}.part")
    with beside.open("wb") as file:
        for image in canonical_images(sources, params, limits, store):
            if isinstance(image, UnreadableImageError):
                outcomes.append(image)
            else:
                outcomes.append(file.tell())
                hashes.append(perceptual_hash(image))
                file.write(image.data)
            on_written(len(outcomes))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)
    return Written(tuple(outcomes), as_hashes(hashes))


def as_hashes(hashes: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Stack hashes (8,) to (N, 8), also where there are none."""
    return np.array(hashes, np.uint64).reshape(-1, WORDS)


def canonical_images(
    sources: Sequence[Source], params: PreprocessParams, limits: DecodeLimits, store: PixelStore
) -> Iterator[NDArray[np.uint8] | UnreadableImageError]:
    """Yield the canonical image (E, E) of every file, or why it has none, in order; decoded in parallel.

    A few images are held at a time, however many files there are.
    """

    def read(source: Source) -> NDArray[np.uint8] | UnreadableImageError:
        try:
            key = store.key(source)
            image = store.get(key)
            if image is None:
                image = np.ascontiguousarray(prepare(source, params, limits).pixels)
                store.put(key, image)
        except UnreadableImageError as error:
            return error
        return image

    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads, thread_name_prefix="pixels") as pool:
        waiting: deque[Future[NDArray[np.uint8] | UnreadableImageError]] = deque()
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
