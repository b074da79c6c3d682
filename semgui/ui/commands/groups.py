"""Groups of images that look alike, to be named at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow
    from semgui.ui.map_page import MapPage

_MENU = "Label/" + mark("Groups")


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what is done to proposed groups."""

    def page() -> MapPage:
        found: MapPage = w.modes.page("map")
        return found

    def at_groups() -> bool:
        return w.modes.current.id == "map" and page().at_groups

    def chosen() -> int:
        return len(page().proposals.chosen) if at_groups() else 0

    return (
        ActionInfo(
            "groups.propose",
            tr("Propose groups"),
            _MENU,
            lambda: _propose(w),
            ("Ctrl+Alt+G",),
            "shape_outline",
            enabled=w.in_project,
            tip=tr("Put images that look alike together, to name many at once; classes are not needed"),
        ),
        ActionInfo(
            "groups.name",
            tr("Name the group"),
            _MENU,
            lambda: _name(page()),
            ("F2",),
            enabled=lambda: chosen() > 0,
        ),
        ActionInfo(
            "groups.skip",
            lambda: _skip_words(page()) if at_groups() else tr("Put the group off"),
            _MENU,
            lambda: _skip(page()),
            ("Ctrl+J",),
            enabled=lambda: chosen() > 0,
            tip=tr("To the end of the list; once more takes it back"),
        ),
        ActionInfo(
            "groups.split",
            tr("Split the group"),
            _MENU,
            lambda: _split(page()),
            ("Ctrl+B",),
            enabled=lambda: chosen() == 1,
            tip=tr("Into two that look more alike"),
        ),
        ActionInfo(
            "groups.merge",
            tr("Merge the groups"),
            _MENU,
            lambda: _merge(page()),
            ("Ctrl+M",),
            enabled=lambda: chosen() > 1,
            tip=tr("One group of those chosen (Ctrl+click chooses several)"),
        ),
    )


def _propose(w: MainWindow) -> None:
    w.modes.show("map")
    page: MapPage = w.modes.page("map")
    page.show_groups(on=True)
    page.groups.propose()


def _skip_words(page: MapPage) -> str:
    proposals = page.proposals
    off = bool(proposals.chosen) and all(proposals.groups[n].skipped for n in proposals.chosen)
    return tr("Take the group back") if off else tr("Put the group off")


def _name(page: MapPage) -> None:
    page.groups.name.setFocus()


def _skip(page: MapPage) -> None:
    page.proposals.skip()


def _split(page: MapPage) -> None:
    page.proposals.split()


def _merge(page: MapPage) -> None:
    page.proposals.merge()
