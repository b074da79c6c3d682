"""Runs of training: started, stopped, taken up again, kept; while the mode Train is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from semgui.jobs.supervisor import RunState
from semgui.services.runs import RunView
from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo
from semgui.ui.reveal import open_with_system

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow
    from semgui.ui.train_page import TrainPage

_MENU = "Model/" + mark("Training")


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what can be done with the form for a new run and with the run that is looked at."""
    training = w.session.training

    def page() -> TrainPage:
        return w.modes.page("train")

    def start() -> None:
        page().form.start()

    def here() -> bool:
        return w.modes.current.id == "train"

    def on_run(
        name: str,
        words: str,
        call: Callable[[RunView], object],
        possible: Callable[[RunView], bool],
        tip: str = "",
    ) -> ActionInfo:
        def enabled() -> bool:
            run = training.current
            return here() and run is not None and possible(run)

        def handler() -> None:
            run = training.current
            if run is not None:
                call(run)

        return ActionInfo(f"train.{name}", words, _MENU, handler, enabled=enabled, tip=tip)

    def is_done(run: RunView) -> bool:
        return run.state is RunState.DONE

    return (
        ActionInfo(
            "train.start",
            tr("Start training"),
            _MENU,
            start,
            enabled=lambda: here() and page().form.can_start,
        ),
        on_run(
            "stop",
            tr("Stop the run"),
            lambda run: training.stop(run.path),
            lambda run: run.state is RunState.RUNNING,
            tr("Ends cleanly; what it has learned is kept"),
        ),
        on_run(
            "go_on",
            tr("Go on with the run"),
            lambda run: training.go_on(run.path),
            lambda run: run.can_go_on,
            tr("Takes the run up where it was left"),
        ),
        on_run(
            "duplicate",
            tr("Duplicate the run's settings"),
            lambda run: page().form.fill_from(run.job),
            lambda _: True,
            tr("Fills the form with these settings, to change them"),
        ),
        on_run("keep", tr("Keep the model"), training.keep, is_done, tr("Puts it among your models")),
        on_run("report", tr("Open the run's report"), _open_report, is_done),
    )


def _open_report(run: RunView) -> None:
    open_with_system(run.report)
