"""Why a picture cannot be read, before anybody knows the file's name."""

from __future__ import annotations


class BadImageError(Exception):
    """Raised by the decoders; the reader turns it into an `UnreadableImageError` with the path.

    The text is half a sentence that may follow "PATH: ".
    """


class TruncatedError(BadImageError):
    """The file ends before the picture does."""

    def __init__(self, where: str = "in the middle of the picture") -> None:
        super().__init__(f"the file ends {where} (truncated copy?); copy it again from the microscope")
