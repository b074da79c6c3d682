"""What the benches measured, kept for the curves in docs/performance.md: ``build/bench/NAME.json``."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "build" / "bench"


def record(name: str, values: dict[str, Any]) -> None:
    """Write what a bench found, with the machine it was found on; replaces an earlier run."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    machine = {
        "python": platform.python_version(),
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 1),
    }
    (FOLDER / f"{name}.json").write_text(json.dumps({"machine": machine, **values}, indent=1))


def record_size(
    count: int, unit_and_title: dict[str, tuple[str, str]], values: dict[str, dict[str, float]]
) -> None:
    """Add what was found in a project of `count` images to ``scale.json``, whose curves go over the sizes.

    Parameters
    ----------
    unit_and_title
        By the name of the chart.
    values
        By the name of the chart, then of the line.
    """
    file = FOLDER / "scale.json"
    kept = json.loads(file.read_text()) if file.is_file() else {"sizes": [], "found": {}, "charts": {}}
    kept["found"].setdefault(str(count), {}).update(
        {f"{chart}|{name}": value for chart, lines in values.items() for name, value in lines.items()}
    )
    kept["sizes"] = sorted(int(size) for size in kept["found"])
    for chart, (unit, title) in unit_and_title.items():
        names = list(values[chart])
        series = {
            name: [kept["found"][str(size)].get(f"{chart}|{name}") for size in kept["sizes"]]
            for name in names
        }
        whole = {name: line for name, line in series.items() if None not in line}
        kept["charts"][chart] = {"title": title, "unit": unit, "series": whole}
    kept["when"] = dt.datetime.now(dt.UTC).isoformat(timespec="minutes")
    record("scale", {key: value for key, value in kept.items() if key != "machine"})
