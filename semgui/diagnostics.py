"""All that somebody who helps would ask for, as one text to paste; nothing is sent anywhere."""

from __future__ import annotations

import getpass
from collections import deque
from datetime import datetime
from pathlib import Path

from semgui.doctor import Finding, examine
from semgui.logs import crash_files, log_file
from semgui.settings import flat, load_settings

_LAST_LINES = 60
_NOT_TOLD = ("annotator", "window.recent_", "window.layout", "live.projects")  # whose, and what they work on


def diagnostics() -> str:
    """Return what the doctor finds, settings, and the ends of the log and of the last crash.

    Takes seconds. The user's home folder and name are left out, and so are names of projects in settings.
    """
    parts = [
        f"SEMGui, {datetime.now().astimezone():%Y-%m-%d %H:%M %z}",
        "\n".join(_line(finding) for finding in examine()),
        "settings\n" + "\n".join(_settings()),
        f"end of the log\n{_end(log_file())}",
    ]
    parts += [f"last crash, {file.stem}\n{_end(file)}" for file in crash_files()[:1]]
    return _without_person("\n\n".join(parts)) + "\n"


def _line(finding: Finding) -> str:
    line = f"{'!' if finding.problem else ' '} {finding.topic:<20} {finding.value}"
    return line if finding.problem is None else f"{line}\n    {finding.problem}"


def _settings() -> list[str]:
    values = flat(load_settings()).items()
    return [f"  {name} = {value}" for name, value in values if not name.startswith(_NOT_TOLD)]


def _end(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            return "".join(f"  {line}" for line in deque(lines, _LAST_LINES)).rstrip() or "  (empty)"
    except OSError:
        return "  (none)"


def _without_person(text: str) -> str:
    text = text.replace(str(Path.home()), "~")
    try:
        name = getpass.getuser()
    except (ImportError, KeyError, OSError):
        return text
    return text.replace(f"/{name}/", "/USER/").replace(f"\\{name}\\", "\\USER\\")
