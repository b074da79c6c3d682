"""One run from folder to model: embeddings, head, calibration, novelty, figures, card, report."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from trainer import calibrate, novelty
from trainer.backbones import base_sha256, load_backbone
from trainer.card import Backbone, Card, Measurement, Provenance, Thresholds
from trainer.committee import fit_head
from trainer.config import RunConfig, load_config
from trainer.crossfit import HeldOut, cross_fitted
from trainer.errors import TrainerError
from trainer.events import Done, EventWriter, Metrics, Started, Warned
from trainer.features import Features, compute_features
from trainer.files import sha256_of
from trainer.head import Examples, logits_of
from trainer.measure import measured
from trainer.models import Network, build_head, embedding_size, save_model
from trainer.report import write_report
from trainer.run_folder import ManifestRow, RunFolder, SplitName, read_manifest

_PACKAGES = ("torch", "timm", "numpy", "pillow", "safetensors")


@dataclass(frozen=True, slots=True)
class _Data:
    """What a run learns from and is judged by."""

    config: RunConfig
    manifest: Sequence[ManifestRow]
    features: Features

    def examples(self, split: SplitName) -> Examples:
        """Images of the classes in a split; for training with their changed copies."""
        index = {c.id: i for i, c in enumerate(self.config.classes)}
        lines = [
            line
            for line, row in enumerate(self.features.rows)
            if self.manifest[row].split == split and self.manifest[row].class_id is not None
        ]
        rows = [self.manifest[self.features.rows[line]] for line in lines]
        return Examples(
            self.features.embeddings,
            np.array(lines, np.int64),
            np.array([index[row.class_id] for row in rows if row.class_id is not None], np.int64),
            np.array([row.weight for row in rows], np.float64),
        )

    def foreign(self, split: SplitName) -> NDArray[np.float32]:
        """Embeddings of the pictures of a split that belong to no class."""
        lines = [i for i, row in enumerate(self.manifest) if row.split == split and row.class_id is None]
        return np.asarray(self.features.embeddings[lines])

    def unchanged(self, examples: Examples) -> Examples:
        """Leave changed copies out."""
        own = examples.lines < len(self.manifest)
        return Examples(examples.embeddings, examples.lines[own], examples.labels[own], examples.weights[own])

    def groups(self, examples: Examples) -> NDArray[np.str_]:
        """Group of each example."""
        return np.array([self.manifest[self.features.rows[line]].group for line in examples.lines])

    def folds(self, examples: Examples) -> NDArray[np.str_]:
        """Fold of each example; empty where it is in none."""
        return np.array([self.manifest[self.features.rows[line]].fold for line in examples.lines])


def train(run: RunFolder) -> Card:
    """Carry a prepared run through to its model; take it up again if it was begun.

    Returns
    -------
    Card
        Of the model, which lies in ``model/``.

    Raises
    ------
    TrainerError
        With a sentence for the user.
    StoppedError
        If it was asked to stop.
    """
    events = EventWriter(run.events)
    events.write(Started(pid=os.getpid()))
    config = load_config(run.config)
    manifest = read_manifest(run.manifest)
    _check(config, manifest, events)
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    data = _Data(config, manifest, _embed(run, config, manifest, events))
    head = fit_head(run, config, data.examples("train"), data.examples("valid"), _key(run, config), events)
    card = _finish(run, data, head, events)
    events.write(Done(model=run.model.name, summary=card.summary))
    return card


def device_of(name: str) -> torch.device:
    """Turn ``auto`` into the best device there is."""
    if name != "auto":
        return torch.device(name)
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def _check(config: RunConfig, manifest: Sequence[ManifestRow], events: EventWriter) -> None:
    known = {c.id for c in config.classes}
    unknown = {row.class_id for row in manifest if row.class_id is not None} - known
    if unknown:
        raise TrainerError(
            f"The manifest has classes that the configuration lacks: {', '.join(sorted(unknown))}."
        )
    trained = {row.class_id for row in manifest if row.split == "train" and row.class_id is not None}
    if len(trained) < 2:
        raise TrainerError("Training needs images of at least two classes; label some more.")
    for c in config.classes:
        if c.id not in trained:
            events.write(Warned(text=f"{c.name} has no training image: it will never be predicted."))
    for split, cost in (
        ("valid", "no early stopping, calibration or novelty"),
        ("test", "no figure says how good the model is"),
    ):
        if not any(row.split == split and row.class_id is not None for row in manifest):
            events.write(Warned(text=f"No images for {split}: {cost}."))


def _embed(
    run: RunFolder, config: RunConfig, manifest: Sequence[ManifestRow], events: EventWriter
) -> Features:
    device = device_of(config.device)
    size = embedding_size(config.architecture, config.input)
    head = build_head(size, len(config.classes), config.head.spec)
    network = Network(load_backbone(config.architecture), head, config.input)
    network = network.to(device, memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
    return compute_features(run, config, manifest, network, device, events)


def _key(run: RunFolder, config: RunConfig) -> str:
    matters = {"architecture", "classes", "preprocess", "input", "augment", "head", "seed"}
    content = sha256_of(run.manifest) + config.model_dump_json(include=matters)
    return hashlib.sha256(content.encode()).hexdigest()


def _finish(run: RunFolder, data: _Data, head: nn.Module, events: EventWriter) -> Card:
    """Calibrate on validation, measure on test, write model and report."""
    config = data.config
    held_out, test = _held_out(run, data, head, events), data.examples("test")
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
        events.write(
            Metrics(
                split="test",
                images=measurement.images,
                accuracy=measurement.accuracy.value,
                balanced_accuracy=measurement.balanced_accuracy.value,
                macro_f1=measurement.macro_f1.value,
                ece=measurement.ece,
            )
        )
    card = Card(
        name=config.name,
        summary=config.summary or _summary(measurements),
        classes=config.classes,
        preprocess=config.preprocess,
        input=config.input,
        backbone=Backbone(architecture=config.architecture, sha256=base_sha256(config.architecture)),
        head=config.head.spec,
        temperature=temperature,
        thresholds=thresholds,
        colour=config.colour,
        measurements=measurements,
        provenance=_provenance(run, config),
        weights_sha256="0" * 64,
    )
    card = save_model(run.model, card, head, tensors)
    write_report(run.report, card, data.manifest)
    return card


def _held_out(run: RunFolder, data: _Data, head: nn.Module, events: EventWriter) -> HeldOut | None:
    """Give the validation images with their logits, or cross-fitted training images where there are none."""
    valid = data.examples("valid")
    if len(valid):
        return HeldOut(valid, logits_of(head, valid))
    train = data.examples("train")
    folds = data.folds(train)
    if not folds.any():
        return None
    return cross_fitted(run, data.config, train, folds, len(data.manifest), _key(run, data.config), events)


def _crossed_measurement(data: _Data, held_out: HeldOut, temperature: float) -> Measurement:
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


def _source_weights(data: _Data, held_out: HeldOut) -> NDArray[np.float64] | None:
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


def _novelty(data: _Data, held_out: HeldOut) -> novelty.Tensors:
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
    data: _Data,
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
        parent_sha256=base_sha256(config.architecture),
        packages={"python": platform.python_version()} | packages,
        sources=config.sources,
    )
