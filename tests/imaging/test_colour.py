"""How colourful a picture is, whatever its format."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from semgui.domain.metadata import ContrastLimits, Databar
from semgui.imaging.analyse import analyse


def chroma_of(path: Path, row: int | None = None) -> float:
    with analyse(path, databar=Databar(row), contrast=ContrastLimits(0, 1)) as found:
        return found.chroma


def stained() -> np.ndarray:
    """Violet blobs on pink, as under a light microscope."""
    rows, columns = np.mgrid[:150, :200]
    blobs = (np.sin(rows / 9) * np.cos(columns / 11) > 0)[..., None]
    return np.where(blobs, [90, 20, 140], [240, 150, 190]).astype(np.uint8)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.tif", "palette.png", "palette.tif"])
def test_colour_is_seen_and_grey_stored_as_colour_is_not(tmp_path: Path, name: str) -> None:
    for pixels, low, high in ((stained(), 0.4, 0.8), (stained()[..., [1, 1, 1]], 0.0, 0.01)):
        picture = Image.fromarray(pixels)
        if name.startswith("palette"):
            picture = picture.quantize(16)
        picture.save(tmp_path / name)
        assert low <= chroma_of(tmp_path / name) <= high


def test_only_the_specimen_counts(tmp_path: Path) -> None:
    pixels = stained()
    pixels[:100] = 120
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb", metadata=None)
    assert chroma_of(tmp_path / "a.tif", row=100) == 0
    assert chroma_of(tmp_path / "a.tif") > 0.1


def test_a_picture_that_is_stored_grey_has_none(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", stained()[..., 0], metadata=None)
    assert chroma_of(tmp_path / "a.tif") == 0
