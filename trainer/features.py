"""Embeddings of a run's images, computed once by the frozen backbone and kept in the run folder."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from trainer.augment.apply import augmented_copy
from trainer.config import RunConfig
from trainer.errors import StoppedError
from trainer.events import EventWriter, Progress
from trainer.files import reserve, write_atomically
from trainer.finetune_config import Precision
from trainer.known import KnownFeatures
from trainer.models import Network, as_grey, embedding_size
from trainer.precision import computed_in
from trainer.run_folder import ManifestRow, PixelCache, RunFolder

_BATCH = 16
_SECONDS_BETWEEN_NOTES = 1.0


@dataclass(frozen=True, slots=True)
class Features:
    """Embeddings, one line an image or changed copy.

    Parameters
    ----------
    embeddings
        (M, D) float32, mapped into memory: first every row of the manifest, then the copies.
    rows
        (M,) index of the manifest row that each line belongs to.
    """

    embeddings: NDArray[np.float32]
    rows: NDArray[np.int64]


def lines_of(manifest: Sequence[ManifestRow], copies: int) -> list[tuple[int, int]]:
    """List (row, copy) of every line: all rows as they are, then the copies of training images."""
    lines = [(row, 0) for row in range(len(manifest))]
    train = [i for i, row in enumerate(manifest) if row.split == "train" and row.class_id is not None]
    return lines + [(row, copy) for copy in range(1, copies + 1) for row in train]


def compute_features(
    run: RunFolder,
    config: RunConfig,
    manifest: Sequence[ManifestRow],
    network: Network,
    key: str,
    events: EventWriter,
    precision: Precision = Precision.FULL,
    known: KnownFeatures | None = None,
) -> Features:
    """Embed all images, going on where an earlier process stopped.

    Parameters
    ----------
    network
        On its device, in inference.
    key
        Hash of all that the embeddings depend on.
    precision
        Of the numbers that it is computed with.
    known
        Embeddings by this very network, which need not be computed.

    Raises
    ------
    StoppedError
        If the run was asked to stop; what is done is kept.
    """
    pixels = PixelCache(run.pixels, config.preprocess.edge)
    lines = lines_of(manifest, config.augment.copies)
    size = embedding_size(config.architecture, config.input, config.stages)
    note = _FeatureNote(run, key)
    run.features.mkdir(exist_ok=True)
    path = run.features / "embeddings.f32"
    done = note.read() if path.exists() and path.stat().st_size == len(lines) * size * 4 else 0
    if not done:
        reserve(path, len(lines) * size * 4)
    store = np.memmap(path, np.float32, mode="r+", shape=(len(lines), size))
    todo = np.ones(len(lines), np.bool_)
    if known is not None and len(known.rows):
        store[known.rows] = known.embeddings  # the first lines are the rows of the manifest
        todo[known.rows] = False

    def image(line: int) -> NDArray[np.uint8]:
        row, copy = lines[line]
        original = pixels.image(manifest[row])
        if copy == 0:
            return original
        return augmented_copy(original, config.augment, config.seed, row, copy)

    def keep(count: int) -> None:
        store.flush()
        note.write(count)

    try:
        with computed_in(precision, next(network.parameters()).device):
            _embed_all(store, image, todo, done, network, _Reporter(events, len(lines), keep), run)
    finally:
        store.flush()
    rows = np.array([row for row, _ in lines], np.int64)
    return Features(np.memmap(path, np.float32, mode="r", shape=(len(lines), size)), rows)


def _embed_all(
    store: NDArray[np.float32],
    image: Callable[[int], NDArray[np.uint8]],
    todo: NDArray[np.bool_],
    done: int,
    network: Network,
    reporter: _Reporter,
    run: RunFolder,
) -> None:
    device = next(network.parameters()).device
    lines = done + np.flatnonzero(todo[done:])
    for start in range(0, len(lines), _BATCH):
        some = lines[start : start + _BATCH]
        try:
            run.raise_if_stopped()
        except StoppedError:
            reporter.finish(int(some[0]))
            raise
        batch = np.stack([image(line) for line in some.tolist()])
        with torch.inference_mode():
            embedding = network.embed(as_grey(torch.from_numpy(batch).to(device)))
        store[some] = embedding.float().cpu().numpy()
        reporter.reached(int(some[-1]) + 1)
    reporter.finish(len(store))


class _Reporter:
    """Tells how far the embedding has come, and keeps it, about once a second."""

    def __init__(self, events: EventWriter, total: int, keep: Callable[[int], None]) -> None:
        self._events = events
        self._total = total
        self._keep = keep
        self._since = time.monotonic()
        self._from: int | None = None

    def reached(self, count: int) -> None:
        seconds = time.monotonic() - self._since
        if seconds < _SECONDS_BETWEEN_NOTES:
            return
        rate = 0.0 if self._from is None else (count - self._from) / seconds
        self._events.write(Progress(stage="features", done=count, total=self._total, rate=round(rate, 2)))
        self._keep(count)
        self._since, self._from = time.monotonic(), count

    def finish(self, count: int) -> None:
        self._keep(count)
        self._events.write(Progress(stage="features", done=count, total=self._total))


class _FeatureNote:
    """Remembers how many embeddings are done, and of what."""

    def __init__(self, run: RunFolder, key: str) -> None:
        self._path = run.features / "done.json"
        self._key = key

    def read(self) -> int:
        try:
            note = json.loads(self._path.read_bytes())
        except (OSError, json.JSONDecodeError):
            return 0
        return int(note["done"]) if note["key"] == self._key else 0

    def write(self, done: int) -> None:
        write_atomically(self._path, json.dumps({"key": self._key, "done": done}).encode())
