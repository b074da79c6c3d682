from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from semgui.jobs import pixel_store


def draw(kind: str, seed: int, size: tuple[int, int] = (120, 160)) -> np.ndarray:
    """Stripes, dots or flat noise."""
    generator = np.random.default_rng(seed)
    rows, columns = np.indices(size) + generator.uniform(0, 30, 2)[:, None, None]
    waves = {
        "stripes": np.sin(columns / 3),
        "dots": np.sign(np.sin(rows / 6) * np.sin(columns / 6) - 0.4),
        "flat": 0 * rows,
    }
    values = 127 + 110 * waves[kind.lower()] + generator.normal(0, 12, size)
    return np.clip(values, 0, 255).astype(np.uint8)


@pytest.fixture(autouse=True)
def room_on_the_disk() -> Iterator[None]:
    """Let the pixel cache keep what it is given, however full the disk of this machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pixel_store, "LEFT_FREE", 0)
        yield


@pytest.fixture
def class_folder(tmp_path: Path) -> Path:
    """Thirty pictures in three classes, and a file that is none."""
    folder = tmp_path / "pictures"
    for number, kind in enumerate(("dots", "flat", "stripes")):
        (folder / kind).mkdir(parents=True)
        for i in range(10):
            Image.fromarray(draw(kind, 100 * number + i)).save(folder / kind / f"image{i}.png")
    (folder / "flat" / "broken.tif").write_bytes(b"II*\0")
    (folder / "flat" / "notes.txt").write_text("not an image")
    return folder
