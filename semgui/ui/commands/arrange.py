"""How the thumbnails are arranged and chosen."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from semgui.catalogue.query import Key
from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo
from semgui.ui.arrange_bar import GROUPS, ORDERS
from semgui.viewmodels.filters import KEY_NAMES

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_SORT, _GROUP = "View/" + mark("Sort by"), "View/" + mark("Group by")


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return orders, groups, sizes, and ways to select."""
    gallery, bar = w.session.gallery, w.browse.gallery_pane.arrange

    def arrange(**changes: object) -> None:
        gallery.narrow(dataclasses.replace(gallery.filter, **changes))

    def order(key: Key) -> ActionInfo:
        return ActionInfo(
            f"view.sort.{key}",
            tr(KEY_NAMES[key]),
            _SORT,
            lambda: arrange(order=key),
            enabled=w.in_project,
            checked=lambda: gallery.filter.order is key,
        )

    def group(key: Key | None) -> ActionInfo:
        return ActionInfo(
            f"view.group.{key or 'none'}",
            tr(KEY_NAMES[key]) if key else tr("No groups"),
            _GROUP,
            lambda: arrange(group=key),
            enabled=w.in_project,
            checked=lambda: gallery.filter.group is key,
        )

    def grouped() -> bool:
        return w.in_project() and bool(gallery.groups)

    return (
        *(order(key) for key in ORDERS),
        ActionInfo(
            "view.sort_descending",
            tr("Descending"),
            _SORT,
            lambda: arrange(descending=not gallery.filter.descending),
            enabled=w.in_project,
            checked=lambda: gallery.filter.descending,
            separator=True,
        ),
        *(group(key) for key in (None, *GROUPS)),
        ActionInfo(
            "view.groups_descending",
            tr("Descending"),
            _GROUP,
            lambda: arrange(groups_descending=not gallery.filter.groups_descending),
            enabled=grouped,
            checked=lambda: gallery.filter.groups_descending,
            separator=True,
        ),
        ActionInfo(
            "view.next_group",
            tr("Next group"),
            _GROUP,
            lambda: gallery.step_group(1),
            ("Ctrl+Down",),
            enabled=grouped,
        ),
        ActionInfo(
            "view.previous_group",
            tr("Previous group"),
            _GROUP,
            lambda: gallery.step_group(-1),
            ("Ctrl+Up",),
            enabled=grouped,
        ),
        ActionInfo(
            "view.fold_groups",
            tr("Fold all groups"),
            _GROUP,
            gallery.fold_all,
            ("Ctrl+Shift+G",),
            enabled=grouped,
            tip=tr("Show only the headers, or everything again"),
        ),
        ActionInfo(
            "view.larger_thumbnails",
            tr("Larger thumbnails"),
            "View",
            lambda: bar.step_size(1),
            ("Ctrl+]",),
            again_while_held=True,
            enabled=lambda: w.in_project() and w.browse.grid,
            separator=True,
        ),
        ActionInfo(
            "view.smaller_thumbnails",
            tr("Smaller thumbnails"),
            "View",
            lambda: bar.step_size(-1),
            ("Ctrl+[",),
            again_while_held=True,
            enabled=lambda: w.in_project() and w.browse.grid,
        ),
        ActionInfo(
            "edit.invert_selection",
            tr("Invert selection"),
            "Edit",
            gallery.invert_selection,
            ("Ctrl+Shift+I",),
            enabled=w.in_project,
        ),
        ActionInfo(
            "edit.select_current",
            tr("Select the current image only"),
            "Edit",
            gallery.select_current,
            ("Ctrl+Shift+A",),
            enabled=w.in_project,
        ),
    )
