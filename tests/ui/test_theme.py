"""Text can be read in both themes, and what is chosen or focused is not told by colour alone."""

from __future__ import annotations

import re

import pytest

from semgui.ui.theme import DARK, LIGHT, Theme, style_sheet

_TEXTS = ("text", "dim", "warning", "danger", "good")
_GROUNDS = ("window", "panel", "raised")


def _luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_that_of_wcag() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_every_text_stands_out_from_every_ground(theme: Theme) -> None:
    pairs = [(text, ground) for text in _TEXTS for ground in _GROUNDS] + [("on_accent", "accent")]
    contrasts = {(t, g): _contrast(getattr(theme, t), getattr(theme, g)) for t, g in pairs}
    assert {pair: round(value, 2) for pair, value in contrasts.items() if value < 4.5} == {}


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_ring_of_the_focus_stands_out_from_what_it_lies_on(theme: Theme) -> None:
    # 3:1 is what WCAG asks of parts of a control.
    assert min(_contrast(theme.accent, getattr(theme, ground)) for ground in _GROUNDS) >= 3
    sheet = style_sheet(theme)
    for control in ("QLineEdit", "QComboBox", "QPushButton", "QToolButton", "QTreeView", "QTableView"):
        assert re.search(rf"{control}:focus[^}}]*{theme.accent}", sheet), control
