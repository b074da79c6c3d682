"""The crop line of the databar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo, Context

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_FAR = 10  # rows


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what moves the crop line."""
    crop = w.session.crop
    menu = "Edit/" + mark("Databar")

    def possible() -> bool:
        return w.has_image() and crop.possible

    def step(name: str, text: str, key: str, rows: int) -> ActionInfo:
        def handler() -> None:
            if not crop.editing:
                crop.toggle()
            crop.step(rows)

        tip = tr("Applied with the key for it; until then nothing is written")
        return ActionInfo(f"databar.{name}", text, menu, handler, (key,), enabled=possible, tip=tip)

    return (
        ActionInfo(
            "databar.edit",
            tr("Move the crop line…"),
            menu,
            crop.toggle,
            ("B",),
            enabled=possible,
            checked=lambda: crop.editing,
            context=(Context.PICTURE,),
            tip=tr("Say where the databar begins, for this image, its folder or its microscope"),
        ),
        step("up", tr("Crop line up"), "Ctrl+Alt+Up", -1),
        step("down", tr("Crop line down"), "Ctrl+Alt+Down", 1),
        step("far_up", tr("Crop line up, ten rows"), "Ctrl+Alt+PgUp", -_FAR),
        step("far_down", tr("Crop line down, ten rows"), "Ctrl+Alt+PgDown", _FAR),
        ActionInfo(
            "databar.apply",
            tr("Apply the crop line"),
            menu,
            crop.apply,
            ("Ctrl+Return",),
            enabled=lambda: possible() and crop.is_moved,
            tip=tr("The images that it is for are classified again"),
        ),
        ActionInfo(
            "databar.none", tr("No databar"), menu, crop.remove, enabled=possible, tip=tr("Crop nothing")
        ),
        ActionInfo(
            "databar.find",
            tr("Find the databar again"),
            menu,
            crop.find,
            enabled=possible,
            tip=tr("Forget where you placed it"),
        ),
    )
