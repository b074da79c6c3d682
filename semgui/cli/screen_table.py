"""Predictions as a table on a terminal, row by row."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from semgui.cli.terminal import one_line

_PATH_WIDTH = 48
_CLASS_WIDTH = 28


class ScreenTable:
    """Prints path, class, confidence, novelty and status, with the probabilities left to the files.

    Parameters
    ----------
    stream
        The terminal.
    make_room
        Called before each line: takes away what else stands on the last one.
    """

    def __init__(self, stream: TextIO, make_room: Callable[[], None]) -> None:
        self._stream = stream
        self._make_room = make_room
        self._line("image", "class", "conf.", "novelty", "status")

    def write(self, row: dict[str, Any]) -> None:
        """Print one row of `semgui.exchange.predictions.as_row`."""
        path = _short(row["path"])
        if row["error"] is not None:
            self._print(f"{path:<{_PATH_WIDTH}}  {row['error']}")
            return
        self._line(path, row["predicted"], f"{row['confidence']:.0%}", f"{row['novelty']:.2f}", row["status"])
        for known in filter(None, (row.get("nearest") or "").split("; ")):
            self._print(f"    like {known}")

    def _line(self, path: str, predicted: str, confidence: str, novelty: str, status: str) -> None:
        self._print(
            f"{path:<{_PATH_WIDTH}}  {predicted:<{_CLASS_WIDTH}} {confidence:>5}  {novelty:>7}  {status}"
        )

    def _print(self, line: str) -> None:
        self._make_room()
        print(one_line(line), file=self._stream, flush=True)


def _short(path: str) -> str:
    """Return a path relative to the working folder where it lies below it, its end if it is long."""
    shown = path
    if Path(path).is_relative_to(Path.cwd()):
        shown = os.path.relpath(path)
    return shown if len(shown) <= _PATH_WIDTH else "…" + shown[1 - _PATH_WIDTH :]
