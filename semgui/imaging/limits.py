"""How large a picture may be before it is refused unread."""

from __future__ import annotations

from dataclasses import dataclass

from semgui.imaging.failures import BadImageError

DEFAULT_MAX_PIXELS = 400_000_000
DEFAULT_MAX_DECODED_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """Bounds that hold before anything is decoded.

    Parameters
    ----------
    max_pixels
        Largest width × height × channels of one picture.
    max_decoded_bytes
        Largest sum of memory that all pictures being decoded in this process may take at once.
    """

    max_pixels: int = DEFAULT_MAX_PIXELS
    max_decoded_bytes: int = DEFAULT_MAX_DECODED_BYTES


def check_size(width: int, height: int, channels: int, limits: DecodeLimits) -> None:
    """Refuse a picture by what its header says, before a byte of it is decoded.

    Raises
    ------
    BadImageError
        If a side is not positive or the picture holds more samples than the limit.
    """
    if width <= 0 or height <= 0 or channels <= 0:
        raise BadImageError(f"its header says {width} × {height} pixels: there is no picture in it")
    if width * height * channels > limits.max_pixels:
        times = f" × {channels} channels" if channels > 1 else ""
        raise BadImageError(
            f"{width} × {height} pixels{times} are more than the limit of "
            f"{limits.max_pixels / 1e6:g} million; raise the limit in the settings to open it"
        )
