"""A confusion matrix as a file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from semgui.domain.errors import SemguiError
from semgui.exchange.atomic import atomic_text
from trainer.files import write_atomically


def write_table(rows: Sequence[Sequence[str]], path: Path) -> None:
    """Write a matrix with its names as CSV; a `SemguiError` if that fails."""
    with atomic_text(path) as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def write_picture(image: QImage, path: Path) -> None:
    """Write a picture as PNG; a `SemguiError` if that fails."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    try:
        write_atomically(path, bytes(buffer.data()))
    except OSError as error:
        raise SemguiError(f"{path}: the file cannot be written ({error.strerror}).") from None
