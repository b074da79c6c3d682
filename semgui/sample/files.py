"""Write a planned picture to the disk: whole or not at all, and every time the same bytes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tifffile
from PIL import Image

from semgui.sample.acquisition import Grey
from semgui.sample.not_sem import KINDS as OTHER_INSTRUMENTS
from semgui.sample.plan import NOT_SEM, Planned
from semgui.sample.recipe import Micrograph, lattice_micrograph, micrograph
from semgui.sample.tiff_tags import tags_for

_KEPT_OF_TRUNCATED = 0.55
_RASTERS = {"png": "PNG", "jpeg": "JPEG"}
Pixels = npt.NDArray[Any]


def write_planned(planned: Planned, folder: Path) -> None:
    """Draw one picture and write it below `folder`.

    The file appears under its name only when it is complete. A file that is there already is left alone.
    """
    path = folder / planned.path
    if path.exists():
        return
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(_encoded(planned))
    part.replace(path)


def _draw(planned: Planned) -> Micrograph:
    session = planned.session
    if planned.is_lattice:
        return lattice_micrograph(
            planned.category, planned.seed, kind=planned.kind, size=session.size, style=session.style,
            instrument=session.instrument, day=session.day,
        )  # fmt: skip
    return micrograph(
        planned.category, planned.seed, kind=planned.kind, size=session.size, style=session.style,
        instrument=session.instrument, day=session.day,
    )  # fmt: skip


def _encoded(planned: Planned) -> bytes:
    if planned.true_class == NOT_SEM:
        rng = np.random.default_rng(planned.seed)
        return _raster(OTHER_INSTRUMENTS[planned.kind](rng, planned.session.size), "PNG")
    picture = _draw(planned)
    if planned.storage in _RASTERS:
        return _raster(picture.pixels, _RASTERS[planned.storage])
    pages: list[Pixels] = [picture.pixels]
    if planned.storage == "pages":
        pages.append(_second_detector(picture))
    if planned.storage == "tiff16":
        # a 12-bit detector in 16-bit samples: black on a screen that does not stretch it
        pages = [picture.pixels.astype(np.uint16) * 11 + 180]
    content = _tiff(picture, pages)
    return content[: int(len(content) * _KEPT_OF_TRUNCATED)] if planned.storage == "truncated" else content


def _second_detector(picture: Micrograph) -> Grey:
    row = picture.databar_row or picture.pixels.shape[0]
    other = picture.pixels.copy()
    other[:row] = 255 - other[:row] // 2
    return other


def _tiff(picture: Micrograph, pages: list[Pixels]) -> bytes:
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        for page in pages:
            tags = tags_for(picture.exposure, picture.rows)
            writer.write(
                page, photometric="minisblack", metadata=None, software="SEMGui sample", extratags=tags
            )
    return buffer.getvalue()


def _raster(pixels: Pixels, form: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form, quality=88)  # PNG knows no quality and ignores it
    return buffer.getvalue()
