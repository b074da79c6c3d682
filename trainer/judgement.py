"""What becomes of a trained network: temperature, thresholds, novelty, figures, card, report."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from trainer import calibrate, novelty
from trainer.backbones import FeatureNetwork
from trainer.beginning import beginning_sha256
from trainer.card import Backbone, Card, Thresholds
from trainer.crossfit import HeldOut, cross_fitted
from trainer.evaluation import evaluate, selected
from trainer.events import EventWriter, Metrics, Progress, Warned
from trainer.figures import Measurement
from trainer.files import write_atomically
from trainer.head import Examples, logits_of
from trainer.models import save_model
from trainer.origin import provenance
from trainer.report import Findings, Judged, write_report
from trainer.run_data import RunData
from trainer.run_folder import RunFolder
from trainer.strip_audit import StripAudit, audit_strips

_TEST = "test"


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
    events.write(Progress(stage="judging", done=0, total=1))
    held_out = _held_out(run, data, head, key, events)
    temperature, thresholds, tensors = 1.0, Thresholds(), {}
    if held_out is not None:
        weights = _source_weights(data, held_out)
        temperature = calibrate.fit_temperature(held_out.logits, held_out.examples.labels, weights)
        thresholds = _confidence_threshold(data, held_out, temperature, weights)
    if held_out is not None and len(held_out.examples) > 1:
        tensors = _novelty(data, held_out)
        thresholds = _novelty_threshold(data, head, tensors, held_out, thresholds)
    card = Card(
        name=config.name,
        classes=config.classes,
        preprocess=config.preprocess,
        input=config.input,
        backbone=Backbone(
            architecture=config.architecture, sha256=beginning_sha256(config), stages=config.stages
        ),
        head=config.head.spec,
        temperature=temperature,
        thresholds=thresholds,
        colour=config.colour,
        provenance=provenance(run, config),
        weights_sha256="0" * 64,
    )
    audit = _audited(run, data, events)
    found = _judgements(data, card, head, held_out)
    measurements = tuple(judgement.evaluation.measurement for judgement in found)
    if measurements and measurements[0].name == _TEST:
        events.write(_told(measurements[0]))
    said = {"measurements": measurements, "summary": config.summary or _summary(measurements)}
    card = save_model(run.model, card.model_copy(update=said), head, tensors, backbone)
    if run.training_set.exists():
        write_atomically(run.model / run.training_set.name, run.training_set.read_bytes())
    events.write(Progress(stage="report", done=0, total=1))
    write_report(run, Findings(card, data.manifest, found, audit))
    return card


def _audited(run: RunFolder, data: RunData, events: EventWriter) -> StripAudit | None:
    """Say whether the databar tells the class; warn if it does."""
    audit = audit_strips(run.strips, data.manifest, data.config.seed)
    if audit is not None and audit.tells:
        events.write(Warned(text=audit.sentence()))
    return audit


def _judgements(data: RunData, card: Card, head: nn.Module, held_out: HeldOut | None) -> list[Judged]:
    """Measure the model on its test images, and what stands in for them where sources were left out."""
    found = []
    test = data.examples("test")
    if len(test):
        logits = logits_of(head, test)
        found.append(_judged(data, card, test, logits, name=_TEST, how=data.config.test_images))
    if held_out is not None and held_out.crossed and len(held_out.examples) > 1:
        how = (
            "Training images, each judged by a head that saw no image of its source; the temperature and "
            "the thresholds were fitted on these predictions."
        )
        name = "leave one source out"
        found.append(_judged(data, card, held_out.examples, held_out.logits, name=name, how=how))
    return found


def _judged(
    data: RunData, card: Card, examples: Examples, logits: NDArray[np.float32], *, name: str, how: str
) -> Judged:
    evaluation = evaluate(card, logits, examples.labels, data.groups(examples), name=name, how=how)
    return Judged(evaluation, data.rows(examples))


def _told(measurement: Measurement) -> Metrics:
    return Metrics(
        split=_TEST,
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


def _confidence_threshold(
    data: RunData, held_out: HeldOut, temperature: float, weights: NDArray[np.float64] | None
) -> Thresholds:
    wanted, labels = data.config.promised_accuracy, held_out.examples.labels
    probabilities = calibrate.softmax(held_out.logits, temperature)
    found = calibrate.choose_threshold(probabilities, labels, wanted, weights)
    groups = data.groups(held_out.examples)
    which = f"{len(labels):,} {_described(held_out)} in {len(np.unique(groups)):,} groups"
    if not found.reached:
        promise = f"No confidence gave an accuracy of {wanted:.0%} on {which}: each is called uncertain."
        return Thresholds(uncertain_below=found.value, promise=promise)
    kept = selected(probabilities, labels, groups, found.value)
    by_image = f", image by image {kept.accuracy:.1%}" if held_out.crossed else ""
    promise = (
        f"Of {which}, the {found.coverage:.0%} with a confidence of at least {found.value:.2f} were right "
        f"in {found.accuracy:.1%}{by_image} ({kept.low:.0%} to {kept.high:.0%}, drawn by group; {wanted:.0%} "
        "was asked for). The threshold was chosen on these very images: on new ones it may keep less."
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
    first = measurements[0]
    if first.name == _TEST:
        which = "test images that it was not trained on"
    else:
        which = "training images, each judged without its source"
    return (
        f"Right in {first.accuracy.value:.1%} of {first.images} {which} "
        f"({first.accuracy.low:.1%} to {first.accuracy.high:.1%}); macro-F1 {first.macro_f1.value:.2f}."
    )
