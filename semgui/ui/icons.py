"""Icons from the Material Design font, in the theme's colours."""

from __future__ import annotations

from fonticon_mdi7 import MDI7
from PySide6.QtGui import QIcon
from superqt.fonticon import IconOpts, icon

from semgui.ui.theme import Theme


def themed(name: str, theme: Theme) -> QIcon:
    """Return the icon ``name`` (as in `fonticon_mdi7.MDI7`), dim where its action is disabled."""
    return icon(
        getattr(MDI7, name),
        color=theme.text,
        states={"disabled": IconOpts(color=theme.line)},
    )
