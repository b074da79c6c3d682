"""The confusion matrix: how it is shown, and what is taken out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from semgui.services.confusion_table import Order
from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo, Context
from semgui.ui.confusion_bar import ORDER_NAMES

if TYPE_CHECKING:
    from semgui.ui.confusion_page import ConfusionPage
    from semgui.ui.main_window import MainWindow

_MENU = "Model/" + mark("Confusions")
_HERE = (Context.CONFUSION,)


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what can be done with the matrix; only while it is looked at."""

    def page() -> ConfusionPage:
        return w.modes.page("confusions")

    def here() -> bool:
        return w.modes.current.id == "confusions" and w.in_project()

    def shown() -> bool:
        return here() and page().confusions.shown is not None

    def learn() -> None:
        w.modes.show("confusions")
        page().learn.learn()

    def sort(order: Order) -> ActionInfo:
        return ActionInfo(
            f"confusions.order.{order}",
            tr("Classes: {order}", order=tr(ORDER_NAMES[order])),
            _MENU,
            lambda: page().confusions.sort(order),
            enabled=shown,
            checked=lambda: here() and page().confusions.order is order,
            separator=order is Order.CONFUSION,
        )

    def taken_out(name: str, words: str, call: Callable[[], None], tip: str = "") -> ActionInfo:
        return ActionInfo(
            f"confusions.{name}",
            words,
            _MENU,
            call,
            enabled=shown,
            context=_HERE,
            separator=name == "copy",
            tip=tip,
        )

    return (
        ActionInfo(
            "confusions.open",
            tr("Review the images of the cell"),
            _MENU,
            lambda: page().open_current(),
            enabled=lambda: shown() and min(page().confusions.cell_place) >= 0,
            context=_HERE,
            tip=tr("The surest first; Enter on the matrix does the same"),
        ),
        ActionInfo(
            "confusions.percent",
            tr("Share of the class instead of numbers"),
            _MENU,
            lambda: page().confusions.set_percent(on=not page().confusions.percent),
            enabled=shown,
            checked=lambda: here() and page().confusions.percent,
            context=_HERE,
            separator=True,
        ),
        ActionInfo(
            "confusions.side_by_side",
            tr("Before, after and difference"),
            _MENU,
            lambda: page().confusions.set_side_by_side(on=not page().confusions.side_by_side),
            enabled=lambda: shown() and page().confusions.compared_with is not None,
            checked=lambda: here() and page().confusions.side_by_side,
            context=_HERE,
        ),
        *(sort(order) for order in Order),
        ActionInfo(
            "confusions.learn",
            tr("Learn from the corrections"),
            _MENU,
            learn,
            enabled=w.in_project,
            separator=True,
            tip=tr("Trains on the labels as they are now, and shows what that changes on held-out images"),
        ),
        taken_out(
            "copy",
            tr("Copy the matrix"),
            lambda: page().copy(),
            tip=tr("As a table, with tabs between; Ctrl+C on the matrix does the same"),
        ),
        taken_out("csv", tr("Export the matrix as CSV…"), lambda: page().export_csv()),
        taken_out("png", tr("Export the matrix as a picture…"), lambda: page().export_png()),
    )
