"""Whether the databar alone tells the class. NumPy only.

The network never sees the bar. But where the bar (magnification, voltage, detector, date, how a session was
set up) tells the class of images in groups that were left out, the images of a class come from few sessions,
and whatever else these sessions share the network does see. Figures then flatter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer import metrics
from trainer.errors import TrainerError
from trainer.figures import Interval
from trainer.run_folder import STRIP_SHAPE, ManifestRow

_COARSE = (8, 112)  # rows and columns of a strip as the classifier sees it
_FOLDS = 5
_RIDGE = 0.3  # penalty for each training image, on standardised features
_TOLD = 0.1  # of the gap between majority and certainty: less is no finding
_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class StripAudit:
    """How well the databar alone tells the class.

    Parameters
    ----------
    images, with_bar
        Of the classes, and how many of them have a bar.
    accuracy
        Of the bar alone on groups that were left out; ``None`` where it cannot be measured.
    majority
        Share of the commonest class: what one is right in without looking.
    right
        For the index of each manifest row that was judged, whether the bar told its class.
    """

    images: int
    with_bar: int
    accuracy: Interval | None = None
    majority: float = 0.0
    right: dict[int, bool] | None = None

    @property
    def tells(self) -> bool:
        """Whether the bar tells the class beyond chance, and more than a trifle."""
        if self.accuracy is None:
            return False
        return self.accuracy.low > self.majority + _TOLD * (1 - self.majority)

    def sentence(self) -> str:
        """Say what was found."""
        if not self.with_bar:
            return (
                f"None of the {self.images:,} images has a databar: there is nothing that a bar could tell."
            )
        if self.accuracy is None:
            return "Too few groups of images to say whether the databar tells the class."
        found = (
            f"The databar alone tells the class in {self.accuracy.value:.0%} of {self.images:,} images "
            f"({self.accuracy.low:.0%} to {self.accuracy.high:.0%}; {self.with_bar:,} have one); always "
            f"naming the commonest class is right in {self.majority:.0%}"
        )
        if not self.tells:
            return f"{found}: no more than a trifle."
        return (
            f"{found}: images of a class share sessions or settings. The network does not see the bar, but "
            "whatever else these sessions share; split by session (folder, sample or date) to see what it "
            "is worth on new ones."
        )

    def as_dict(self) -> dict[str, Any]:
        """Return everything but the single images, for ``metrics.json``."""
        figure = None if self.accuracy is None else self.accuracy.model_dump()
        return {
            "images": self.images,
            "with_bar": self.with_bar,
            "accuracy": figure,
            "majority": self.majority,
            "tells": self.tells,
        }


def audit_strips(path: Path, manifest: Sequence[ManifestRow], seed: int = 0) -> StripAudit | None:
    """Classify images by their databars alone, leaving out a fifth of the groups at a time.

    Ridge regression onto the classes (Hoerl & Kennard 1970), on strips averaged to 8 × 112 cells, the squares
    of still coarser ones, and whether there is a bar at all. Groups are the run's own: what it keeps apart is
    kept apart here. The interval is drawn over groups.

    Parameters
    ----------
    path
        ``strips.bin``.
    manifest
        Its images; those of no class are left out.

    Returns
    -------
    ``None`` if the run does not know its databars.

    Raises
    ------
    TrainerError
        If the file is shorter than the manifest says.
    """
    if not path.exists():
        return None
    rows = [i for i, row in enumerate(manifest) if row.class_id is not None]
    with_bar = sum(manifest[i].strip is not None for i in rows)
    names, labels = np.unique([str(manifest[i].class_id) for i in rows], return_inverse=True)
    groups = np.unique([manifest[i].group for i in rows], return_inverse=True)[1]
    audit = StripAudit(len(rows), with_bar)
    if not with_bar or len(names) < 2 or groups.max() + 1 < 2 * _FOLDS:
        return audit
    features = _features(path, [manifest[i] for i in rows])
    predicted = _cross_fitted(features, labels, _folds(groups, seed), len(names))
    found = metrics.bootstrap_by_group(metrics.accuracy, labels, predicted, groups, len(names))
    return StripAudit(
        len(rows),
        with_bar,
        Interval(value=found.value, low=found.low, high=found.high),
        float(np.bincount(labels).max() / len(labels)),
        {row: bool(p == label) for row, p, label in zip(rows, predicted, labels, strict=True)},
    )


def _features(path: Path, rows: Sequence[ManifestRow]) -> NDArray[np.float32]:
    """Return what the classifier sees of each strip: (N, 1009).

    Cells of 4 × 4 pixels; squares of cells four times as wide and half as many rows, since a grey between
    those of two other classes is on no side of a plane; and whether there is a strip.
    """
    cells, there = _cells(path, rows)
    wide = cells.reshape(len(cells), _COARSE[0] // 2, 2, _COARSE[1] // 4, 4).mean(axis=(2, 4))
    flat = _standardised(cells.reshape(len(cells), -1), there)
    squares = _standardised(_standardised(wide.reshape(len(cells), -1), there) ** 2, there)
    presence = (there - there.mean())[:, None] / max(float(there.std()), 1e-6)
    presence *= np.sqrt(flat.shape[1])  # one column that is to count as much as all cells together
    return np.hstack([flat, squares, presence]).astype(np.float32)


def _cells(path: Path, rows: Sequence[ManifestRow]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return strips averaged to `_COARSE`, and where there is one."""
    height, width = STRIP_SHAPE
    down, across = _COARSE
    size = height * width
    content = np.memmap(path, np.uint8, mode="r")
    cells, there = np.zeros((len(rows), down, across), np.float32), np.zeros(len(rows), np.bool_)
    for line, row in enumerate(rows):
        if row.strip is None:
            continue
        strip = content[row.strip : row.strip + size]
        if len(strip) != size:
            raise TrainerError(f"strips.bin ends before {row.image_id}; prepare the run again.")
        cells[line] = strip.reshape(down, height // down, across, width // across).mean(axis=(1, 3))
        there[line] = True
    return cells, there


def _standardised(values: NDArray[np.float32], there: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Give columns mean 0 and deviation 1 over the strips that are there; those that are not become 0."""
    values = values - values[there].mean(axis=0)
    values[~there] = 0
    scale = values[there].std(axis=0)
    values /= np.maximum(scale, max(0.1 * float(scale.mean()), 1e-6))
    return values


def _folds(groups: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Deal whole groups to the folds, the larger ones first, so that the folds are of a size."""
    sizes = np.bincount(groups)
    order = np.random.default_rng(seed).permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]
    fold_of = np.empty(len(sizes), np.int64)
    filled = np.zeros(_FOLDS, np.int64)
    for group in order:
        fold_of[group] = filled.argmin()
        filled[fold_of[group]] += sizes[group]
    return np.asarray(fold_of[groups])


def _cross_fitted(
    features: NDArray[np.float32], labels: NDArray[np.int64], folds: NDArray[np.int64], classes: int
) -> NDArray[np.int64]:
    """Predict (N,) every fold from the others; sums of products are made once for each fold."""
    targets = np.eye(classes)[labels]
    products, answers = [], []
    for fold in range(_FOLDS):
        inside = np.flatnonzero(folds == fold)
        product, answer = np.zeros((features.shape[1] + 1,) * 2), np.zeros((features.shape[1] + 1, classes))
        for start in range(0, len(inside), _BLOCK):
            block = _with_one(features[inside[start : start + _BLOCK]])
            product += block.T @ block
            answer += block.T @ targets[inside[start : start + _BLOCK]]
        products.append(product)
        answers.append(answer)
    predicted = np.empty(len(labels), np.int64)
    for fold in range(_FOLDS):
        inside = folds == fold
        penalty = np.full(features.shape[1] + 1, _RIDGE * (~inside).sum())
        penalty[-1] = 0  # the mean is not held down
        product = np.sum([p for i, p in enumerate(products) if i != fold], axis=0)
        answer = np.sum([a for i, a in enumerate(answers) if i != fold], axis=0)
        weights = np.linalg.solve(product + np.diag(penalty + 1e-9), answer)
        predicted[inside] = (_with_one(features[inside]) @ weights).argmax(axis=1)
    return predicted


def _with_one(features: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.hstack([features, np.ones((len(features), 1))])
