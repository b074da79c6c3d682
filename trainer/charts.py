"""Charts of a report as SVG. NumPy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from trainer.reliability import Reliability

_RIGHT, _WRONG = "#0072b2", "#d55e00"  # Okabe–Ito blue and vermilion
_EDGE, _LEFT, _BOTTOM = 260, 58, 44
_APART = 15  # between two lines of text


def reliability_diagram(found: Reliability) -> str:
    """Draw accuracy over confidence, the area of a dot growing with the images in it."""
    biggest = max(int(found.count.max(initial=1)), 1)
    dots = "".join(
        f'<circle cx="{_x(c):.1f}" cy="{_y(a):.1f}" r="{3 + 9 * np.sqrt(n / biggest):.1f}" '
        f'fill="{_RIGHT}" fill-opacity=".75"><title>confidence {c:.2f}, accuracy {a:.2f}, {n} images'
        "</title></circle>"
        for c, a, n in zip(found.confidence, found.accuracy, found.count, strict=True)
    )
    ideal = (
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="currentColor" '
        'stroke-dasharray="4 4" stroke-opacity=".5"/>'
    )
    return _plot("confidence", "accuracy", ideal + dots)


def accuracy_over_coverage(confidence: Sequence[float], right: Sequence[bool]) -> str:
    """Draw the accuracy of the surest images over their share of all (a risk-coverage curve).

    Parameters
    ----------
    confidence, right
        Of each image, in any order.
    """
    order = np.argsort(-np.asarray(confidence), kind="stable")
    hits = np.cumsum(np.asarray(right)[order])
    count = np.arange(1, len(order) + 1)
    keep = np.unique(np.linspace(0, len(order) - 1, min(len(order), 200)).astype(int))
    points = " ".join(f"{_x(count[i] / len(order)):.1f},{_y(hits[i] / count[i]):.1f}" for i in keep)
    line = f'<polyline points="{points}" fill="none" stroke="{_RIGHT}" stroke-width="2"/>'
    return _plot("share of images, the surest first", "accuracy among them", line)


def curves(
    across: str,
    up: str,
    series: Mapping[str, Sequence[float | None]],
    marked: int = 0,
    top: float | None = None,
) -> str:
    """Draw up to two curves over 1, 2, 3, …, from 0 upwards, named at their ends; ``None`` is left out.

    Parameters
    ----------
    across, up
        Names of the axes.
    series
        Name of a curve to its values.
    marked
        Where a vertical line stands; 0: nowhere.
    top
        Of the axis; ``None``: what the values need.
    """
    last = max((len(values) for values in series.values()), default=1)
    highest = max((v for values in series.values() for v in values if v is not None), default=1.0)
    top = top or _round_up(highest)

    def x(number: int) -> float:
        return _x((number - 1) / max(last - 1, 1))

    drawn, names = [], []
    for (name, values), colour in zip(series.items(), (_RIGHT, _WRONG), strict=False):
        points = [(x(i), _y(v / top)) for i, v in enumerate(values, 1) if v is not None]
        if not points:
            continue
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5" fill="{colour}"/>' for a, b in points]
        names.append((points[-1][1], name, colour))
    drawn += _end_labels(names)
    if marked:
        drawn.append(
            f'<line x1="{x(marked):.1f}" y1="{_y(0)}" x2="{x(marked):.1f}" y2="{_y(1)}" '
            'stroke="currentColor" stroke-dasharray="4 4" stroke-opacity=".5"/>'
        )
    below = {x(n): str(n) for n in (1, (1 + last) // 2, last)}
    beside = {_y(v): f"{v * top:g}" for v in (0.0, 0.5, 1.0)}
    return _frame(across, up, "".join(drawn), below, beside, right=80)


def _end_labels(names: Sequence[tuple[float, str, str]]) -> list[str]:
    """Name curves right of the frame, at their last heights but not over each other."""
    lowest, found = float(-_APART), []
    for height, name, colour in sorted(names):
        lowest = max(height, lowest + _APART)
        found.append(
            f'<text x="{_x(1) + 8:.1f}" y="{lowest + 4:.1f}" style="fill: {colour}">{escape(name)}</text>'
        )
    return found


def bars(names: Sequence[str], values: Sequence[float], notes: Sequence[str]) -> str:
    """Draw one bar from 0 to 1 for each name, with a note behind it."""
    height, width = 22, 300
    left = 8 * max((len(name) for name in names), default=0) + 12
    rows = "".join(
        f'<text x="{left - 8}" y="{i * height + 15}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="{left}" y="{i * height + 4}" width="{width * value:.1f}" height="{height - 8}" '
        f'fill="{_WRONG if value < 0.5 else _RIGHT}"/>'
        f'<text x="{left + width * value + 6:.1f}" y="{i * height + 15}">{escape(text)}</text>'
        for i, (name, value, text) in enumerate(zip(names, values, notes, strict=True))
    )
    return _svg(left + width + 160, height * len(names), rows)


def _x(value: float) -> float:
    return _LEFT + _EDGE * value


def _y(value: float) -> float:
    return 8 + _EDGE * (1 - value)


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 5, 10, … at or above a value."""
    if value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9)))


def _plot(across: str, up: str, content: str) -> str:
    """Draw the unit square."""
    marks = (0.0, 0.5, 1.0)
    return _frame(across, up, content, {_x(v): f"{v:g}" for v in marks}, {_y(v): f"{v:g}" for v in marks})


def _frame(
    across: str,
    up: str,
    content: str,
    below: Mapping[float, str],
    beside: Mapping[float, str],
    right: float = 16,
) -> str:
    """Draw axes with their marks, by where they stand, around something."""
    frame = (
        f'<rect x="{_LEFT}" y="8" width="{_EDGE}" height="{_EDGE}" fill="none" stroke="currentColor" '
        'stroke-opacity=".4"/>'
    )
    ticks = "".join(
        f'<text x="{x:.1f}" y="{_y(0) + 16:.1f}" text-anchor="middle">{text}</text>'
        for x, text in below.items()
    ) + "".join(
        f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{text}</text>' for y, text in beside.items()
    )
    middle = 8 + _EDGE / 2
    names = (
        f'<text x="{_x(0.5)}" y="{_y(0) + 34:.1f}" text-anchor="middle">{escape(across)}</text>'
        f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">{escape(up)}'
        "</text>"
    )
    return _svg(_LEFT + _EDGE + right, _EDGE + _BOTTOM + 8, frame + ticks + names + content)


def _svg(width: float, height: float, content: str) -> str:
    return (
        f'<svg role="img" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}">'
        f"{content}</svg>"
    )
