"""How grey values are shown; the classifier never sees any of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo, Context

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_STEP = 0.05  # of the distance from black to white
_GAMMA = 1.1


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what changes brightness, contrast and gamma on the screen."""
    look, pane = w.session.look, w.pane
    menu = "View/" + mark("Contrast")
    only = tr("Changes what you see, never what the classifier sees")

    def step(name: str, text: str, key: str, handler: object) -> ActionInfo:
        return ActionInfo(f"contrast.{name}", text, menu, handler, (key,), enabled=w.has_image, tip=only)

    def gamma(factor: float) -> None:
        if look.look is not None:
            look.set_gamma(look.look.gamma * factor)

    return (
        ActionInfo(
            "contrast.show",
            tr("Contrast and gamma"),
            "View",
            pane.toggle_contrast,
            ("K",),
            "contrast_box",
            enabled=w.has_image,
            checked=pane.contrast_bar.isVisible,
            toolbar=True,
            separator=True,
            context=(Context.PICTURE,),
            tip=tr("Histogram, gamma, automatic; changes what you see, never what the classifier sees"),
        ),
        ActionInfo(
            "contrast.auto",
            tr("Automatic contrast"),
            menu,
            look.reset,
            ("Shift+A",),
            enabled=lambda: w.has_image() and not look.automatic,
            context=(Context.PICTURE,),
            tip=tr("Stretch the grey values of the specimen area"),
        ),
        ActionInfo(
            "contrast.keep",
            tr("Keep contrast for the next images"),
            menu,
            look.keep,
            ("Shift+K",),
            enabled=w.has_image,
            checked=lambda: look.kept,
            tip=tr("Off: every image gets its automatic contrast"),
        ),
        ActionInfo(
            "contrast.invert",
            tr("Invert grey values"),
            menu,
            look.invert,
            ("I",),
            enabled=w.has_image,
            checked=lambda: look.look is not None and look.look.inverted,
            tip=only,
        ),
        step("brighter", tr("Brighter"), "Ctrl+Shift+Up", lambda: look.brighten(_STEP)),
        step("darker", tr("Darker"), "Ctrl+Shift+Down", lambda: look.brighten(-_STEP)),
        step("more", tr("More contrast"), "Ctrl+Shift+Right", lambda: look.sharpen(_STEP)),
        step("less", tr("Less contrast"), "Ctrl+Shift+Left", lambda: look.sharpen(-_STEP)),
        step("gamma_down", tr("Brighten the dark parts"), "]", lambda: gamma(1 / _GAMMA)),
        step("gamma_up", tr("Darken the dark parts"), "[", lambda: gamma(_GAMMA)),
    )
