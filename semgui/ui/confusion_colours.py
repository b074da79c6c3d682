"""Colours of the cells of a confusion matrix, and of what is written on them."""

from __future__ import annotations

from PySide6.QtGui import QColor

from semgui.ui.theme import Theme
from semgui.viewmodels.confusion_matrix import Kind, Shade

_FAINTEST = 0.10  # a single image is still seen


def colour_of(shade: Shade, theme: Theme) -> QColor:
    """Return the colour of a cell: the theme's accent for what is right, its danger for what is not.

    Blue and red of different lightness on neutral grey: told apart with any colour vision.
    """
    ground = QColor(theme.panel)
    if shade.kind is Kind.NOTHING:
        return ground
    full = QColor(theme.accent if shade.kind is Kind.RIGHT else theme.danger)
    share = _FAINTEST + (1 - _FAINTEST) * shade.strength
    return QColor.fromRgbF(
        *(g + (f - g) * share for g, f in zip(ground.getRgbF()[:3], full.getRgbF()[:3], strict=True))
    )


def readable_on(ground: QColor, theme: Theme) -> QColor:
    """Return the darkest or the lightest ink of a theme, whichever contrasts more with a ground."""
    inks = (QColor(theme.text), QColor(theme.window))
    return max(inks, key=lambda ink: _contrast(ink, ground))


def _contrast(one: QColor, other: QColor) -> float:
    """Contrast of two colours as the Web Content Accessibility Guidelines 2.1 define it, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
