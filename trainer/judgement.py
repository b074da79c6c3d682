"""What becomes of a trained network: temperature, thresholds, novelty, figures, card, report."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from trainer import calibrate, novelty
from trainer.backbones import FeatureNetwork
from trainer.beginning import beginning_sha256
from trainer.card import Backbone, Card, Provenance, Thresholds
from trainer.config import RunConfig
from trainer.crossfit import HeldOut, cross_fitted
from trainer.events import EventWriter, Metrics
from trainer.figures import Measurement
from trainer.files import sha256_of
from trainer.head import logits_of
from trainer.measure import measured
from trainer.models import save_model
from trainer.report import write_report
from trainer.run_data import RunData
from trainer.run_folder import RunFolder

_PACKAGES = ("torch", "timm", "numpy", "pillow", "safetensors")


def judged(
    run: RunFolder,
    data: RunData,
    head: nn.Module,
    backbone: FeatureNetwork | None,
    key: str,
    events: EventWriter,
) -> Card:
    """Calibrate a head on validation, measure it on test, write model and report.

    Parameters
    ----------
    backbone
        What the head stands on, to be stored with it; ``None``: the embedded one.
    key
        Hash of all that the training depends on.
    """
    config = data.config
    held_out, test = _held_out(run, data, head, key, events), data.examples("test")
    temperature, thresholds, tensors = 1.0, Thresholds(), {}
    measurements: tuple[Measurement, ...] = ()
    if held_out is not None:
        weights = _source_weights(data, held_out)
        temperature = calibrate.fit_temperature(held_out.logits, held_out.examples.labels, weights)
        thresholds = _confidence_threshold(config, held_out, temperature, weights)
    if held_out is not None and len(held_out.examples) > 1:
        tensors = _novelty(data, held_out)
        thresholds = _novelty_threshold(data, head, tensors, held_out, thresholds)
    if held_out is not None and held_out.crossed:
        measurements += (_crossed_measurement(data, held_out, temperature),)
    if len(test):
        measurement = measured(
            config.classes,
            logits_of(head, test),
            test.labels,
            data.groups(test),
            temperature,
            how=config.test_images,
        )
        measurements = (measurement, *measurements)
        events.write(_told(measurement))
    card = Card(
        name=config.name,
        summary=config.summary or _summary(measurements),
        classes=config.classes,
        preprocess=config.preprocess,
        input=config.input,
        backbone=Backbone(architecture=config.architecture, sha256=beginning_sha256(config)),
        head=config.head.spec,
        temperature=temperature,
        thresholds=thresholds,
        colour=config.colour,
        measurements=measurements,
        provenance=_provenance(run, config),
        weights_sha256="0" * 64,
    )
    card = save_model(run.model, card, head, tensors, backbone)
    write_report(run.report, card, data.manifest)
    return card


def _told(measurement: Measurement) -> Metrics:
    return Metrics(
        split="test",
        images=measurement.images,
        accuracy=measurement.accuracy.value,
        balanced_accuracy=measurement.balanced_accuracy.value,
        macro_f1=measurement.macro_f1.value,
        ece=measurement.ece,
    )


def _held_out(
    run: RunFolder, data: RunData, head: nn.Module, key: str, events: EventWriter
) -> HeldOut | None:
    """Give the validation images with their logits, or cross-fitted training images where there are none."""
    valid = data.examples("valid")
    if len(valid):
        return HeldOut(valid, logits_of(head, valid))
    train = data.examples("train")
    folds = data.folds(train)
    # A backbone that was trained on the images flatters every head that is asked for them.
    if not folds.any() or data.config.mode != "head":
        return None
    return cross_fitted(run, data.config, train, folds, len(data.manifest), key, events)


def _crossed_measurement(data: RunData, held_out: HeldOut, temperature: float) -> Measurement:
    return measured(
        data.config.classes,
        held_out.logits,
        held_out.examples.labels,
        data.groups(held_out.examples),
        temperature,
        name="leave one source out",
        how="Training images, each judged by a head that saw no image of its source; the temperature and "
        "the thresholds were fitted on these predictions.",
    )


def _confidence_threshold(
    config: RunConfig, held_out: HeldOut, temperature: float, weights: NDArray[np.float64] | None
) -> Thresholds:
    wanted = config.promised_accuracy
    probabilities = calibrate.softmax(held_out.logits, temperature)
    found = calibrate.choose_threshold(probabilities, held_out.examples.labels, wanted, weights)
    count, which = len(held_out.examples), _described(held_out)
    promise = (
        f"Of {count} {which}, the {found.coverage:.0%} with a confidence of at least "
        f"{found.value:.2f} were right in {found.accuracy:.1%}."
        if found.reached
        else f"No confidence gave an accuracy of {wanted:.0%} on the {count} {which}."
    )
    return Thresholds(uncertain_below=found.value, promise=promise)


def _source_weights(data: RunData, held_out: HeldOut) -> NDArray[np.float64] | None:
    """Let each source left out count by the root of its size: one large set must not speak for all others."""
    if not held_out.crossed:
        return None
    folds = data.folds(held_out.examples)
    _, which, counts = np.unique(folds, return_inverse=True, return_counts=True)
    return np.asarray(1 / np.sqrt(counts[which]), np.float64)


def _described(held_out: HeldOut) -> str:
    if held_out.crossed:
        return "images of sources left out (each source counted by the root of its size)"
    return "validation images"


def _novelty(data: RunData, held_out: HeldOut) -> novelty.Tensors:
    training = data.unchanged(data.examples("train"))
    if held_out.crossed:  # an image is no stranger to itself: what calibrates must not be a reference
        training = training.subset(np.flatnonzero(data.folds(training) == ""))
    return novelty.fit_novelty(
        training.all_embeddings(),
        held_out.examples.all_embeddings(),
        held_out.logits,
        data.foreign("train"),
        data.config.novelty,
        seed=data.config.seed,
    )


def _novelty_threshold(
    data: RunData,
    head: nn.Module,
    tensors: novelty.Tensors,
    held_out: HeldOut,
    thresholds: Thresholds,
) -> Thresholds:
    """Allow the configured share of held-out images to be called no SEM image; say what foreign ones do."""
    share = data.config.flagged_share
    ours = novelty.score(tensors, held_out.examples.all_embeddings(), held_out.logits)
    threshold = float(np.quantile(ours, 1 - share))
    promise = f"{thresholds.promise} {share:.0%} of all held-out images are more novel than {threshold:.3f}."
    foreign = data.foreign("valid")
    if len(foreign):
        with torch.inference_mode():
            foreign_logits = head(torch.from_numpy(foreign)).numpy()
        caught = float((novelty.score(tensors, foreign, foreign_logits) > threshold).mean())
        promise += f" So are {caught:.0%} of {len(foreign)} validation pictures that are no SEM images."
    return thresholds.model_copy(update={"not_sem_above": threshold, "promise": promise})


def _summary(measurements: Sequence[Measurement]) -> str:
    if not measurements:
        return "Nobody knows how good it is: no image was kept for testing."
    test = measurements[0]
    return (
        f"Right in {test.accuracy.value:.1%} of {test.images} test images that it was not trained on "
        f"({test.accuracy.low:.1%} to {test.accuracy.high:.1%}); macro-F1 {test.macro_f1.value:.2f}."
    )


def _provenance(run: RunFolder, config: RunConfig) -> Provenance:
    packages = {name: importlib.metadata.version(name) for name in _PACKAGES}
    return Provenance(
        run=run.path.name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        manifest_sha256=sha256_of(run.manifest),
        seed=config.seed,
        parent_sha256=beginning_sha256(config) or "",
        packages={"python": platform.python_version()} | packages,
        sources=config.sources,
    )
