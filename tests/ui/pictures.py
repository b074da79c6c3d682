"""Pictures for the window's tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def write_picture(path: Path, seed: int, size: tuple[int, int] = (240, 320)) -> None:
    """Write a grey picture of smooth blobs, different for every seed."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0 : size[0], 0 : size[1]]
    field = np.zeros(size)
    for _ in range(6):
        y, x, r = rng.uniform(0, size[0]), rng.uniform(0, size[1]), rng.uniform(10, 60)
        field += np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * r**2))
    field = field / field.max() * 200 + rng.normal(0, 8, size)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.clip(field, 0, 255).astype(np.uint8)).save(path)


def write_folder(folder: Path, count: int) -> None:
    """Write pictures into the sub-folders ``a`` and ``b``."""
    for number in range(count):
        write_picture(folder / "ab"[number % 2] / f"img{number:03}.png", number)
