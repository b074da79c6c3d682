"""Where things lie: the folders of the platform, the one named by ``SEMGUI_HOME``, or one beside the program.

Where a folder cannot be made, the functions raise `SemguiError` with a sentence.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from pathlib import Path

import platformdirs

from semgui.domain.errors import SemguiError
from semgui.processes import is_frozen

PORTABLE = "portable-data"
"""Folder that keeps everything of the user beside a frozen application, on a USB stick for instance."""

_HOME_VARIABLE = "SEMGUI_HOME"


def _home() -> Path | None:
    value = os.environ.get(_HOME_VARIABLE)
    if not value:
        return portable_home()
    return Path(os.path.realpath(os.path.expanduser(value)))  # noqa: PTH111  unlike Path's, they never raise


def portable_home() -> Path | None:
    """Folder beside the executable of a frozen application that makes it portable; ``None`` if it is not."""
    if not is_frozen():
        return None
    beside = Path(sys.executable).resolve().parent / PORTABLE
    return beside if beside.is_dir() else None


def config_dir() -> Path:
    """Folder of the settings; made if missing."""
    return _made(_home(), "config", platformdirs.user_config_path("semgui", appauthor=False))


def cache_dir() -> Path:
    """Folder of what can be made again (thumbnails); made if missing."""
    return _made(_home(), "cache", platformdirs.user_cache_path("semgui", appauthor=False))


def data_dir() -> Path:
    """Folder of what the user added (models, weights); made if missing."""
    return _made(_home(), "data", platformdirs.user_data_path("semgui", appauthor=False))


def log_dir() -> Path:
    """Folder of the logs; made if missing."""
    return _made(_home(), "logs", platformdirs.user_log_path("semgui", appauthor=False))


def resources_dir() -> Path:
    """Folder of what is shipped: beside the packages in a checkout, inside ``semgui`` when installed."""
    here = Path(__file__).resolve().parent
    installed = here / "_resources"
    return installed if installed.is_dir() else here.parent / "resources"


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder, those of links not counted; some may go meanwhile."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                status = Path(place, name).lstat()
                total += status.st_size if stat.S_ISREG(status.st_mode) else 0
    return total


def _made(home: Path | None, name: str, platform_path: Path) -> Path:
    folder = home / name if home else platform_path
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SemguiError(
            f"{folder}: this folder cannot be made ({reason}); "
            "set SEMGUI_HOME to a folder where you may write."
        ) from None
    return folder
