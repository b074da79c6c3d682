"""Real TIFF files for tests, small and made on the spot."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import tifffile


def write_tiff(path: Path, seed: int = 0, shape: tuple[int, int] = (48, 64)) -> Path:
    """Write a grey picture of noise whose content follows from the seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 255, shape, np.uint8)
    tifffile.imwrite(path, pixels, photometric="minisblack")
    return path


def write_folder(folder: Path, count: int, per_folder: int = 10) -> Path:
    """Write a tree of pictures, all different."""
    for i in range(count):
        write_tiff(folder / f"day{i // per_folder}" / f"img{i}.tif", seed=i)
    return folder


def make_older(path: Path, seconds: float) -> None:
    """Move a file's time into the past."""
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))
