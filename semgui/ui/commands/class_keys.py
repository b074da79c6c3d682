"""The keys of the classes: a digit or a letter labels what is chosen."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from semgui.domain.taxonomy import SemClass
from semgui.texts import tr
from semgui.ui.actions import CLASS_KEY, ActionInfo, Context

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_KEYS = "1234567890" + string.ascii_lowercase


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return an action for every key that a class can have; those that none has are not shown."""
    labels = w.session.labels

    def keyed(key: str) -> ActionInfo:
        def sem_class() -> SemClass | None:
            return next((c for c in labels.taxonomy.active if c.shortcut == key), None)

        def words() -> str:
            found = sem_class()
            return found.name.replace("&", "&&") if found else ""

        def assign() -> None:
            found = sem_class()
            if found is not None:
                w.assign(found.id)

        return ActionInfo(
            f"{CLASS_KEY}{key}",
            words,
            "Label",
            assign,
            (key,),
            enabled=lambda: w.can_label() and sem_class() is not None,
            visible=lambda: sem_class() is not None,
            context=(Context.THUMBNAILS,),
            tip=lambda: tr("Label what is chosen as this class"),
        )

    return tuple(keyed(key) for key in _KEYS)
