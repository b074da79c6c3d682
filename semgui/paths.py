"""Where things lie: the platform's own folders, or one folder named by ``SEMGUI_HOME``.

Where a folder cannot be made, the functions raise `SemguiError` with a sentence.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from semgui.domain.errors import SemguiError

_HOME_VARIABLE = "SEMGUI_HOME"


def _home() -> Path | None:
    value = os.environ.get(_HOME_VARIABLE)
    return Path(value).expanduser().resolve() if value else None


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
