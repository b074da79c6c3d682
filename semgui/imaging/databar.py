"""Where the burned-in information bar of a micrograph begins.

A bar is drawn by the microscope's program, not scanned by the beam, and that is how it is found:

1. *Paper.* One grey level owns each of its rows and has no noise; scanned rows are noisy. (Two levels
   side by side count as well. Pictures saved with losses may have ripples near the text.)
2. *Edge.* All columns turn to paper in one and the same row. The rim of a hole, a shadow or a
   particle's outline takes many rows; a single-level line over the full width is the bar's frame and
   belongs to it.
3. *Text.* Several rows have many sharp strokes. Without text there is no bar: black padding after a
   rotation, a white border, a scan that was stopped all stay.
4. *Place.* It is 3 to 30 % of the picture's height and ends in the lowest seventh. It need not end at
   the bottom: ZEISS burns it into the picture with specimen left below, from one row to seventy.
   Everything from the bar's first row down is kept from the classifier.

Text written straight onto the specimen is no bar: nothing can be cropped without losing specimen.

Where the specimen is as black (or white) as the paper, few columns change at the edge; then the text
must be plainer, and the answer is marked uncertain. Where all of the specimen is as black as the paper,
no edge can be seen, and no bar is reported.

The vendor's own tag is believed first. The pixels overrule it only where they are plain: rows of
specimen where the tag sees a bar, or a clear bar that begins elsewhere.
"""

from __future__ import annotations

from semgui.domain.metadata import Databar
from semgui.imaging.databar_rules import Pixels, SeenBar, bar_in_pixels, is_scanned

_SAME = 3  # rows; a tag and the pixels that differ by no more mean the same bar


def find_databar(pixels: Pixels, *, tag_row: int | None = None) -> Databar:
    """Find the first row of the databar.

    Parameters
    ----------
    pixels
        Grey image, shape (H, W), uint8, uint16 or float32.
    tag_row
        First row of the bar as the vendor's metadata tell it; ``None`` where they are silent. A row
        outside the lower half of the picture is a misread tag and ignored.

    Returns
    -------
    Databar
        ``row`` is ``None`` where there is nothing to crop.
    """
    height = pixels.shape[0]
    seen = bar_in_pixels(pixels)
    if tag_row is not None and height // 2 <= tag_row < height and not _refuted(tag_row, seen, pixels):
        return Databar(tag_row, "tag")
    if seen is None:
        return Databar()
    return Databar(seen.row, "pixels", seen.certain)


def _refuted(tag_row: int, seen: SeenBar | None, pixels: Pixels) -> bool:
    """Whether the pixels plainly contradict the tag."""
    if seen is None:
        return is_scanned(pixels, tag_row, pixels.shape[0])
    if seen.row > tag_row + _SAME:
        return is_scanned(pixels, tag_row, seen.row)
    return seen.certain and seen.row < tag_row - _SAME
