"""Train the shipped model ``nffa10-starter``: drawn micrographs and the real ones that may be used.

Usage: python resources/models/train_starter.py [--data ../shared/data] [--run build/starter]
                                                [--drawn 400] [--seed 1] [--processes 2] [--to FOLDER]

It writes a run folder (docs/run-folder.md), lets the trainer carry it through, and puts the model beside this
file. Drawing is cut into blocks that are kept in the run folder, so a run that was stopped goes on.

Trained on: panels drawn by `semgui.sample`, and real pictures whose licences allow weights to be shipped.
Measured on, and never trained on: the figure panels of ``wild`` and the GPL pictures of ``categories``.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semgui.imaging.contrast import contrast_limits
from semgui.imaging.limits import DecodeLimits
from semgui.inference.prepare import Source, prepare
from semgui.sample.categories import CATEGORIES
from semgui.sample.panels import FOREIGN_KINDS, foreign_panel, panels
from trainer.card import (
    Card,
    CardClass,
    ColourCue,
    DataSource,
    InputSpec,
    Pooling,
    View,
    load_card,
    save_card,
)
from trainer.config import HeadTraining, RunConfig, save_config
from trainer.figures import Interval
from trainer.novelty import NoveltyParams
from trainer.preprocess import PreprocessParams, canonical
from trainer.run_folder import ManifestRow, RunFolder, SplitName, write_manifest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NAME = "nffa10-starter"
PREPROCESS = PreprocessParams(edge=320)
INPUT = InputSpec(views=(View(edge=224),), pooling=Pooling.MEAN_MAX)
HEAD = HeadTraining(
    hidden=(128,),
    members=5,
    epochs=8,
    batch_size=64,
    learning_rate=3e-4,
    weight_decay=0.1,
    dropout=0.5,
    label_smoothing=0.1,
)
# Strange is above all what looks drawn by transmission or scanned by a probe; distance and energy alone tell
# little between unseen SEM images and foreign ones (docs/results.md).
NOVELTY = NoveltyParams(mix=(0.2, 0.2, 1.0), leading=1280)
# Tinted SEM panels of papers reach a mean chroma of 0.14; false colours of force maps begin at 0.4.
COLOUR = ColourCue(grey_up_to=0.12, coloured_from=0.25)
PANELS_OF_A_DRAWING = 2
DRAWINGS_IN_A_BLOCK = 20
FOREIGN_SHARE = 0.2  # panels of a kind that is no SEM image, for each panel of a category
DRAWN_WEIGHT = 0.7  # of a class that also has real pictures
FEW_SOURCES_WEIGHT = 0.3  # of a large set that shows one thing: it must not stand for its whole class

CITATIONS = {
    "drawn": ("BSD-3-Clause", "Drawn by semgui.sample", ""),
    "nffa": ("CC BY 4.0", "Aversa et al. 2018, Scientific Data 5, 180172; NFFA-EUROPE 100% SEM dataset", ""),
    "microplastics": ("MIT", "Shi et al. 2022, microplastics under the SEM", ""),
    "perovskite": ("MIT", "Ansari et al. 2025, perovskite films under the SEM", ""),
    "Martin09/DeepSEM": ("MIT", "Martin Friedl, DeepSEM", "https://github.com/Martin09/DeepSEM"),
    "lanery/FEBID-pillar-analysis": (
        "CC BY 4.0",
        "Ryan Lane, FEBID pillar analysis",
        "https://github.com/lanery/FEBID-pillar-analysis",
    ),
}
_CLASS_OF = {"fibre": "Fibres", "fragment": "Particles", "pellet": "Particles"}
_ALLOWED = ("MIT", "CC BY 4.0", "CC0")
_LARGE = ("microplastics", "perovskite")
_MOST_OF_A_LARGE_SET = 90


@dataclass(frozen=True, slots=True)
class Picture:
    """A real picture and what it is used for."""

    path: Path
    category: str
    split: SplitName
    source: str
    group: str


def real_pictures(data: Path) -> Iterator[Picture]:
    """List what may be trained on (split train) and what is only measured on (split test)."""
    taken: Counter[str] = Counter()
    with (data / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda r: hashlib.sha256(r["file"].encode()).digest())
    for row in rows:
        name = row["set"]
        if name not in (
            "nffa_sample",
            "nffa_sample_cropped",
            "microplastics",
            "perovskite",
            "categories",
            "wild",
        ):
            continue
        taken[name] += 1
        if name in _LARGE and taken[name] > _MOST_OF_A_LARGE_SET:
            continue
        category = (
            "Films_Coated_Surface" if name == "perovskite" else _CLASS_OF.get(row["class"], row["class"])
        )
        allowed = row["licence"].startswith(_ALLOWED)
        source = (
            row["group"]
            if name in ("categories", "wild")
            else name.removesuffix("_cropped").removesuffix("_sample")
        )
        path = _found(data / name, row["class"], row["file"])
        yield Picture(path, category, "train" if allowed else "test", source, f"{name}/{row['group']}")


def _found(folder: Path, category: str, file: str) -> Path:
    for candidate in (folder / category / file, folder / file):
        if candidate.exists():
            return candidate
    return next(folder.rglob(Path(file).name))


def canonical_panel(panel: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Make a drawn panel what a file of it would become."""
    limits = contrast_limits(panel, databar_row=None)
    return canonical(panel, crop_row=None, low=limits.low, high=limits.high, params=PREPROCESS)


def draw_block(job: tuple[str, int, int, Path]) -> Path:
    """Draw one block of panels of a category or foreign kind into a file, unless it is there."""
    name, number, seed, target = job
    if target.exists():
        return target
    images = []
    first = number * DRAWINGS_IN_A_BLOCK
    for drawing in range(first, first + DRAWINGS_IN_A_BLOCK):
        # The name is hashed: a category that is added must not change the pictures of the others.
        rng = np.random.default_rng((seed, int(hashlib.sha256(name.encode()).hexdigest()[:8], 16), drawing))
        drawn = panels(name, rng, PANELS_OF_A_DRAWING) if name in CATEGORIES else [foreign_panel(name, rng)]
        images += [canonical_panel(panel) for panel in drawn]
    part = target.with_suffix(".part.npy")
    np.save(part, np.stack(images))
    part.replace(target)
    return target


def drawing_jobs(folder: Path, drawn: int, seed: int) -> list[tuple[str, int, int, Path]]:
    """List the blocks to draw; the folder's name tells versions of the drawing code apart."""
    code = hashlib.sha256()
    for file in sorted((ROOT / "semgui" / "sample").rglob("*.py")):
        code.update(file.read_bytes())
    blocks = folder / f"drawn-{code.hexdigest()[:10]}-{seed}"
    blocks.mkdir(parents=True, exist_ok=True)
    foreign = max(1, round(drawn * PANELS_OF_A_DRAWING * FOREIGN_SHARE))
    wanted = [(name, drawn) for name in CATEGORIES] + [(name, foreign) for name in FOREIGN_KINDS]
    return [
        (name, number, seed, blocks / f"{name}-{number:04d}.npy")
        for name, count in wanted
        for number in range(-(-count // DRAWINGS_IN_A_BLOCK))
    ]


def classes() -> tuple[CardClass, ...]:
    """Give the ten categories in the order of the taxonomy."""
    taxonomy = json.loads((ROOT / "resources" / "taxonomies" / "nffa10.json").read_text(encoding="utf-8"))
    return tuple(CardClass(id=c["id"], name=c["name"]) for c in taxonomy["classes"])


def weights(rows: Sequence[ManifestRow]) -> dict[tuple[str | None, str], float]:
    """Say how much an image of a class and source counts: sources share by the root of their size."""
    counts = Counter((row.class_id, row.source) for row in rows if row.split == "train" and row.class_id)
    found: dict[tuple[str | None, str], float] = {}
    for class_id in {c for c, _ in counts}:
        shares = {
            source: count**0.5 * (FEW_SOURCES_WEIGHT if source in _LARGE else 1)
            for (c, source), count in counts.items()
            if c == class_id and source != "drawn"
        }
        drawn_share = DRAWN_WEIGHT if shares else 1.0
        drawn = counts[class_id, "drawn"]
        found[class_id, "drawn"] = drawn_share
        for source, share in shares.items():
            part = (1 - drawn_share) * share / sum(shares.values())
            found[class_id, source] = part * drawn / counts[class_id, source]
    return found


def prepare_run(run: RunFolder, data: Path, drawn: int, seed: int, processes: int) -> None:
    """Write pixels, manifest and configuration."""
    id_of = {c.name: c.id for c in classes()}
    rows: list[ManifestRow] = []
    with run.pixels.open("wb") as pixels:

        def add(image: NDArray[np.uint8], **fields: object) -> None:
            rows.append(ManifestRow.model_validate({"offset": pixels.tell()} | fields))
            pixels.write(np.ascontiguousarray(image).data)

        jobs = drawing_jobs(run.path, drawn, seed)
        with ProcessPoolExecutor(processes) as pool:
            for (name, number, _, _), file in zip(jobs, pool.map(draw_block, jobs), strict=True):
                for k, image in enumerate(np.load(file)):
                    image_id = f"drawn/{name}/{number}/{k}"
                    group = f"drawn/{name}/{number}"
                    source = {"source": "drawn", "split": "train"}
                    add(image, image_id=image_id, class_id=id_of.get(name), group=group, **source)
        for picture in real_pictures(data):
            image = prepare(Source(picture.path), PREPROCESS, DecodeLimits()).pixels
            add(
                image,
                image_id=picture.path.relative_to(data).as_posix(),
                class_id=id_of[picture.category],
                split=picture.split,
                group=f"{picture.split}/{picture.group}",
                source=picture.source,
                fold=picture.source if picture.split == "train" else "",
            )
    weight = weights(rows)
    weighted = [r.model_copy(update={"weight": weight.get((r.class_id, r.source), 1.0)}) for r in rows]
    save_config(configuration(weighted, seed), run.config)
    write_manifest(weighted, run.manifest)


def configuration(rows: Sequence[ManifestRow], seed: int) -> RunConfig:
    """Say how the head is trained, and name all sources."""
    counts = Counter(row.source for row in rows if row.split == "train")
    sources = []
    for source, count in sorted(counts.items()):
        licence, citation, url = CITATIONS.get(source, ("MIT", source, f"https://github.com/{source}"))
        sources.append(DataSource(name=source, images=count, licence=licence, citation=citation, url=url))
    return RunConfig(
        name=NAME,
        classes=classes(),
        preprocess=PREPROCESS,
        input=INPUT,
        head=HEAD,
        novelty=NOVELTY,
        colour=COLOUR,
        promised_accuracy=0.67,
        flagged_share=0.05,
        seed=seed,
        device="cpu",
        threads=1,
        sources=tuple(sources),
        test_images="Real pictures of sources that were never trained on: figure panels of 17 preprints, "
        "pollen and foraminifera of two repositories; seven of the ten categories are among them.",
    )


def summary(card: Card) -> str:
    """Say in plain words how good it is."""

    def share(figure: Interval) -> str:
        return f"{figure.value:.0%} ({figure.low:.0%} to {figure.high:.0%})"

    figures = {m.name: m for m in card.measurements}
    external, left_out = figures["test"], figures["leave one source out"]
    between = 5 * (external.accuracy.value + left_out.accuracy.value)
    return (
        f"Expect it to be right for about {between:.0f} of 10 images from a microscope that it has never "
        f"seen. It was right for {share(external.accuracy)} of {external.images} real pictures that it was "
        f"not trained on, macro-F1 {external.macro_f1.value:.2f}, but some drawings were made after looking "
        f"at such pictures; with one real source left out at a time it was right for "
        f"{share(left_out.accuracy)}. It knows the ten NFFA categories from drawn micrographs and few real "
        f"ones: use it to begin with, label some of your own images, and train again."
    )


def install(run: RunFolder, target: Path) -> None:
    """Copy the model, and say in its card how good it is."""
    target.mkdir(parents=True, exist_ok=True)
    for file in run.model.iterdir():
        shutil.copy(file, target / file.name)
    card = load_card(target)
    save_card(card.model_copy(update={"summary": summary(card)}), target)


def main() -> int:
    """Prepare, train, install."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--run", type=Path, default=ROOT / "build" / "starter")
    parser.add_argument("--to", type=Path, default=HERE / NAME, help="where the model goes")
    parser.add_argument("--drawn", type=int, default=400, help="drawings of each category")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    if not (arguments.data / "manifest.csv").exists():
        sys.stderr.write(
            f"{arguments.data} has no manifest.csv: the real pictures are needed for training.\n"
        )
        return 1
    run = RunFolder(arguments.run)
    run.path.mkdir(parents=True, exist_ok=True)
    prepare_run(run, arguments.data, arguments.drawn, arguments.seed, arguments.processes)
    status = subprocess.run(
        [sys.executable, "-m", "trainer", str(run.path)], check=False, cwd=ROOT
    ).returncode
    if status == 0:
        install(run, arguments.to)
    return status


if __name__ == "__main__":
    sys.exit(main())
