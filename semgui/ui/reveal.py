"""Showing a file where the system keeps files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def open_folder(folder: Path) -> bool:
    """Open a folder in the system's file manager.

    Returns
    -------
    bool
        Whether the system could be asked.
    """
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def reveal(path: Path) -> bool:
    """Open the folder of a file in the system's file manager, with the file chosen where that is possible.

    Returns
    -------
    bool
        Whether the system could be asked.
    """
    if sys.platform == "win32":
        subprocess.Popen(["explorer", "/select,", str(path)])
        return True
    if sys.platform == "darwin":
        subprocess.Popen(["open", "-R", str(path)])
        return True
    return open_folder(path.parent)
