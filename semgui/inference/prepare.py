"""From a file to the canonical image that the network sees."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.thumbnails import make_thumbnail
from semgui.domain.errors import UnreadableImageError
from semgui.domain.metadata import ContrastLimits, Databar
from semgui.imaging.analyse import Analysed, analyse
from semgui.imaging.limits import DecodeLimits
from trainer.preprocess import PreprocessParams, canonical


@dataclass(frozen=True, slots=True)
class Source:
    """An image to look at, and what is known of it already.

    Parameters
    ----------
    path
        The file.
    root
        The opened folder, outside of which nothing is read; ``None`` if the file itself was named.
    databar, contrast
        Known already, from the catalogue or the user; ``None``: find out.
    thumbnail
        Whether a thumbnail is wanted, too: it costs no second decode.
    """

    path: Path
    root: Path | None = None
    databar: Databar | None = None
    contrast: ContrastLimits | None = None
    thumbnail: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the network needs of an image, and where it came from.

    Parameters
    ----------
    source
        The image.
    pixels
        The canonical image, (E, E) uint8.
    height, width
        Of the full picture.
    databar
        What was kept from the network.
    contrast
        The stretch that it was shown with.
    chroma
        How colourful the specimen is in the file.
    thumbnail
        JPEG if the source wants one, else empty.
    """

    source: Source
    pixels: NDArray[np.uint8]
    height: int
    width: int
    databar: Databar
    contrast: ContrastLimits
    chroma: float = 0.0
    thumbnail: bytes = b""


def prepare(source: Source, params: PreprocessParams, limits: DecodeLimits) -> Prepared:
    """Decode an image and make it canonical.

    Raises
    ------
    UnreadableImageError
        For any bad file.
    """
    with analyse(
        source.path, root=source.root, databar=source.databar, contrast=source.contrast, limits=limits
    ) as analysed:
        return prepared_of(source, analysed, params)


def prepared_of(source: Source, analysed: Analysed, params: PreprocessParams) -> Prepared:
    """Make a decoded picture canonical.

    Raises
    ------
    UnreadableImageError
        If its databar leaves nothing to look at.
    """
    if analysed.databar.row == 0:
        raise UnreadableImageError(source.path, "the databar covers the whole picture; move the crop line")
    pixels = canonical(
        analysed.pixels,
        crop_row=analysed.databar.row,
        low=analysed.contrast.low,
        high=analysed.contrast.high,
        params=params,
    )
    height, width = analysed.pixels.shape
    thumbnail = make_thumbnail(analysed.pixels, analysed.contrast) if source.thumbnail else b""
    return Prepared(
        source, pixels, height, width, analysed.databar, analysed.contrast, analysed.chroma, thumbnail
    )
