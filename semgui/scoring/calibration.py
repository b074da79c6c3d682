"""From plain answers to probabilities that mean what they say of the labelled images."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.calibrate import fit_temperature, softmax

Floats = NDArray[np.floating[Any]]

_CALIBRATED_ON = 4000  # images; more move the temperature by less than a percent


def calibrated(logits: Floats, labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """Turn logits into probabilities.

    Parameters
    ----------
    logits
        (N, C) out-of-fold.
    labels
        (N,) class index, -1 for none.

    Returns
    -------
    (N, C) float32
        Classes without any label have probability 0; without labels at all every class is as likely.

    Notes
    -----
    One temperature for all classes (Guo et al. 2017).
    """
    labels = np.asarray(labels, np.int64)
    out = np.zeros(logits.shape, np.float32)
    rows = np.flatnonzero(labels >= 0)
    if len(rows) == 0:
        out[:] = 1 / max(logits.shape[1], 1)
        return out
    present = np.unique(labels[rows])
    if len(rows) > _CALIBRATED_ON:
        rows = rows[np.linspace(0, len(rows) - 1, _CALIBRATED_ON).astype(np.int64)]
    temperature = fit_temperature(logits[np.ix_(rows, present)], np.searchsorted(present, labels[rows]))
    out[:, present] = softmax(logits[:, present], temperature)
    return out
