"""Showing a file in a program of the system: every way out of the window goes through here.

Such a program must not get the libraries of our bundle: a file manager that loads our Qt ends at once.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from semgui.processes import libraries_of_the_system


def open_with_system(path: Path) -> bool:
    """Open a folder in the system's file manager, or a file in the program that the system opens it with.

    Returns
    -------
    bool
        Whether the system could be asked.
    """
    with libraries_of_the_system():
        return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


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
        with libraries_of_the_system():
            subprocess.Popen(["open", "-R", str(path)])
        return True
    return open_with_system(path.parent)
