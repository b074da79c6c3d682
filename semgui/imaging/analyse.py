"""Everything that scan, classification, thumbnails and heatmaps need of a file, in one decode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from semgui.domain.metadata import ContrastLimits, Databar
from semgui.imaging.colour import chroma
from semgui.imaging.contrast import contrast_limits
from semgui.imaging.databar import find_databar
from semgui.imaging.limits import DecodeLimits
from semgui.imaging.reader import ImageInfo, open_image

_DEFAULT_LIMITS = DecodeLimits()


@dataclass(frozen=True, slots=True)
class Analysed:
    """A decoded picture with its databar and contrast.

    Parameters
    ----------
    info
        Header and metadata.
    pixels
        (H, W) grey, as in `DecodedImage`.
    databar
        Where the burned-in bar begins.
    contrast
        Grey values of the specimen to show as black and white.
    chroma
        How colourful the specimen is, see `semgui.imaging.colour.chroma`; 0 for a picture stored grey.
    """

    info: ImageInfo
    pixels: NDArray[Any]
    databar: Databar
    contrast: ContrastLimits
    chroma: float = 0.0


@contextmanager
def analyse(
    path: Path,
    *,
    root: Path | None = None,
    databar: Databar | None = None,
    contrast: ContrastLimits | None = None,
    limits: DecodeLimits = _DEFAULT_LIMITS,
) -> Iterator[Analysed]:
    """Decode a picture and find what is not known yet about it.

    Parameters
    ----------
    path, root, limits
        As for `semgui.imaging.reader.open_image`.
    databar
        A databar known already, the user's for instance; ``None``: look for it.
    contrast
        Limits known already; ``None``: compute them.

    Raises
    ------
    UnreadableImageError
        As for `semgui.imaging.reader.read_info`.
    """
    with open_image(path, root=root, limits=limits) as decoded:
        info, pixels = decoded.info, decoded.pixels
        if databar is None:
            databar = find_databar(pixels, tag_row=info.metadata.databar_row)
        if contrast is None:
            contrast = contrast_limits(pixels, databar_row=databar.row)
        above = 1.0 if databar.row is None else databar.row / len(pixels)
        yield Analysed(info, pixels, databar, contrast, chroma(decoded.colours, above))


def analysed_picture(
    path: Path,
    root: Path | None,
    databar: Databar | None,
    contrast: ContrastLimits | None,
    limits: DecodeLimits,
) -> Analysed:
    """Decode one picture for the screen; outside the memory bound once it is returned.

    Parameters and errors as for `analyse`; all by position, for `semgui.imaging.decoders`.
    """
    with analyse(path, root=root, databar=databar, contrast=contrast, limits=limits) as analysed:
        return analysed
