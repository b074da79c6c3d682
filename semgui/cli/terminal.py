"""What a terminal gets: names of files may hold anything, even orders to the terminal."""

from __future__ import annotations

import io
import sys
from typing import TextIO

_LAYOUT = "\t\n\r"  # a line of progress goes back to its beginning
_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in _LAYOUT}


_BREAKS = {ord("\n"): "\\n", ord("\r"): "\\r"}


def one_line(text: object) -> str:
    """Return what names may stand in as one line, for people: no name breaks it or writes over it."""
    return str(text).translate(_BREAKS)


class TerminalText(io.TextIOWrapper):
    """Text on its way to a terminal; control characters are shown as escapes instead of being obeyed."""

    def write(self, text: str) -> int:
        """Write what can be seen."""
        super().write(text.translate(_ESCAPES))
        return len(text)


def show_every_name() -> None:
    """Let standard output and standard error show whatever a name holds.

    What there are no letters for becomes an escape rather than an error. Control characters stay as they are
    in pipes and files, where programs read them.
    """
    sys.stdout = _showing(sys.stdout)
    sys.stderr = _showing(sys.stderr)


def _showing(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, TerminalText):
        return stream  # a program without a console has none
    stream.reconfigure(errors="backslashreplace")
    if not stream.isatty():
        return stream
    stream.flush()
    return TerminalText(stream.buffer, stream.encoding, "backslashreplace", line_buffering=True)
