"""One run from folder to model: features or fine-tuning, then judgement."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from trainer.backbones import FeatureNetwork
from trainer.batches import image_set
from trainer.beginning import beginning
from trainer.card import Card, load_card
from trainer.committee import fit_head
from trainer.config import RunConfig, load_config
from trainer.errors import TrainerError
from trainer.events import Done, EventWriter, Started, Warned
from trainer.features import compute_features
from trainer.files import sha256_of
from trainer.finetune import FineTuner
from trainer.finetune_config import Precision
from trainer.judgement import judged
from trainer.known import KnownFeatures, load_known
from trainer.models import Network, build_head, embedding_size
from trainer.run_data import RunData
from trainer.run_folder import ManifestRow, PartFolder, PixelCache, RunFolder, read_manifest
from trainer.team import Alone, Team, events_path

_OF_FEATURES = {"architecture", "stages", "base", "preprocess", "input", "seed"}
_OF_HEAD = _OF_FEATURES | {"classes", "augment", "group_weights", "head"}


def train(run: RunFolder, team: Team | None = None) -> Card:
    """Carry a prepared run through to its model; take it up again if it was begun.

    Parameters
    ----------
    team
        The processes that do it together; ``None``: this one alone.

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
    team = team or Alone()
    events = EventWriter(events_path(run.events, team.rank))
    events.write(Started(pid=os.getpid()))
    config = load_config(run.config)
    manifest = read_manifest(run.manifest)
    _check(config, manifest, events)
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    backbone = beginning(config)
    network = _network(config, backbone, team.device or device_of(config.device))
    if config.mode != "head":
        key = _tune(run, config, manifest, network, events, team)
    with team.first_before_others():
        if team.rank > 0:
            return load_card(run.model)
        if config.mode == "head":
            known = load_known(run, _embedding_size(config))
            data = _features(run, config, manifest, network, events, known)
            key = _key(run, config, _OF_HEAD)
            head: nn.Module = _fitted(run, data, key, events)
            stored = backbone if config.base.kind != "embedded" else None
        else:
            data = _features_of_tuned(run, config, manifest, network, key, events)
            head, stored = network.head.cpu(), backbone
            if config.finetune.head_last:
                part = PartFolder.within(run, "head", 1)
                head = _fitted(part, data, f"{key} last", EventWriter(part.events))
        card = judged(run, data, head, stored, key, events)
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


def _network(config: RunConfig, backbone: FeatureNetwork, device: torch.device) -> Network:
    torch.manual_seed(config.seed)
    head = build_head(_embedding_size(config), len(config.classes), config.head.spec)
    network = Network(backbone, head, config.input)
    return network.to(device, memory_format=torch.channels_last).eval()  # type: ignore[call-overload,no-any-return]


def _embedding_size(config: RunConfig) -> int:
    return embedding_size(config.architecture, config.input, config.stages)


def _features(
    run: RunFolder,
    config: RunConfig,
    manifest: Sequence[ManifestRow],
    network: Network,
    events: EventWriter,
    known: KnownFeatures,
) -> RunData:
    precision = Precision.FULL if config.mode == "head" else config.finetune.precision
    key = f"{_key(run, config, _OF_FEATURES | {'augment'})} {precision}"
    found = compute_features(run, config, manifest, network, key, events, precision, known)
    return RunData(config, manifest, found)


def _fitted(run: RunFolder, data: RunData, key: str, events: EventWriter) -> nn.Sequential:
    return fit_head(run, data.config, data.examples("train"), data.examples("valid"), key, events)


def _tune(
    run: RunFolder,
    config: RunConfig,
    manifest: Sequence[ManifestRow],
    network: Network,
    events: EventWriter,
    team: Team,
) -> str:
    """Train the network in place; return the hash of all that its training depends on."""
    if config.finetune.head_first:
        with team.first_before_others():
            part = PartFolder.within(run, "head", 0)
            own = EventWriter(events_path(part.events, team.rank))
            seen = np.flatnonzero([row.split != "test" for row in manifest])
            known = load_known(run, _embedding_size(config)).among(seen)
            rows = [manifest[i] for i in seen.tolist()]
            data = _features(part, _plain(config), rows, network, events, known)
            head = _fitted(part, data, _key(run, config, _OF_HEAD), own)
        network.head.load_state_dict(head.state_dict())
    key = _key(run, config, _OF_HEAD | {"mode", "finetune"})
    pixels = PixelCache(run.pixels, config.preprocess.edge)
    train, valid = (image_set(config, manifest, pixels, split) for split in ("train", "valid"))
    FineTuner(run, config, network, key, events, team).fit(train, valid).eval()
    return key


def _features_of_tuned(
    run: RunFolder,
    config: RunConfig,
    manifest: Sequence[ManifestRow],
    network: Network,
    key: str,
    events: EventWriter,
) -> RunData:
    if not config.finetune.head_last:
        config = _plain(config)
    of_tuned = hashlib.sha256(f"{key} tuned".encode()).hexdigest()
    precision = config.finetune.precision
    features = compute_features(run, config, manifest, network, of_tuned, events, precision)
    return RunData(config, manifest, features)


def _plain(config: RunConfig) -> RunConfig:
    """Return the same without changed copies: where a backbone is trained, it sees them anew each time."""
    return config.model_copy(update={"augment": config.augment.model_copy(update={"copies": 0})})


def _key(run: RunFolder, config: RunConfig, matters: set[str]) -> str:
    """Hash the images and the parts of the configuration that something depends on."""
    try:
        image = run.pixels.stat()
    except OSError as error:
        raise TrainerError(f"{run.pixels} cannot be read ({error}); prepare the run again.") from None
    parts = (
        sha256_of(run.manifest),
        f"{image.st_size} {image.st_mtime_ns}",
        config.model_dump_json(include=matters),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
