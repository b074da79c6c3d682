"""Small pictures on disk for tests of classification."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def write_picture(path: Path, seed: int = 0, height: int = 90, width: int = 120, bar: int = 0) -> Path:
    """Write noise with structure, and a white databar of `bar` rows at the bottom."""
    generator = np.random.default_rng(seed)
    coarse = generator.integers(0, 256, (6, 8), dtype=np.uint8)
    pixels = np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)).astype(
        np.int16
    )
    pixels = np.clip(pixels + generator.normal(0, 12, pixels.shape), 0, 255).astype(np.uint8)
    if bar:
        pixels[-bar:] = 255
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def write_pictures(folder: Path, count: int) -> list[Path]:
    """Write numbered pictures, each another one."""
    return [write_picture(folder / f"img{n}.png", seed=n) for n in range(1, count + 1)]
