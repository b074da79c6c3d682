"""Images a second: the engine, decoding and network each alone, their bound, and the plain loop.

Decoding and network share the cores of a CPU, so that the time of an image is the sum of both, each measured
with all cores: bound = 1 / (1/decode + 1/network). On an accelerator they run side by side and the slower one
is the bound. All are measured in turn, `ROUNDS` times, and the best of each counts: other programs on the
machine only ever slow things down.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from semgui.domain.errors import UsageError
from semgui.domain.progress import CancelToken
from semgui.imaging.reader import SUFFIXES
from semgui.inference.classifier import Classifier
from semgui.inference.engine import cores_shared, plan_for
from semgui.inference.pipeline import run_pipeline
from semgui.inference.prepare import Prepared, Source, prepare
from semgui.registry.store import find_model
from semgui.services.classify import load_classifier
from semgui.services.demo import make_demo
from tests.inference.standin import make_model
from trainer.card import InputSpec, View
from trainer.models import Network, load_model
from trainer.views import cut_windows

ROUNDS = 3
REAL_SETS = {"nffa_sample": 31, "steel_uhcs": 60, "perovskite": 60, "microplastics": 60}

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return find_model()
    except UsageError:
        return make_model(
            tmp_path_factory.mktemp("models") / "standin", classes=10, views=(View(edge=224),), edge=448
        )


def real_pictures(shared_data: Path) -> list[Path]:
    chosen: list[Path] = []
    for name, most in REAL_SETS.items():
        files = sorted(p for p in (shared_data / name).rglob("*") if p.suffix.lower() in SUFFIXES)
        chosen += files[:: max(1, len(files) // most)][:most]
    return chosen


@pytest.fixture
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> list[Path]:
    if request.param == "real":
        return real_pictures(request.getfixturevalue("shared_data"))
    folder = make_demo(tmp_path / "sample").image_folder
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)


@pytest.mark.parametrize("pictures", ["sample", "real"], indirect=True, ids=["sample", "real"])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_images_per_second(
    pictures: list[Path],
    model_folder: Path,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    classifier = load_classifier(str(model_folder))
    model = load_model(model_folder, torch.device("cpu"))
    plain = PlainNetwork(model.network, model.card.input).eval()
    # The sample holds a broken file on purpose; the plain loop would stop at it.
    looked_at = [classifier._prepare(Source(p)) for p in pictures]
    ready = [prepared for prepared in looked_at if isinstance(prepared, Prepared)]
    pictures = [prepared.source.path for prepared in ready]
    measured: dict[str, Callable[[], int]] = {
        "decode alone": lambda: decode_alone(classifier, pictures),
        "network alone": lambda: network_alone(classifier, ready),
        "engine": lambda: engine(classifier, pictures),
        "plain loop": lambda: plain_loop(plain, classifier.card.preprocess.edge, pictures),
    }
    best = dict.fromkeys(measured, 0.0)
    for _, (name, measure) in itertools.product(range(ROUNDS), measured.items()):
        start = time.perf_counter()
        count = measure()
        best[name] = max(best[name], count / (time.perf_counter() - start))
    alone = (best["decode alone"], best["network alone"])
    bound = 1 / sum(1 / rate for rate in alone) if classifier.engine.device.type == "cpu" else min(alone)
    run = f"{model_folder.name}, {classifier.engine.device}, batch {classifier.engine.batch_size}"
    lines = [
        f"{request.node.callspec.id}: {len(pictures)} pictures, {run}",
        *(f"  {name:<14} {rate:7.1f} images/s" for name, rate in (*best.items(), ("bound", bound))),
        f"  engine / bound      {best['engine'] / bound:.2f}",
        f"  engine / plain loop {best['engine'] / best['plain loop']:.2f}",
    ]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")


def engine(classifier: Classifier, pictures: Sequence[Path]) -> int:
    return sum(r.answer is not None for r in classifier.stream(map(Source, pictures), cancel=CancelToken()))


def decode_alone(classifier: Classifier, pictures: Sequence[Path]) -> int:
    return _piped(
        classifier,
        list(pictures),
        lambda p: prepare(Source(p), classifier.card.preprocess, classifier.limits),
        list,
    )


def network_alone(classifier: Classifier, ready: Sequence[Prepared]) -> int:
    return _piped(
        classifier,
        list(ready),
        lambda p: p,
        lambda batch: classifier.engine.forward([p.pixels for p in batch]),
    )


def _piped(
    classifier: Classifier,
    items: list[Any],
    first: Callable[[Any], Any],
    second: Callable[[Sequence[Any]], Sequence[Any]],
) -> int:
    plan = plan_for(classifier.engine)
    with cores_shared(plan) as start_thread:
        results = run_pipeline(
            items, first, second, plan=plan, cancel=CancelToken(), start_thread=start_thread
        )
        return sum(1 for _ in results)


# ---- what anyone would write ----


class PlainDataset(Dataset[Tensor]):
    """Pillow and torchvision, one picture at a time; no databar, no contrast, no vendor's format."""

    def __init__(self, paths: Sequence[Path], edge: int) -> None:
        from torchvision.transforms import v2  # after trainer's guard, which timm's import has brought

        self.paths = paths
        self.transform = v2.Compose(
            [v2.ToImage(), v2.Resize((edge, edge), antialias=True), v2.ToDtype(torch.float32, scale=True)]
        )

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> Tensor:
        with Image.open(self.paths[index]) as picture:
            transformed: Tensor = self.transform(picture.convert("L"))
        return transformed


class PlainNetwork(nn.Module):
    """The same network on the same windows, as it comes: no folding, no memory format."""

    def __init__(self, network: Network, spec: InputSpec) -> None:
        from torchvision.transforms import v2

        super().__init__()
        self.network = network.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
        self.normalise = v2.Normalize(spec.mean, spec.std)
        self.spec = spec

    def forward(self, pictures: Tensor) -> Tensor:
        views = []
        for view in self.spec.views:
            windows = self.normalise(cut_windows(pictures[:, 0], view).expand(-1, 3, -1, -1)).contiguous()
            views.append(self.network.embed_windows(windows, images=len(pictures)))
        logits: Tensor = self.network.head(self.network.combined(views))
        return logits


def plain_loop(network: PlainNetwork, edge: int, pictures: Sequence[Path]) -> int:
    with torch.no_grad():
        batches = DataLoader(PlainDataset(pictures, edge), batch_size=32, num_workers=2)
        return sum(len(network(batch).argmax(dim=1)) for batch in batches)
