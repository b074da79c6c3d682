"""What importing grad-cam drags in."""

from __future__ import annotations

import subprocess
import sys


def test_drawing_is_not_imported_and_is_there_afterwards():
    code = (
        "import sys, trainer.explain;"
        "assert not [m for m in sys.modules if m.startswith('matplotlib')];"
        "from matplotlib.lines import Line2D; Line2D([0], [0])"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
