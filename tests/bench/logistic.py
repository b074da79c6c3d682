"""What the application does not use: logistic regression, one fold left out, for other ways to rank by."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.scoring.calibration import calibrated
from semgui.scoring.principal import principal_coordinates

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]

COMPONENTS = 256
INVERSE_PENALTY = 10.0
"""C of scikit-learn, for features with a mean square length of 1; of 1, 3, 10, 30 it found the most planted
errors of the sample project and of perovskites, and 3 those of steels."""

_LEAST = 1e-12  # probability of a class of which every image lies in the fold left out


def out_of_fold_logistic(
    features: Floats,
    labels: Ints,
    folds: Ints,
    classes: int,
) -> NDArray[np.float32]:
    """Return calibrated probabilities of images by regressions that did not see their labels.

    Parameters
    ----------
    features
        (N, D) any float, finite; the leading 256 principal components are looked at.
    labels
        (N,) class index, -1 for none.
    folds
        (N,) from `make_folds`.
    classes
        C.

    Returns
    -------
    (N, C) float32
        Of an image with a label, by the regression that left its fold out; of one without, the mean of all.
        Classes without any label have probability 0; without labels at all every class is as likely.

    Notes
    -----
    Multinomial logistic regression with a quadratic penalty by L-BFGS (scikit-learn).
    """
    from sklearn.linear_model import LogisticRegression

    labels, folds = np.asarray(labels, np.int64), np.asarray(folds, np.int64)
    if not (labels >= 0).any():
        return calibrated(np.zeros((len(labels), classes)), labels)
    points = principal_coordinates(features, COMPONENTS)
    points /= max(float(np.sqrt((points**2).sum(axis=1).mean())), 1e-12)
    logits = np.zeros((len(labels), classes), np.float32)
    parts = np.unique(folds)
    for fold in parts.tolist():
        inside = folds == fold
        train = np.flatnonzero(~inside & (labels >= 0))
        seen = np.unique(labels[train])
        answers = np.full((len(labels), classes), np.log(_LEAST), np.float32)
        if len(seen) == 1:
            answers[:, seen[0]] = 0
        elif len(seen) > 1:
            model = LogisticRegression(C=INVERSE_PENALTY, max_iter=200, tol=1e-3)
            model.fit(points[train], labels[train])
            answers[:, seen] = np.log(np.maximum(model.predict_proba(points), _LEAST))
        known = inside & (labels >= 0)
        logits[known] = answers[known]
        logits[labels < 0] += answers[labels < 0] / len(parts)
    return calibrated(logits, labels)
