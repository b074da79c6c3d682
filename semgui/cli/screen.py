"""Whether a window can be shown, found out without loading Qt, which ends the process where it cannot."""

from __future__ import annotations

import os
import re
import socket
import sys

_SECONDS = 3.0
_X_PORT = 6000


def screen_available() -> bool:
    """Return whether there is a screen to open a window on."""
    if not sys.platform.startswith("linux"):
        return True
    # Qt can be told to draw without a display server, or to ask another one than X.
    if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM", "xcb") != "xcb":
        return True
    match = re.fullmatch(r"(?P<host>[^:/]*):(?P<number>\d+)(\.\d+)?", os.environ.get("DISPLAY", ""))
    if match is None:
        return False
    number = int(match["number"])
    if match["host"] in {"", "unix"}:
        return _answers(f"/tmp/.X11-unix/X{number}") or _answers(f"\0/tmp/.X11-unix/X{number}")  # noqa: S108
    try:
        socket.create_connection((match["host"], _X_PORT + number), timeout=_SECONDS).close()
    except OSError:
        return False
    return True


def _answers(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_SECONDS)
        try:
            connection.connect(address)
        except OSError:
            return False
    return True
