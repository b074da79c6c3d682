"""What the benches measured, kept for the curves in docs/performance.md: ``build/bench/NAME.json``."""

from __future__ import annotations

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
