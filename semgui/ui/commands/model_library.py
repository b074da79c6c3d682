"""The models on this machine: used, measured, compared, passed on; while the mode Models is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow
    from semgui.ui.models_page import ModelsPage

_MENU = "Model/" + mark("Models")


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what can be done with the list of models and the chosen ones."""
    models = w.session.models

    def page() -> ModelsPage:
        return w.modes.page("models")

    def here() -> bool:
        return w.modes.current.id == "models"

    def usable() -> bool:
        return here() and models.current is not None and models.current.problem is None

    def own() -> bool:
        return here() and models.current is not None and not models.current.bundled

    def two() -> bool:
        return here() and len(models.chosen) == 2

    def has_project() -> bool:
        return w.session.opened is not None

    def entry(
        name: str,
        words: str | Callable[[], str],
        handler: Callable[[], None],
        enabled: Callable[[], bool],
        tip: str = "",
    ) -> ActionInfo:
        return ActionInfo(f"models.{name}", words, _MENU, handler, enabled=enabled, tip=tip)

    choose_two = tr("Choose two models first: Ctrl+click")
    return (
        entry(
            "use",
            tr("Use for classification"),
            lambda: page().use(),
            lambda: usable() and models.current.name != models.in_use,
        ),
        entry(
            "evaluate_project",
            tr("Evaluate on the labels of this project"),
            lambda: page().evaluate_on_project(),
            lambda: usable() and has_project(),
        ),
        entry(
            "evaluate_folder",
            tr("Evaluate on a folder of class folders…"),
            lambda: page().evaluate_on_folder(),
            usable,
        ),
        entry(
            "compare_project",
            tr("Compare on the labels of this project"),
            lambda: page().compare_on_project(),
            lambda: two() and has_project(),
            choose_two,
        ),
        entry(
            "compare_folder",
            tr("Compare on a folder of class folders…"),
            lambda: page().compare_on_folder(),
            two,
            choose_two,
        ),
        entry("export", tr("Export the model…"), lambda: page().export(), usable),
        entry("add_file", tr("Add a model file (.zip)…"), lambda: page().add_file(), here),
        entry("add_folder", tr("Add a finished run or model folder…"), lambda: page().add_folder(), here),
        entry("delete", tr("Delete the model"), lambda: page().delete(), own),
        entry(
            "restore",
            lambda: tr("Restore {name}", name=models.deleted) if models.deleted else tr("Restore the model"),
            models.restore,
            lambda: here() and bool(models.deleted),
        ),
    )
