"""The map of the images: its tools, and what can be asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow
    from semgui.ui.map_canvas import MapCanvas
    from semgui.ui.map_page import MapPage

_MENU = "View/" + mark("Map")


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what is done on the map."""

    def on_map() -> bool:
        return w.modes.current.id == "map"

    def page() -> MapPage:
        found: MapPage = w.modes.page("map")
        return found

    def tool(name: str, text: str, key: str, icon: str, tip: str) -> ActionInfo:
        return ActionInfo(
            f"map.{name}",
            text,
            _MENU,
            lambda: _take_tool(page().view.canvas, name),
            (key,),
            icon,
            enabled=on_map,
            checked=lambda: on_map() and page().view.canvas.tool == name,
            tip=tip,
        )

    return (
        tool("move", tr("Move the map"), "V", "cursor_move", tr("Dragging moves the map")),
        tool(
            "lasso",
            tr("Lasso"),
            "L",
            "lasso",
            tr("Dragging surrounds points and chooses them; Shift adds, Ctrl takes away"),
        ),
        tool(
            "rectangle",
            tr("Rectangle"),
            "R",
            "selection_drag",
            tr("Dragging chooses the points in a rectangle; Shift adds, Ctrl takes away"),
        ),
        ActionInfo(
            "map.fit",
            tr("Whole map"),
            _MENU,
            lambda: _fit(page()),
            ("Ctrl+0",),
            "fit_to_page_outline",
            enabled=on_map,
        ),
        ActionInfo(
            "map.choose_nothing",
            tr("Choose nothing on the map"),
            _MENU,
            lambda: _pick_nothing(page()),
            ("Ctrl+Alt+A",),
            enabled=lambda: on_map() and page().model.picked_count > 0,
        ),
        ActionInfo(
            "map.draw_anew",
            tr("Draw the map anew"),
            _MENU,
            lambda: _draw_anew(page()),
            enabled=on_map,
            tip=tr("From all images, wherever they were before"),
        ),
    )


def _take_tool(canvas: MapCanvas, name: str) -> None:
    from semgui.ui.map_canvas import Tool

    canvas.set_tool(Tool(name))


def _fit(page: MapPage) -> None:
    page.view.canvas.fit()


def _pick_nothing(page: MapPage) -> None:
    page.model.pick_nothing()


def _draw_anew(page: MapPage) -> None:
    page.model.draw_anew()
