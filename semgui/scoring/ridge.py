"""What a model says of images that it was not fitted to, at once: ridge regression, one fold left out.

Least squares on indicators of the classes (Hoerl and Kennard 1970; as a classifier, Hastie, Tibshirani and
Friedman 2009, section 4.2). Leaving a fold out takes its share away from sums that were made once, so only
the targets are new when a label changes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from trainer.calibrate import fit_temperature, softmax

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]

PENALTY = 0.1
"""Of the mean variance of a feature, times the number of images."""

_SHARPNESS = 10.0  # least squares gives about 1 and 0 for right and wrong; a softmax needs them farther apart
_CALIBRATED_ON = 4000  # images; more move the temperature by less than a percent


class OutOfFoldRidge:
    """Factorises once, answers again and again as labels change.

    Parameters
    ----------
    features
        (N, D) any float, finite; standardised here.
    folds
        (N,) from `make_folds`.
    penalty
        Strength of the ridge, relative to the mean variance of the features.

    Raises
    ------
    ValueError
        If features are not finite, or not one row a fold.
    """

    def __init__(self, features: Floats, folds: Ints, *, penalty: float = PENALTY) -> None:
        if len(features) != len(folds):
            raise ValueError(f"{len(features)} rows of features and {len(folds)} folds")
        self._features = _prepared(features)
        self._folds = np.asarray(folds, np.int64)
        self._rows = [np.flatnonzero(self._folds == fold) for fold in np.unique(self._folds)]
        self._penalty = penalty
        size = self._features.shape[1]
        self._grams = np.zeros((len(self._rows), size, size), np.float64)
        self._labelled = np.zeros(len(features), np.bool_)
        self._factors: list[Any] = []

    def scores(self, labels: Ints, classes: int) -> NDArray[np.float32]:
        """Return the plain answers (N, C): about 1 for what an image is, about 0 for what it is not.

        An image with a label is answered by the regression that left its fold out, one without by the mean of
        all of them.

        Parameters
        ----------
        labels
            (N,) class index, -1 for none.
        classes
            C.
        """
        labels = np.asarray(labels, np.int64)
        self._learn_which(labels >= 0)
        right, counts = self._right_sides(labels, classes)
        answers = np.empty((len(labels), classes), np.float32)
        total, images = right.sum(axis=0), counts.sum(axis=0)
        mean_weights = np.zeros(right.shape[1:])
        for number, rows in enumerate(self._rows):
            weights = self._solution(number, total - right[number], images - counts[number])
            mean_weights += weights / len(self._rows)
            answers[rows] = self._features[rows] @ weights.astype(np.float32)
        without = ~self._labelled
        answers[without] = self._features[without] @ mean_weights.astype(np.float32)
        return answers

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
        labels = np.asarray(labels, np.int64)
        present = np.unique(labels[labels >= 0])
        if len(present) == 0:
            return np.full((len(labels), classes), 1 / max(classes, 1), np.float32)
        scores = self.scores(labels, classes)
        return calibrated(scores * _SHARPNESS, labels, present)

    def _learn_which(self, labelled: NDArray[np.bool_]) -> None:
        """Bring the sums up to date with which images have a label, and factorise if that changed."""
        if self._factors and np.array_equal(labelled, self._labelled):
            return
        for number, rows in enumerate(self._rows):
            for changed, sign in (
                (rows[labelled[rows] & ~self._labelled[rows]], 1),
                (rows[~labelled[rows] & self._labelled[rows]], -1),
            ):
                if len(changed):
                    part = self._features[changed]
                    self._grams[number] += sign * (part.T @ part)
        self._labelled = labelled.copy()
        total = self._grams.sum(axis=0)
        self._factors = [self._factor(total - gram) for gram in self._grams]

    def _factor(self, gram: NDArray[np.float64]) -> Any:
        # The last column is the constant, whose entry counts the images; it is not penalised, but for a trace
        # that keeps the matrix definite without images.
        images = gram[-1, -1]
        ridge = np.full(len(gram), self._penalty * max(images, 1.0))
        ridge[-1] = 1e-6
        gram = gram.copy()
        gram[np.diag_indices_from(gram)] += ridge
        return cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)

    def _right_sides(self, labels: NDArray[np.int64], classes: int) -> tuple[Floats, Floats]:
        """Return the sums of features of each class (F, D, C) and the images of each (F, C)."""
        sums = np.zeros((len(self._rows), self._features.shape[1], classes))
        counts = np.zeros((len(self._rows), classes))
        for number, fold in enumerate(self._rows):
            rows = fold[labels[fold] >= 0]
            indicator = np.zeros((len(rows), classes), np.float32)
            indicator[np.arange(len(rows)), labels[rows]] = 1
            sums[number] = self._features[rows].T @ indicator
            counts[number] = indicator.sum(axis=0)
        return sums, counts

    def _solution(self, number: int, right: Floats, counts: Floats) -> NDArray[np.float64]:
        return np.asarray(cho_solve(self._factors[number], right, check_finite=False))


def calibrated(logits: Floats, labels: Ints, present: Ints) -> NDArray[np.float32]:
    """Turn logits into probabilities that mean what they say of the labelled images.

    Parameters
    ----------
    logits
        (N, C) out-of-fold.
    labels
        (N,) class index, -1 for none.
    present
        Classes that have labels; the others get probability 0.

    Returns
    -------
    (N, C) float32.

    Notes
    -----
    One temperature for all (Guo et al. 2017).
    """
    rows = np.flatnonzero(labels >= 0)
    if len(rows) > _CALIBRATED_ON:
        rows = rows[np.linspace(0, len(rows) - 1, _CALIBRATED_ON).astype(np.int64)]
    temperature = fit_temperature(logits[np.ix_(rows, present)], np.searchsorted(present, labels[rows]))
    out = np.zeros(logits.shape, np.float32)
    out[:, present] = softmax(logits[:, present], temperature)
    return out


def _prepared(features: Floats) -> NDArray[np.float32]:
    """Standardise, turn into the space of the rows if that is smaller, and add a constant column."""
    points = np.array(features, np.float32)
    if not np.isfinite(points).all():
        raise ValueError("features must be finite")
    if len(points):
        points -= points.mean(axis=0, dtype=np.float64).astype(np.float32)
        deviation = np.sqrt(np.einsum("ij,ij->j", points, points, dtype=np.float64) / len(points))
        # A feature that hardly varies here may do so elsewhere: no scale below a tenth of the typical one.
        floor = max(0.1 * float(np.sqrt((deviation**2).mean())), 1e-6)
        points /= np.maximum(deviation, floor).astype(np.float32)
    if len(points) < points.shape[1]:
        points = _in_row_space(points)
    return np.hstack([points, np.ones((len(points), 1), np.float32)])


def _in_row_space(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return coordinates (N, N) with the same inner products: ridge regression sees nothing else."""
    values, vectors = np.linalg.eigh((points @ points.T).astype(np.float64))
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)), np.float32)
