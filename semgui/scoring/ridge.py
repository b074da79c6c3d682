"""What a model says of images that it was not fitted to, at once: ridge regression, one fold left out.

Least squares on indicators of the classes (Hoerl and Kennard 1970; as a classifier, Hastie, Tibshirani and
Friedman 2009, section 4.2). The sums of products that it needs are made once for each fold; leaving a fold
out takes its share away, which is exact. A changed label changes a few rows of the right sides only, so that
what was factorised serves again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.blas import ssyrk

from semgui.scoring.calibration import calibrated

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]

PENALTIES = (0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03)
"""Tried strengths, relative to the number of images times the mean square length of standardised features."""

_SHARPNESS = 10.0  # least squares gives about 1 and 0 for right and wrong; a softmax needs them farther apart
_ENOUGH = 1000  # labelled images left out that settle the penalty
_ROWS_AT_ONCE = 64
_ANOTHER = 1.5  # the penalty is settled again when there are so many times as many labels


class OutOfFoldRidge:
    """Factorises once, answers again and again as labels change.

    Parameters
    ----------
    features
        (N, D) any float, finite; standardised here. Held in memory as float32, at most N columns of them.
    folds
        (N,) from `make_folds`.

    Raises
    ------
    ValueError
        If features are not finite, or there is not one row for each fold.
    """

    def __init__(self, features: Floats, folds: Ints) -> None:
        if len(features) != len(folds):
            raise ValueError(f"{len(features)} rows of features and {len(folds)} folds")
        points = _standardised(features)
        # By fold, so that the rows of a fold are a slice and never copied.
        self._order = np.argsort(folds, kind="stable")
        self._points = points[self._order]
        ends = np.flatnonzero(np.diff(np.asarray(folds)[self._order], append=-1)) + 1
        self._parts = [slice(a, b) for a, b in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)]
        size, count = self._points.shape[1], len(self._parts)
        self._labels = np.full(len(points), -1, np.int64)
        self._grams = np.zeros((count, size, size), np.float32)  # the upper triangles, which is all it takes
        self._gram = np.zeros((size, size), np.float32)  # their sum
        self._sums = np.zeros((count, 0, size))
        self._images = np.zeros((count, 0))
        self._factors: list[Any] = []
        self._penalty = PENALTIES[-1]
        self._settled_with = 0

    def scores(self, labels: Ints, classes: int) -> NDArray[np.float32]:
        """Return the plain answers (N, C): about 1 for what an image is, about 0 for what it is not.

        An image with a label is answered by the regression that left its fold out, one without by the mean of
        all of them. A row sums to one.

        Parameters
        ----------
        labels
            (N,) class index, -1 for none.
        classes
            C.
        """
        self._learn(np.asarray(labels, np.int64)[self._order], classes)
        answers = np.empty((len(self._points), classes), np.float32)
        mean_weights, mean_offset = np.zeros((self._points.shape[1], classes)), np.zeros(classes)
        for number, part in enumerate(self._parts):
            weights, offset = self._solution(number, self._factors[number])
            answers[part] = self._points[part] @ weights + offset
            mean_weights += weights / len(self._parts)
            mean_offset += offset / len(self._parts)
        without = np.flatnonzero(self._labels < 0)
        answers[without] = self._points[without] @ mean_weights.astype(np.float32) + mean_offset
        out = np.empty_like(answers)
        out[self._order] = answers
        return out

    def probabilities(self, labels: Ints, classes: int) -> NDArray[np.float32]:
        """Return calibrated probabilities (N, C) of images by regressions that did not see their labels.

        Classes without any label have probability 0; without labels at all every class is as likely.

        Parameters
        ----------
        labels
            (N,) class index, -1 for none.
        classes
            C.
        """
        return calibrated(self.logits(labels, classes), labels)

    def logits(self, labels: Ints, classes: int) -> NDArray[np.float32]:
        """Return the answers (N, C) as far apart as logits are, before calibration; see `scores`."""
        return self.scores(labels, classes) * np.float32(_SHARPNESS)

    def _learn(self, labels: NDArray[np.int64], classes: int) -> None:
        """Bring the sums up to date with the labels; factorise anew if other images have one."""
        if self._sums.shape[1] != classes:
            self._sums = np.zeros((len(self._parts), classes, self._points.shape[1]))
            self._images = np.zeros((len(self._parts), classes))
            changed = (labels >= 0) | (self._labels >= 0)
            before = np.full_like(labels, -1)
        else:
            changed, before = labels != self._labels, self._labels
        turned = (labels >= 0) != (self._labels >= 0)
        for number, part in enumerate(self._parts):
            rows = part.start + np.flatnonzero(changed[part])
            if len(rows) == 0:
                continue
            points = self._points[rows]
            moved = _indicator(labels[rows], classes) - _indicator(before[rows], classes)
            self._sums[number] += moved.T @ points
            self._images[number] += moved.sum(axis=0)
            for sign, which in (
                (1, turned[rows] & (labels[rows] >= 0)),
                (-1, turned[rows] & (labels[rows] < 0)),
            ):
                if which.any():
                    some = points[which]
                    self._grams[number] += ssyrk(sign, some.T)
        self._labels = labels.copy()
        if turned.any() or not self._factors:
            np.sum(self._grams, axis=0, out=self._gram)
            self._settle_penalty()
            self._factors = [self._factor(number, self._penalty) for number in range(len(self._parts))]

    def _settle_penalty(self) -> None:
        """Choose the penalty by the squared error on the labelled images of folds left out."""
        known = int(self._images.sum())
        if self._settled_with / _ANOTHER < known < self._settled_with * _ANOTHER or known == 0:
            return
        self._settled_with = known
        shown = np.cumsum(self._images.sum(axis=1))
        tried = range(int(np.searchsorted(shown, min(_ENOUGH, known))) + 1)
        errors = [sum(self._error(n, self._factor(n, penalty)) for n in tried) for penalty in PENALTIES]
        self._penalty = PENALTIES[int(np.argmin(errors))]

    def _error(self, number: int, factor: Any) -> float:
        part = self._parts[number]
        rows = part.start + np.flatnonzero(self._labels[part] >= 0)
        weights, offset = self._solution(number, factor)
        wrong = self._points[rows] @ weights + offset - _indicator(self._labels[rows], len(offset))
        return float((wrong**2).sum())

    def _factor(self, number: int, penalty: float) -> Any:
        """Factorise what the images outside a fold give: their covariance, and the ridge."""
        images, mean = self._outside(number)
        gram = self._gram - self._grams[number]
        narrow = mean.astype(np.float32)
        for start in range(0, len(gram), _ROWS_AT_ONCE):  # no second matrix of its size
            rows = slice(start, start + _ROWS_AT_ONCE)
            gram[rows] -= np.float32(images) * narrow[rows, None] * narrow
        gram[np.diag_indices_from(gram)] += np.float32(penalty * max(images, 1.0) * self._points.shape[1])
        return cho_factor(gram, lower=False, overwrite_a=True, check_finite=False)

    def _solution(self, number: int, factor: Any) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the weights (D, C) and offsets (C,) of the regression without a fold."""
        images, mean = self._outside(number)
        counts = self._images.sum(axis=0) - self._images[number]
        share = counts / max(images, 1.0)
        sums = self._sums.sum(axis=0) - self._sums[number]
        right = (sums - np.outer(counts, mean)).T.astype(np.float32)
        weights = cho_solve(factor, right, check_finite=False)
        return weights, (share - mean @ weights).astype(np.float32)

    def _outside(self, number: int) -> tuple[float, Floats]:
        """Return the number and the mean features (D,) of labelled images outside a fold."""
        images = float(self._images.sum() - self._images[number].sum())
        total = self._sums.sum(axis=(0, 1)) - self._sums[number].sum(axis=0)
        return images, total / max(images, 1.0)


class Committee:
    """Several regressions, on features of one kind each: their mean answer.

    Parameters
    ----------
    features
        (N, D) each, as for `OutOfFoldRidge`; D may differ.
    folds
        (N,) from `make_folds`.
    """

    def __init__(self, features: Sequence[Floats], folds: Ints) -> None:
        self._members = [OutOfFoldRidge(one, folds) for one in features]

    def logits(self, labels: Ints, classes: int) -> NDArray[np.float32]:
        """Return the mean of the members' logits, (N, C), see `OutOfFoldRidge.logits`."""
        return np.asarray(
            np.mean([member.logits(labels, classes) for member in self._members], axis=0), np.float32
        )

    def probabilities(self, labels: Ints, classes: int) -> NDArray[np.float32]:
        """Return calibrated out-of-fold probabilities (N, C), see `OutOfFoldRidge.probabilities`."""
        return calibrated(self.logits(labels, classes), labels)


def _indicator(labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """Return (M, C) with a one in the column of the label; zeros without one."""
    return np.asarray(labels[:, None] == np.arange(classes), np.float32)


def _standardised(features: Floats) -> NDArray[np.float32]:
    """Standardise, and turn into the space of the rows if that is smaller.

    The mean square length of the result is its number of columns: penalties mean the same for all features.
    """
    points = np.array(features, np.float32)
    if not np.isfinite(points).all():
        raise ValueError("features must be finite")
    if len(points) == 0:
        return points
    points -= points.mean(axis=0, dtype=np.float64).astype(np.float32)
    deviation = np.sqrt(np.einsum("ij,ij->j", points, points, dtype=np.float64) / len(points))
    # A feature that hardly varies here may do so elsewhere: no scale below a tenth of the typical one.
    floor = max(0.1 * float(np.sqrt((deviation**2).mean())), 1e-6)
    points /= np.maximum(deviation, floor).astype(np.float32)
    if len(points) < points.shape[1]:
        values, vectors = np.linalg.eigh((points @ points.T).astype(np.float64))
        points = (vectors * np.sqrt(np.maximum(values, 0))).astype(np.float32)
    length = float(np.einsum("ij,ij->", points, points, dtype=np.float64)) / len(points)
    points *= np.float32(np.sqrt(points.shape[1] / max(length, 1e-12)))
    return points
