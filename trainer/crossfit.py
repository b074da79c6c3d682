"""Predictions for training images by heads that never saw them, one fold (source) left out at a time.

Where every good image is needed for training, and where a random split would flatter because the images of
one source resemble each other, these predictions take the place of a validation set: they set temperature and
thresholds, and they say how good the model is on sources it has not seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.committee import fit_head
from trainer.config import RunConfig
from trainer.events import EventWriter, Progress
from trainer.head import Examples, logits_of
from trainer.run_folder import PartFolder, RunFolder


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Examples that the heads which judged them were not trained on.

    Parameters
    ----------
    examples
        The images.
    logits
        (N, C) what was said of them.
    crossed
        True if these are training images of folds left out, False for a validation set.
    """

    examples: Examples
    logits: NDArray[np.float32]
    crossed: bool = False


def cross_fitted(
    run: RunFolder,
    config: RunConfig,
    train: Examples,
    folds: NDArray[np.str_],
    images: int,
    key: str,
    events: EventWriter,
) -> HeldOut:
    """Train one head without each fold and ask it for the fold.

    Parameters
    ----------
    train
        All training examples.
    folds
        (N,) fold of each; those of the empty fold are always trained on and never asked for.
    images
        Number of lines that are images as they are; later lines are changed copies, never asked for.
    key
        Hash of all that the training depends on.

    Raises
    ------
    StoppedError
        If the run was asked to stop; finished folds are kept.
    """
    names = sorted(set(folds.tolist()) - {""})
    chosen, logits = [], []
    nobody = train.subset(np.zeros(0, np.int64))
    for number, name in enumerate(names):
        events.write(Progress(stage="folds", done=number, total=len(names)))
        part = PartFolder.within(run, "folds", number)
        others = train.subset(np.flatnonzero(folds != name))
        head = fit_head(part, config, others, nobody, f"{key} without {name}", EventWriter(part.events))
        inside = np.flatnonzero((folds == name) & (train.lines < images))
        chosen.append(inside)
        logits.append(logits_of(head, train.subset(inside)))
    events.write(Progress(stage="folds", done=len(names), total=len(names)))
    return HeldOut(train.subset(np.concatenate(chosen)), np.concatenate(logits), crossed=True)
