"""The keys in the user guide are those of the table of actions."""

from __future__ import annotations

import os
import re
from pathlib import Path

from semgui.ui.key_sheet import key_sheet, sheet_markdown

_GUIDE = Path(__file__).parents[2] / "docs" / "user-guide.md"
_TABLE = re.compile(r"(<!-- keys:[^>]*-->\n)(.*?)(<!-- end of keys -->)", re.DOTALL)
_WRITE = "SEMGUI_WRITE_GUIDE"


def test_the_guide_has_the_keys_of_the_window(open_window) -> None:
    table = sheet_markdown(key_sheet(open_window().window.actions_)) + "\n"
    guide = _GUIDE.read_text(encoding="utf-8")
    if os.environ.get(_WRITE):
        guide = _TABLE.sub(lambda found: f"{found[1]}{table}{found[3]}", guide)
        _GUIDE.write_text(guide, encoding="utf-8")
    found = _TABLE.search(guide)
    assert found is not None
    assert found[2] == table, f"write it anew: {_WRITE}=1 .venv/bin/python -m pytest {Path(__file__).name}"
