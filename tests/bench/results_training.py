"""Fine-tuned models against frozen features, by grouped cross-validation on real sets: `docs/results.md`.

``python -m tests.bench.results_training --set steel_uhcs --seeds 0 1 2 --data ../shared/data``

Every finished fold is kept in the output folder (``build/results``), so that a run that was ended goes on;
the table is printed after every seed. A seed decides the folds (whole groups at random) and everything in
training. The figure is macro-F1 over the classes with images in at least three groups, of the predictions of
all folds together; images of the other classes are trained on and predicted like any other.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from semgui.imaging.limits import DecodeLimits
from semgui.inference.prepare import Source
from semgui.jobs.pixel_store import PixelStore
from semgui.jobs.pixels import write_pixels
from semgui.scoring.duplicates import near_duplicate_groups
from trainer.augment.params import PRESETS, AugmentPreset
from trainer.backbones import load_backbone
from trainer.card import CardClass, InputSpec, Pooling, View
from trainer.committee import fit_head
from trainer.config import GroupWeights, HeadSolver, HeadTraining, RunConfig, save_config
from trainer.events import EventWriter
from trainer.files import write_atomically
from trainer.finetune_config import Balance, Precision, ResolvedFineTuning
from trainer.group_weights import group_weights
from trainer.head import Examples, logits_of
from trainer.models import Network, as_grey, load_model
from trainer.precision import computed_in
from trainer.preprocess import PreprocessParams
from trainer.run_folder import ManifestRow, RunFolder, write_manifest
from trainer.train import train

ARCHITECTURE = "efficientnet_lite0"
GROUPS_FOR_A_FIGURE = 3
BY_NEAR_DUPLICATES = {"microplastics"}  # all its pellets are one product: grouped by it, they cannot be told
STAGES = 6  # of eight: the stem and five groups of blocks
POOLING = Pooling.MEAN_STD
HEAD = HeadTraining(solver=HeadSolver.LBFGS, penalty=2.0)
GROUPS = GroupWeights.EQUAL
AUGMENT = PRESETS[AugmentPreset.LIGHT]
FINE_TUNING = ResolvedFineTuning(
    epochs=2,
    head_last=True,
    learning_rate=1e-4,
    backbone_rate=1.0,
    warmup_epochs=0.5,
    label_smoothing=0.1,
    balance=Balance.SAMPLING,
    precision=Precision.BFLOAT16,
)
MODE = "last:1"

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class RealSet:
    """Real pictures with classes and groups.

    Parameters
    ----------
    name
        Of the set.
    classes
        Names, in the order of the labels.
    labels, groups
        (N,) class index and group of each picture.
    pixels
        Their canonical images, one after the other.
    edge
        Of these, in pixels.
    """

    name: str
    classes: tuple[str, ...]
    labels: Indices
    groups: NDArray[np.str_]
    pixels: Path
    edge: int

    @cached_property
    def measured(self) -> list[int]:
        """Classes with enough groups for a figure."""
        counts = [len(set(self.groups[self.labels == c])) for c in range(len(self.classes))]
        return [c for c, count in enumerate(counts) if count >= GROUPS_FOR_A_FIGURE]

    def images(self) -> NDArray[np.uint8]:
        """Return the canonical images (N, E, E), mapped into memory."""
        return np.memmap(self.pixels, np.uint8, mode="r").reshape(-1, self.edge, self.edge)


@dataclass(frozen=True)
class Fold:
    """One division of a set; a folder for what it leaves behind."""

    data: RealSet
    seed: int
    train: Indices
    test: Indices
    folder: Path


def read_set(data: Path, name: str, edge: int, out: Path) -> RealSet:
    """Read a set of the shared data and make its canonical images."""
    with (data / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] == name]
    root = data / name
    sources = [Source(root / row["class"] / row["file"], root=root) for row in rows]
    preprocess = PreprocessParams(edge=edge)
    out.mkdir(parents=True, exist_ok=True)
    with PixelStore(preprocess) as store:
        written = write_pixels(sources, RunFolder(out), preprocess, DecodeLimits(), lambda done: None, store)
    if len(written.hashes) != len(rows):
        raise ValueError(f"{name}: some pictures cannot be read")
    classes, labels = np.unique([row["class"] for row in rows], return_inverse=True)
    groups = np.array([row["group"] for row in rows])
    if name in BY_NEAR_DUPLICATES:
        groups = near_duplicate_groups(written.hashes).astype(str)
    return RealSet(
        name, tuple(classes.tolist()), labels.astype(np.int64), groups, RunFolder(out).pixels, edge
    )


def embedded(data: RealSet, out: Path, stages: int | None) -> NDArray[np.float32]:
    """Return the features (N, D) of the frozen base network, computed once.

    Parameters
    ----------
    stages
        After how many; ``None``: all.
    """
    path = out / f"frozen-{stages or 'all'}.npy"
    if not path.exists():
        network = Network(load_backbone(ARCHITECTURE, stages), torch.nn.Identity(), _seen(data.edge, stages))
        network.to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
        precision = FINE_TUNING.precision if stages else Precision.FULL
        images, blocks = data.images(), []
        with torch.inference_mode(), computed_in(precision, torch.device("cpu")):
            for start in range(0, len(images), 16):
                block = torch.from_numpy(np.array(images[start : start + 16]))
                blocks.append(network.embed(as_grey(block)).float().numpy())
        np.save(path, np.concatenate(blocks))
    features: NDArray[np.float32] = np.load(path)
    return features


def logistic(fold: Fold, stages: int | None) -> Indices:
    """Fit the baseline: standardised frozen features, logistic regression, classes balanced."""
    features = embedded(fold.data, fold.folder.parent, stages)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, class_weight="balanced"))
    model.fit(features[fold.train], fold.data.labels[fold.train])
    predicted: Indices = model.predict(features[fold.test])
    return predicted


def head_only(fold: Fold) -> Indices:
    """Fit the trainer's head to frozen features, as fine-tuning does at its beginning."""
    features, labels = embedded(fold.data, fold.folder.parent, STAGES), fold.data.labels
    weights = np.ones(len(labels))
    weights[fold.train] = group_weights(labels[fold.train], fold.data.groups[fold.train].tolist(), GROUPS)
    train_set, test_set = (Examples(features, i, labels[i], weights[i]) for i in (fold.train, fold.test))
    nobody = train_set.subset(np.zeros(0, np.int64))
    run = _run_folder(fold, "head")
    events = EventWriter(run.events)
    head = fit_head(run, _config(fold, "head"), train_set, nobody, "", events)
    return np.asarray(logits_of(head, test_set).argmax(axis=1))


def fine_tuned(fold: Fold) -> Indices:
    """Carry a whole run through, as `semgui train` does, and ask its model."""
    run = _run_folder(fold, "finetune")
    if not run.pixels.exists():
        os.link(fold.data.pixels, run.pixels)
    save_config(_config(fold, MODE), run.config)
    rows = [
        ManifestRow(
            image_id=str(i),
            class_id=fold.data.classes[fold.data.labels[i]],
            split="train",
            group=fold.data.groups[i],
            offset=i * fold.data.edge**2,
        )
        for i in fold.train.tolist()
    ]
    write_manifest(rows, run.manifest)
    train(run)
    network = load_model(run.model, torch.device("cpu")).network
    images, answers = fold.data.images(), []
    with torch.inference_mode(), computed_in(FINE_TUNING.precision, torch.device("cpu")):
        for start in range(0, len(fold.test), 16):
            block = torch.from_numpy(np.array(images[fold.test[start : start + 16]]))
            answers.append(network(as_grey(block)).argmax(dim=1).numpy())
    return np.concatenate(answers)


METHODS: Mapping[str, Callable[[Fold], Indices]] = {
    "frozen features, logistic regression": partial(logistic, stages=None),
    "the same after fewer stages": partial(logistic, stages=STAGES),
    "head only": head_only,
    "fine-tuned": fine_tuned,
}


def _seen(edge: int, stages: int | None) -> InputSpec:
    """Say how a network sees the canonical image and pools its maps; whole networks as they always do."""
    return InputSpec(views=(View(edge=edge),), pooling=POOLING if stages else Pooling.MEAN)


def _config(fold: Fold, mode: str) -> RunConfig:
    return RunConfig(
        name=f"{fold.data.name}-{fold.seed}",
        mode=mode,
        architecture=ARCHITECTURE,
        stages=STAGES,
        classes=tuple(CardClass(id=name, name=name) for name in fold.data.classes),
        preprocess=PreprocessParams(edge=fold.data.edge),
        input=_seen(fold.data.edge, STAGES),
        head=HEAD,
        finetune=FINE_TUNING,
        augment=AUGMENT,
        group_weights=GROUPS,
        seed=fold.seed,
        threads=torch.get_num_threads(),
    )


def _run_folder(fold: Fold, kind: str) -> RunFolder:
    path = fold.folder / kind
    path.mkdir(parents=True, exist_ok=True)
    return RunFolder(path)


def predictions(
    data: RealSet, seed: int, folds: int, out: Path, methods: Sequence[str]
) -> dict[str, Indices]:
    """Return what every method says of every picture when its group is held out."""
    said = {method: np.full(len(data.labels), -1, np.int64) for method in methods}
    splitter = GroupKFold(folds, shuffle=True, random_state=seed) if folds else LeaveOneGroupOut()
    parts = splitter.split(data.labels, data.labels, data.groups)
    for number, (train_at, test_at) in enumerate(parts):
        name = f"seed{seed}-{'fold' if folds else 'group'}{number}"
        fold = Fold(data, seed, train_at, test_at, out / name)
        for method in methods:
            kept = fold.folder / f"{list(METHODS).index(method)}.json"
            if not kept.exists():
                answer = METHODS[method](fold)
                fold.folder.mkdir(parents=True, exist_ok=True)
                write_atomically(kept, json.dumps(answer.tolist()).encode())
            said[method][test_at] = json.loads(kept.read_bytes())
    return said


def figures(data: RealSet, said: Indices) -> tuple[float, float]:
    """Return macro-F1 over the measured classes, and accuracy over everything."""
    macro = f1_score(data.labels, said, labels=data.measured, average="macro", zero_division=0)
    return float(macro), float(accuracy_score(data.labels, said))


def deviation(of_seeds: NDArray[np.float64]) -> float:
    """Return the standard deviation over seeds, 0 for one."""
    return float(of_seeds.std(ddof=1)) if len(of_seeds) > 1 else 0.0


def table(data: RealSet, seeds: Sequence[int], said: Sequence[Mapping[str, Indices]]) -> str:
    """Write the table: mean and deviation over seeds, and by how much each is better than the baselines."""
    methods = list(said[0])
    values = {m: np.array([figures(data, of_seed[m]) for of_seed in said]) for m in methods}
    lines = [
        f"| {data.name}, {data.edge} pixels, seeds {', '.join(map(str, seeds))} | macro-F1 | accuracy |",
        "|---|---|---|",
    ]
    for m, v in values.items():
        parts = (f"{of_seeds.mean():.3f} ± {deviation(of_seeds):.3f}" for of_seeds in v.T)
        lines.append(f"| {m} | {' | '.join(parts)} |")
    for one, other in itertools.combinations(methods, 2):
        gain = values[other][:, 0] - values[one][:, 0]
        each = ", ".join(f"{g:+.3f}" for g in gain)
        lines.append(f"| {other} minus {one} | {gain.mean():+.3f} ± {deviation(gain):.3f} ({each}) | |")
    left_out = [c for i, c in enumerate(data.classes) if i not in data.measured]
    lines.append(f"\nLeft out of macro-F1 (fewer than three groups): {', '.join(left_out) or 'none'}.")
    return "\n".join(lines)


def main() -> None:
    """Measure one set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", required=True, choices=("steel_uhcs", "microplastics", "perovskite"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--folds", type=int, default=3, help="0: each group is held out in its turn")
    parser.add_argument("--edge", type=int, default=448, help="of canonical image and view")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("build/results"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--frozen", action="store_true", help="no fine-tuning: minutes instead of an hour")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    out = options.out / f"{options.set}-{options.edge}"
    data = read_set(options.data.resolve(), options.set, options.edge, out)
    methods, said = list(METHODS)[: -1 if options.frozen else None], []
    for count, seed in enumerate(options.seeds, 1):
        said.append(predictions(data, seed, options.folds, out, methods))
        sys.stdout.write(table(data, options.seeds[:count], said) + "\n\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
