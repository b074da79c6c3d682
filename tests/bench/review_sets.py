"""Sets of images with known classes, and features of the embedded network, for the measurements of review.

Everything is made from the pictures and kept under ``build/review``.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from semgui.domain.errors import UnreadableImageError
from semgui.imaging.limits import DecodeLimits
from semgui.inference.depths import DepthNetwork
from semgui.inference.prepare import Source
from semgui.jobs.pixel_store import PixelStore
from semgui.jobs.pixels import write_pixels
from semgui.scoring.duplicates import near_duplicate_groups
from semgui.services.closer import PIXELS
from semgui.services.demo import make_demo
from trainer.backbones import load_backbone
from trainer.card import InputSpec, Pooling, View
from trainer.models import Network, as_grey
from trainer.preprocess import PreprocessParams
from trainer.run_folder import RunFolder

OUT = Path("build/review")
SHARED = Path("../shared/data")
ARCHITECTURE = "efficientnet_lite0"
SAMPLE_IMAGES = 400

Features = tuple[NDArray[np.float32], ...]
"""One (N, D) for each depth of the network, the last one last."""

MODEL, CLOSER = "224 pixels", "closer look"
LOOKS = (MODEL, CLOSER)
"""What a project has anyway, and what `semgui.services.closer` makes on request."""

BARE = "steel, 4 classes"
NOT_SEM = "not_sem"
SETS = ("microplastics", BARE, "steel", "sample", "perovskite")
_FOLDER = {
    "microplastics": "microplastics",
    BARE: "steel_uhcs",
    "steel": "steel_uhcs",
    "perovskite": "perovskite",
    NOT_SEM: NOT_SEM,
}


@dataclass(frozen=True)
class ReviewSet:
    """Images with true classes.

    Parameters
    ----------
    name
        Of the set.
    classes
        Names, in the order of `truth`.
    truth
        (N,) class index.
    groups
        (N,) near-duplicates.
    features
        By look, see `LOOKS`.
    """

    name: str
    classes: tuple[str, ...]
    truth: NDArray[np.int64]
    groups: NDArray[np.int64]
    features: dict[str, Features]

    def without(self, least: int) -> ReviewSet:
        """Leave out classes with fewer images than that."""
        counts = np.bincount(self.truth)
        kept = np.flatnonzero(counts[self.truth] >= least)
        names = np.unique(self.truth[kept])
        return replace(
            self,
            classes=tuple(self.classes[i] for i in names),
            truth=np.searchsorted(names, self.truth[kept]),
            groups=self.groups[kept],
            features={look: tuple(part[kept] for part in parts) for look, parts in self.features.items()},
        )


def read_set(name: str, shared: Path = SHARED, out: Path = OUT) -> ReviewSet:
    """Read one of `SETS`, or `NOT_SEM`."""
    if name == "sample":
        sources, names = _sample(out / f"sample-{SAMPLE_IMAGES}")
    else:
        sources, names = _shared(shared.resolve(), _FOLDER[name])
    folder = out / (_FOLDER.get(name) or f"sample-{SAMPLE_IMAGES}-features")
    kept, groups = _canonical(sources, folder)
    classes, truth = np.unique([names[i] for i in kept], return_inverse=True)
    features = {look: _features(look, folder) for look in LOOKS}
    found = ReviewSet(name, tuple(classes.tolist()), truth.astype(np.int64), groups, features)
    # Issue 5 measured steel without its two smallest classes, of 7 and 2 images.
    return found.without(10) if name == BARE else found


def _shared(shared: Path, name: str) -> tuple[list[Source], list[str]]:
    with (shared / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] == name]
    root = shared / name
    return [Source(root / r["class"] / r["file"], root=root) for r in rows], [r["class"] for r in rows]


def _sample(folder: Path) -> tuple[list[Source], list[str]]:
    made = make_demo(folder, images=SAMPLE_IMAGES)
    with made.truth_path.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["path"].startswith("images/") and r["true_class"]]
    return [Source(folder / r["path"], root=folder) for r in rows], [r["true_class"] for r in rows]


def _canonical(sources: Sequence[Source], folder: Path) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Make canonical images once; return which files can be read, and their near-duplicates."""
    note = folder / "groups.npz"
    if not note.exists():
        folder.mkdir(parents=True, exist_ok=True)
        params = PreprocessParams(edge=PIXELS)
        with PixelStore(params) as store:
            written = write_pixels(
                sources, RunFolder(folder), params, DecodeLimits(), lambda done: None, store
            )
        kept = [i for i, one in enumerate(written.outcomes) if not isinstance(one, UnreadableImageError)]
        np.savez(note, kept=kept, groups=near_duplicate_groups(written.hashes))
    with np.load(note) as found:
        return found["kept"], found["groups"]


def _features(look: str, folder: Path) -> Features:
    path = folder / f"{look}.npz"
    if not path.exists():
        network, widths = _network(look)
        images = np.memmap(RunFolder(folder).pixels, np.uint8, mode="r").reshape(-1, PIXELS, PIXELS)
        blocks = []
        with torch.inference_mode():
            for start in range(0, len(images), 8):
                block = torch.from_numpy(np.array(images[start : start + 8]))
                blocks.append(network.embed(as_grey(block)).numpy())
        # In half precision, as a project keeps them.
        np.savez(path, embeddings=np.concatenate(blocks).astype(np.float16), widths=widths)
    with np.load(path) as found:
        parts = np.split(found["embeddings"].astype(np.float32), np.cumsum(found["widths"])[:-1], axis=1)
    return tuple(parts)


def _network(look: str) -> tuple[Network, list[int]]:
    """Return the frozen network as the application uses it, and how wide its depths are."""
    backbone = load_backbone(ARCHITECTURE)
    if look == CLOSER:
        deep = DepthNetwork(backbone, InputSpec(views=(View(edge=PIXELS),)))
        return deep.eval(), list(deep.widths)
    spec = InputSpec(views=(View(edge=224),), pooling=Pooling.MEAN_MAX)
    return Network(backbone, torch.nn.Identity(), spec).eval(), [2 * backbone.channels]
