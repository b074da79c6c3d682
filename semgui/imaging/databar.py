"""Where the burned-in information bar of a micrograph begins.

A bar is drawn by the microscope's software, not by the beam. So one grey level owns each of its
rows (paper), with a second level for the text (ink), while rows of specimen are noisy. The paper
begins at one and the same row over the full width, text stands on it, and it reaches the bottom of
the picture or nearly so (ZEISS leaves a few rows of specimen under its bar). Where the vendor's own
tag tells the row, the tag is believed unless the pixels clearly say otherwise.
"""

from __future__ import annotations

from semgui.domain.metadata import Databar
from semgui.imaging.databar_rules import Pixels, bar_in_pixels

_TAG_TOLERANCE = 12  # rows by which a tag may be off before we call it another bar


def find_databar(pixels: Pixels, *, tag_row: int | None = None) -> Databar:
    """Find the first row of the databar.

    Parameters
    ----------
    pixels
        Grey image, shape (H, W), uint8, uint16 or float32.
    tag_row
        First row of the bar as the vendor's metadata tell it; ``None`` where they are silent.

    Returns
    -------
    Databar
        ``row`` is ``None`` where there is nothing to crop.
    """
    seen = bar_in_pixels(pixels)
    if tag_row is not None and 0 < tag_row < pixels.shape[0]:
        if seen is not None and seen.certain and 0 < abs(seen.row - tag_row) <= _TAG_TOLERANCE:
            return Databar(seen.row, "tag")
        return Databar(tag_row, "tag")
    if seen is None:
        return Databar()
    return Databar(seen.row, "pixels", seen.certain)
