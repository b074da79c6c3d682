"""The images of a project as points on a plane: images that look alike to the model lie together."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery
from semgui.domain.ids import ModelId
from semgui.domain.image import ImageStatus
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.scoring.projection import PrincipalAxes, places_among, principal_axes, unit_square
from semgui.services.umap_plane import umap_plane

FEWEST = 3
"""Images below which there is nothing to draw."""
_ROWS_AT_ONCE = 8_192
_FOR_AXES = 8_192  # images that the axes are taken from
_UMAP_AXES = 50  # UMAP looks at these; the others are noise and time
_STAYS = 0.8  # a kept map is gone on with as long as it has this part of the images


class Layout(StrEnum):
    """How places are found."""

    PCA = "pca"
    UMAP = "umap"


@dataclass(frozen=True, slots=True)
class EmbeddingMap:
    """Where images lie.

    Parameters
    ----------
    ids
        (N,) int64.
    places
        (N, 2) float32, filling the square from 0 to 1; y upwards. A few may lie outside.
    layout
        How they were found.
    missing
        Readable images of the project that the model has not seen yet.
    frame
        What puts a later image on the same map without moving another; UMAP keeps a file instead.
    """

    ids: NDArray[np.int64]
    places: NDArray[np.float32]
    layout: Layout
    missing: int = 0
    frame: Frame | None = None

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Frame:
    """Axes, and the shift and scale from them to the map.

    Parameters
    ----------
    axes
        The principal axes.
    scale, shift
        ``place = coordinates * scale + shift``.
    """

    axes: PrincipalAxes
    scale: float
    shift: NDArray[np.float32]


def draw_map(
    project: Project,
    model_id: ModelId,
    layout: Layout,
    *,
    before: EmbeddingMap | None = None,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> EmbeddingMap:
    """Place every image of a project that the model has seen.

    Parameters
    ----------
    model_id
        Whose embeddings.
    before
        A map of this project and model that is shown already: its images keep their places, if it has at
        least half of the project.
    progress
        Stage ``map``; counts images read.

    Raises
    ------
    UsageError
        UMAP is asked for and not installed, or failed.
    Cancelled
        On request.
    """
    cancel = cancel or CancelToken()
    store = ArrayStore(project, model_id)
    every = ImageStore(project).ids(ImageQuery())
    goes_on = before is not None and before.layout is layout and 2 * len(before) >= len(every)
    kept = before.frame if before is not None and goes_on else None
    axes = kept.axes if kept is not None else _axes(store, every, 2 if layout is Layout.PCA else _UMAP_AXES)
    if axes is None:
        return EmbeddingMap(every[:0], np.zeros((0, 2), np.float32), layout, _missing(project, every[:0]))
    found_ids, found = [], []
    for done, part in _in_parts(every):
        cancel.raise_if_cancelled()
        embeddings, there = _known(store.get_embeddings(part))
        found_ids.append(part[there])
        found.append(axes.places(embeddings))
        progress(Progress("map", done, len(every)))
    ids, coordinates = np.concatenate(found_ids), np.concatenate(found)
    missing = _missing(project, ids)
    if layout is Layout.UMAP:
        return EmbeddingMap(ids, _umap_places(store, ids, coordinates, cancel), layout, missing)
    coordinates = _two_columns(coordinates)
    frame = kept or _frame(axes, coordinates)
    return EmbeddingMap(ids, coordinates * frame.scale + frame.shift, layout, missing, frame)


def forget_map(project: Project, model_id: ModelId) -> None:
    """Forget the UMAP that was kept, so that the next one is made from all images."""
    _file(ArrayStore(project, model_id)).unlink(missing_ok=True)


def _missing(project: Project, ids: NDArray[np.int64]) -> int:
    """Count the images that could be on the map and are not; one that cannot be read never will be."""
    readable = ImageStore(project).ids(ImageQuery(status=ImageStatus.OK))
    return len(np.setdiff1d(readable, ids, assume_unique=True))


def _axes(store: ArrayStore, ids: NDArray[np.int64], count: int) -> PrincipalAxes | None:
    """Take axes from images spread evenly over the project; ``None`` where the model has seen too few."""
    sample, _ = _known(store.get_embeddings(ids[:: max(1, len(ids) // _FOR_AXES)]))
    if len(sample) < FEWEST <= len(ids):  # they may all lie in one place: a classification has just begun
        sample, _ = _known(store.get_embeddings(ids))
    return principal_axes(sample, count) if len(sample) >= FEWEST else None


def _known(embeddings: NDArray[np.float16]) -> tuple[NDArray[np.float16], NDArray[np.bool_]]:
    """Return the rows that the model has filled, and which these are."""
    if not embeddings.shape[1]:
        return embeddings[:0], np.zeros(len(embeddings), np.bool_)
    there = ~np.isnan(embeddings[:, 0])
    return embeddings[there], there


def _in_parts(ids: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    for start in range(0, len(ids), _ROWS_AT_ONCE):
        part = ids[start : start + _ROWS_AT_ONCE]
        yield start + len(part), part


def _two_columns(coordinates: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give images that differ along one axis only a second one."""
    missing = 2 - coordinates.shape[1]
    return np.pad(coordinates, ((0, 0), (0, missing))) if missing > 0 else coordinates


def _frame(axes: PrincipalAxes, coordinates: NDArray[np.float32]) -> Frame:
    square = unit_square(coordinates)
    spread = coordinates.max(axis=0) - coordinates.min(axis=0)
    widest = int(spread.argmax())
    moved = square[:, widest].max() - square[:, widest].min()
    scale = float(moved / spread[widest]) if spread[widest] > 0 else 1.0
    return Frame(axes, scale, square[0] - coordinates[0] * scale)


def _umap_places(
    store: ArrayStore, ids: NDArray[np.int64], coordinates: NDArray[np.float32], cancel: CancelToken
) -> NDArray[np.float32]:
    """Return the kept map, later images among their neighbours; a new one if most images are later."""
    kept_ids, kept_places = _kept(_file(store))
    known = np.isin(ids, kept_ids)
    if known.mean() < _STAYS:
        places = unit_square(umap_plane(coordinates, cancel))
        _keep(_file(store), ids, places)
        return places
    places = np.empty((len(ids), 2), np.float32)
    order = np.argsort(kept_ids)
    places[known] = kept_places[order[np.searchsorted(kept_ids, ids[known], sorter=order)]]
    if not known.all():
        places[~known] = places_among(coordinates[known], places[known], coordinates[~known])
    return places


def _file(store: ArrayStore) -> Path:
    return store.folder / "umap.npz"


def _keep(file: Path, ids: NDArray[np.int64], places: NDArray[np.float32]) -> None:
    """Keep a map; where nothing can be written it is made again next time."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with suppress(OSError):
            with part.open("wb") as opened:
                np.savez(opened, ids=ids, places=places)
            part.replace(file)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _kept(file: Path) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    try:
        with np.load(file) as found:
            return found["ids"], found["places"]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):  # none yet, or a write was cut off
        return np.empty(0, np.int64), np.empty((0, 2), np.float32)
