"""What is known about the images of a project, as arrays: all that a strategy ranks and explains by."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.review.head import Head
from semgui.review.likeness import Likeness
from semgui.scoring.ticks import Tick, silent


@dataclass(frozen=True, slots=True)
class OtherModel:
    """What a second model says about the same images.

    Parameters
    ----------
    probabilities
        (N, C) float32 in the order of `Evidence.classes`; rows of NaN where it has not looked.
    """

    model_id: ModelId
    probabilities: NDArray[np.float32]


@dataclass(frozen=True)
class Evidence:
    """N images that the model has seen, and C classes.

    Parameters
    ----------
    ids
        (N,) int64, ids of the images in the order of their paths.
    classes, names
        Ids and names of the C classes that labels or models use, in the project's order. A class that was
        merged counts as the other one.
    labels
        (N,) int64 indices of classes, -1 without a label. Excluded images count as without one.
    confirmed
        (N,) bool; labels that a person said again after somebody had said the same: queues of likely mistakes
        leave them alone.
    queued
        (N,) bool; False for images that the user excluded: they are in no queue and teach nothing.
    probabilities
        (N, C) float32, calibrated. Of a labelled image they come from a head on the embeddings that was not
        trained on it nor on its near-duplicates.
    by_head
        (N,) bool; False where there are too few labels for a head, and `probabilities` are the model's own.
    model_id, model_probabilities
        The model version, and (N, C) float32 what it says; trained on some of these images perhaps.
    features
        What the head judges by: one (N, D) float16 for each depth of the network that was looked at, the
        last one last.
    groups
        (N,) int64: near-duplicates have the same number, that of their first row.
    grouped
        False as long as nobody has looked for near-duplicates: until then they are identical files.
    model_novelty
        (N,) float32 in [0, 1]: how unlike what the model was trained on.
    head
        What judged, if it judged all images; ``None`` where some were left to the model.
    splits
        (N,) of ``<U5``: ``train``, ``valid``, ``test`` or empty where nothing is decided yet.
    audit
        (N,) int64, place in the audit sample of images that wait to be judged, else -1.
    likeness
        Finds nearest labelled images.
    other
        A second model, for disagreements; ``None`` where there is none.
    unseen
        Images of the project that the model has not seen; they are in no queue yet.
    """

    ids: NDArray[np.int64]
    classes: tuple[ClassId, ...]
    names: tuple[str, ...]
    labels: NDArray[np.int64]
    confirmed: NDArray[np.bool_]
    queued: NDArray[np.bool_]
    probabilities: NDArray[np.float32]
    by_head: NDArray[np.bool_]
    model_id: ModelId
    model_probabilities: NDArray[np.float32]
    features: tuple[NDArray[np.float16], ...]
    groups: NDArray[np.int64]
    grouped: bool
    model_novelty: NDArray[np.float32]
    head: Head | None
    splits: NDArray[np.str_]
    audit: NDArray[np.int64]
    likeness: Likeness
    other: OtherModel | None = None
    unseen: int = 0
    _novelty: NDArray[np.float32] | None = field(default=None, init=False, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def embeddings(self) -> NDArray[np.float16]:
        """Return what leaves the network, (N, D)."""
        return self.features[-1]

    @cached_property
    def labelled(self) -> NDArray[np.bool_]:
        """Return which images have a label, (N,)."""
        return self.labels >= 0

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """Return the most probable class of each image by `probabilities`, (N,)."""
        return np.asarray(self.probabilities.argmax(axis=1), np.int64)

    def find_novelty(self, tick: Tick = silent) -> NDArray[np.float32]:
        """Return how unlike all that is known an image is, (N,) float32 in [0, 1]; found once.

        Known are the labelled images; where these do not cover what the model sees, what it was trained on.

        Parameters
        ----------
        tick
            Told how many images are done; may raise to stop.
        """
        if self.head is None:
            return self.model_novelty
        if self._novelty is None:
            found = self.head.novelty(self.labels, len(self.classes), tick)
            object.__setattr__(self, "_novelty", found)
            return found
        return self._novelty

    @cached_property
    def confidence(self) -> NDArray[np.float32]:
        """Return the probability of that class, (N,)."""
        return np.asarray(self.probabilities.max(axis=1))

    @property
    def accuracy(self) -> tuple[int, int]:
        """Return on how many images a head says the label, and how many with a label it judged."""
        judged = self.labelled & self.by_head
        return int(np.count_nonzero(self.predicted[judged] == self.labels[judged])), int(judged.sum())

    def row_of(self, image_id: ImageId) -> int:
        """Return the row of an image; -1 where it is not among these."""
        return self._rows.get(int(image_id), -1)

    def rows_of(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows of those of `ids` that are among these, in their order."""
        found = [self._rows[i] for i in np.asarray(ids).tolist() if i in self._rows]
        return np.array(found, np.int64)

    def index_of(self, class_id: ClassId) -> int:
        """Return the number of a class; -1 where neither labels nor models use it."""
        return self.classes.index(class_id) if class_id in self.classes else -1

    @cached_property
    def _rows(self) -> dict[int, int]:
        return {image_id: row for row, image_id in enumerate(self.ids.tolist())}
