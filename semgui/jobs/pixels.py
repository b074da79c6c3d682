"""Decode the images of a run once, in parallel, into one file of canonical images."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semgui.domain.errors import UnreadableImageError
from semgui.imaging.limits import DecodeLimits
from semgui.inference.prepare import Source, prepare
from trainer.preprocess import PreprocessParams

_AHEAD = 4  # images decoded ahead of the writer, for each thread


def write_pixels(
    sources: Sequence[Source],
    target: Path,
    params: PreprocessParams,
    limits: DecodeLimits,
    on_written: Callable[[int], None],
) -> list[int | UnreadableImageError]:
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

    Returns
    -------
    list of int or UnreadableImageError
        For each source its offset in bytes, or why it has none.
    """
    outcomes: list[int | UnreadableImageError] = []
    beside = target.with_name(f".{target.name}.part")
    with beside.open("wb") as file:
        for image in _in_order(sources, params, limits):
            if isinstance(image, UnreadableImageError):
                outcomes.append(image)
            else:
                outcomes.append(file.tell())
                file.write(image.data)
            on_written(len(outcomes))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)
    return outcomes


def _in_order(
    sources: Sequence[Source], params: PreprocessParams, limits: DecodeLimits
) -> Iterator[NDArray[np.uint8] | UnreadableImageError]:
    def read(source: Source) -> NDArray[np.uint8] | UnreadableImageError:
        try:
            return np.ascontiguousarray(prepare(source, params, limits).pixels)
        except UnreadableImageError as error:
            return error

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
