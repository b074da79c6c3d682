"""Draw the curves of docs/performance.md from what the benches wrote: ``python -m tests.bench.curves``.

Plain SVG without a library: the files stay small, readable and the same for the same numbers.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from tests.bench.results import FOLDER

TARGET = Path(__file__).resolve().parents[2] / "docs" / "images"

_WIDTH, _HEIGHT = 640, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 190, 32, 44
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9")  # Okabe and Ito
_GREY = "#808080"  # readable on white and on black


@dataclass(frozen=True)
class Series:
    """One line of a chart."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True)
class Chart:
    """Lines over one axis; `logarithmic` is that of x."""

    title: str
    x_label: str
    y_label: str
    series: Sequence[Series]
    logarithmic: bool = False

    def svg(self) -> str:
        """Return the drawing."""
        top = _nice(max(max(s.y) for s in self.series))
        low = min(min(s.x) for s in self.series)
        high = max(max(s.x) for s in self.series)
        parts = [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
                f'font-family="sans-serif" font-size="12" fill="{_GREY}">'
            ),
            f'<text x="{_LEFT}" y="18" font-weight="bold">{escape(self.title)}</text>',
            (
                f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 6}" text-anchor="middle">'
                f"{escape(self.x_label)}</text>"
            ),
            (
                f'<text transform="translate(14 {(_TOP + _HEIGHT - _BOTTOM) / 2}) rotate(-90)" '
                f'text-anchor="middle">{escape(self.y_label)}</text>'
            ),
        ]
        for step in range(5):
            value = top * step / 4
            y = self._y(value, top)
            parts.append(
                f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="{_GREY}" stroke-opacity=".3"/>'
                f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>'
            )
        for value in self._ticks(low, high):
            x = self._x(value, low, high)
            parts.append(
                f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{value:,.0f}</text>'
            )
        for number, series in enumerate(self.series):
            parts += self._line(series, _COLOURS[number % len(_COLOURS)], number, (low, high, top))
        return "\n".join([*parts, "</svg>\n"])

    def _line(
        self, series: Series, colour: str, number: int, extent: tuple[float, float, float]
    ) -> list[str]:
        low, high, top = extent
        points = [(self._x(x, low, high), self._y(y, top)) for x, y in zip(series.x, series.y, strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        name = f'<text x="{_WIDTH - _RIGHT + 10}" y="{_TOP + 8 + 18 * number}" fill="{colour}">'
        return [
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
            *(dots if len(points) < 12 else []),
            f"{name}{escape(series.name)}</text>",
        ]

    def _x(self, value: float, low: float, high: float) -> float:
        if self.logarithmic:
            value, low, high = math.log(value), math.log(low), math.log(high)
        return _LEFT + (value - low) / ((high - low) or 1) * (_WIDTH - _LEFT - _RIGHT)

    def _y(self, value: float, top: float) -> float:
        return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM)

    def _ticks(self, low: float, high: float) -> list[float]:
        if self.logarithmic:
            return sorted({x for series in self.series for x in series.x})
        return [low + (high - low) * step / 4 for step in range(5)]


def _nice(value: float) -> float:
    """Return the next round number, divisible by four."""
    step = 10 ** math.floor(math.log10(max(value, 1e-9)))
    return next(step * k for k in (1, 2, 4, 6, 8, 10, 20) if step * k >= value)


def charts(folder: Path) -> dict[str, Chart]:
    """Return the charts for which there are numbers, by the name of their file."""
    found: dict[str, Chart] = {}
    memory = _read(folder / "memory.json")
    if memory:
        found["performance-memory"] = Chart(
            "Memory of the window while it is used",
            "times",
            "MB resident",
            [
                Series("image switches", memory["switching"]["counts"], memory["switching"]["megabytes"]),
                Series("scroll bar jumps", memory["scrolling"]["counts"], memory["scrolling"]["megabytes"]),
            ],
        )
    scale = _read(folder / "scale.json")
    if scale:
        sizes = [float(n) for n in scale["sizes"]]
        for name, chart in scale["charts"].items():
            series = [Series(label, sizes, values) for label, values in chart["series"].items()]
            if not series:  # a size is missing yet
                continue
            found[f"performance-{name}"] = Chart(
                chart["title"], "images in the project", chart["unit"], series, logarithmic=True
            )
    return found


def _read(file: Path) -> dict[str, dict]:
    return json.loads(file.read_text()) if file.is_file() else {}


def main() -> None:
    """Write every chart for which there are numbers."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, chart in charts(FOLDER).items():
        file = TARGET / f"{name}.svg"
        file.write_text(chart.svg(), encoding="utf-8")
        sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main()
