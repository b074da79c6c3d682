"""Folders of thousands of real image files, written in seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.ui.pictures import write_picture

_DIFFERENT = 24
_IN_A_FOLDER = 1000


def write_many(folder: Path, count: int, size: tuple[int, int] = (480, 640)) -> Path:
    """Write JPEG files; no two have the same bytes.

    They show 24 different pictures. A number behind the end of the JPEG data, which decoders ignore, makes
    each a file of its own for everything that goes by the content.
    """
    originals = []
    for seed in range(_DIFFERENT):
        original = folder.with_name(f"{folder.name}-original.png")
        write_picture(original, seed, size)
        encoded = original.with_suffix(".jpg")
        Image.fromarray(np.asarray(Image.open(original))).save(encoded, quality=80)
        originals.append(encoded.read_bytes())
        original.unlink()
        encoded.unlink()
    for number in range(count):
        day = folder / f"day{number // _IN_A_FOLDER:03}"
        day.mkdir(parents=True, exist_ok=True)
        (day / f"img{number:06}.jpg").write_bytes(originals[number % _DIFFERENT] + str(number).encode())
    return folder
