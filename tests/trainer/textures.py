"""Run folders of drawn textures: small, but whole."""

from __future__ import annotations

import numpy as np

from trainer.card import CardClass
from trainer.config import RunConfig, save_config
from trainer.preprocess import PreprocessParams
from trainer.run_folder import ManifestRow, RunFolder, write_manifest

KINDS = ("stripes", "dots", "flat")


def texture(kind: str | None, seed: int, edge: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    rows, columns = np.indices((edge, edge)) + generator.uniform(0, 30, 2)[:, None, None]
    period = generator.uniform(2, 4)
    if kind == "stripes":
        values = 110 * np.sin(columns / period)
    elif kind == "dots":
        values = 110 * np.sign(np.sin(rows / period / 2) * np.sin(columns / period / 2) - 0.4)
    elif kind == "flat":
        values = 0.0 * rows
    else:  # rings: none of the classes
        values = 110 * np.sin(np.hypot(rows - 60, columns - 60) / period) * np.sin(rows / 9)
    return np.clip(127 + values + generator.normal(0, 15, rows.shape), 0, 255).astype(np.uint8)


def prepare(path, *, each=10, foreign=0, edge=96, **changes) -> RunFolder:
    """Write a run folder with `each` images of three textures; six in ten train."""
    path.mkdir()
    run = RunFolder(path)
    splits = ("train",) * 6 + ("valid",) * 2 + ("test",) * 2
    kinds = [(kind, i) for kind in KINDS for i in range(each)] + [(None, i) for i in range(foreign)]
    rows = []
    with run.pixels.open("wb") as pixels:
        for number, (kind, i) in enumerate(kinds):
            pixels.write(texture(kind, number, edge).tobytes())
            rows.append(
                ManifestRow(
                    image_id=f"{kind}/{i}",
                    class_id=kind and f"t.{kind}",
                    split=splits[i % 10],
                    group=f"{kind}/{i}",
                    offset=number * edge * edge,
                )
            )
    write_manifest(rows, run.manifest)
    settings = {
        "name": "textures",
        "classes": tuple(CardClass(id=f"t.{kind}", name=kind.title()) for kind in KINDS),
        "preprocess": PreprocessParams(edge=edge),
        "threads": 1,
    }
    save_config(RunConfig(**(settings | changes)), run.config)
    return run
