"""Pictures of a run's report: what the model gets wrong most surely, and some that it gets right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from trainer.evaluation import Evaluation
from trainer.html import note, picture, pictures
from trainer.models import Model, load_model
from trainer.overlay import small_jpeg
from trainer.run_folder import ManifestRow, PixelCache, RunFolder

_MISSES, _HITS = 8, 4


def example_sections(run: RunFolder, evaluation: Evaluation, rows: Sequence[ManifestRow]) -> list[str]:
    """Show the surest mistakes, and the surest hit of some classes.

    Parameters
    ----------
    run
        With its model and pixels.
    evaluation
        Of the model.
    rows
        (N,) the image behind each of its predictions.

    Raises
    ------
    StoppedError
        If the run was asked to stop.
    """
    model = load_model(run.model, torch.device("cpu"))
    pixels = PixelCache(run.pixels, model.card.preprocess.edge)
    parts = []
    for title, chosen in (("The surest mistakes", _misses(evaluation)), ("Right", _hits(evaluation))):
        figures = [_figure(run, model, pixels, evaluation, i, rows[i]) for i in chosen]
        if figures:
            parts += [f"<h2>{title}</h2>", pictures(figures)]
    about = "As the network sees them, with what speaks for the class that it names (LayerCAM) in colour."
    return [*parts, note(about)] if parts else []


def _misses(evaluation: Evaluation) -> list[int]:
    surest = _surest(evaluation)
    return [int(i) for i in surest[~evaluation.right[surest]][:_MISSES]]


def _hits(evaluation: Evaluation) -> list[int]:
    surest = _surest(evaluation)
    hits = surest[evaluation.right[surest]]
    _, first_of_class = np.unique(evaluation.labels[hits], return_index=True)
    return [int(i) for i in hits[np.sort(first_of_class)][:_HITS]]


def _surest(evaluation: Evaluation) -> NDArray[np.int64]:
    return np.argsort(-evaluation.probabilities.max(axis=1), kind="stable")


def _figure(
    run: RunFolder, model: Model, pixels: PixelCache, evaluation: Evaluation, number: int, row: ManifestRow
) -> str:
    from trainer.explain import cam  # grad-cam and OpenCV take seconds

    run.raise_if_stopped()
    classes, likely = model.card.classes, evaluation.probabilities[number]
    image = np.array(pixels.image(row))
    heat = cam(model, image, int(likely.argmax()))
    says = f"{classes[int(likely.argmax())].name} {likely.max():.0%}"
    true = f"true: {classes[int(evaluation.labels[number])].name} {likely[evaluation.labels[number]]:.0%}"
    return picture(small_jpeg(image, heat), [says, true, row.name or row.image_id])
