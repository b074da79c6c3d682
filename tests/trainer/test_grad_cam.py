"""What importing grad-cam drags in."""

from __future__ import annotations

import subprocess
import sys


def run(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


def test_drawing_and_opencv_are_not_imported_and_are_there_afterwards():
    run(
        "import sys, trainer.explain;"
        "assert not [m for m in sys.modules if m.split('.')[0] in ('matplotlib', 'cv2')];"
        "from matplotlib.lines import Line2D; Line2D([0], [0]);"
        "import cv2; cv2.GaussianBlur"
    )


def test_what_the_window_imports_behind_never_touches_the_path_of_modules():
    """A decoder that is started at that moment would inherit it, and find other modules by known names."""
    run(
        "import sys\n"
        "before, touched = list(sys.path), []\n"
        "def look(event, _):\n"
        "    if event == 'import' and sys.path != before:\n"
        "        touched.append(sys.path)\n"
        "sys.addaudithook(look)\n"
        "import semgui.inference.folding, semgui.inference.onnx_backbone, trainer.explain, trainer.models\n"
        "assert not touched, touched[0]\n"
    )
