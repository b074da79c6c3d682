"""A class as a sign: its colour and a letter, so that colour is never the only cue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from semgui.domain.ids import ClassId
from semgui.domain.taxonomy import SemClass

_DARK, _LIGHT = QColor("#10141a"), QColor("#ffffff")


@dataclass(frozen=True, slots=True)
class ClassSign:
    """How a class is shown where there is little room.

    Parameters
    ----------
    letters
        One or two, different for every class.
    on_colour
        Colour of letters on the class's own.
    """

    name: str
    letters: str
    colour: QColor
    on_colour: QColor


def signs(classes: Iterable[SemClass]) -> dict[ClassId, ClassSign]:
    """Return the sign of every class."""
    taken: set[str] = set()
    found = {}
    for c in classes:
        letters = _letters(c, taken)
        taken.add(letters)
        colour = QColor(c.colour)
        found[c.id] = ClassSign(c.name, letters, colour, _DARK if _is_bright(colour) else _LIGHT)
    return found


def _letters(c: SemClass, taken: set[str]) -> str:
    """Return the class's key or, without one, the first free pair of letters of its name."""
    if c.shortcut and c.shortcut.upper() not in taken:
        return c.shortcut.upper()
    name = [letter for letter in c.name if letter.isalnum()] or ["?"]
    pairs = (name[0].upper() + second.lower() for second in name[1:])
    free = next((pair for pair in pairs if pair not in taken), None)
    return free or next(f"{n}" for n in range(10, 1000) if f"{n}" not in taken)


def _is_bright(colour: QColor) -> bool:
    return 0.299 * colour.red() + 0.587 * colour.green() + 0.114 * colour.blue() > 140


def paint_sign(
    painter: QPainter, box: QRectF, sign: ClassSign, font: QFont, *, hollow: QColor | None = None
) -> None:
    """Paint a sign: filled for what people said, hollow for what only the model says.

    Parameters
    ----------
    hollow
        Colour of the letters of a hollow sign, readable on what is behind it; ``None``: it is filled.
    """
    painter.setPen(QPen(sign.colour, 1.5))
    painter.setBrush(sign.colour if hollow is None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 3, 3)
    painter.setFont(font)
    painter.setPen(hollow or sign.on_colour)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign.letters)
