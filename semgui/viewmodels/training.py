"""Training runs in the window: started, watched, stopped, taken up again; they go on without the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from semgui.domain.errors import SemguiError
from semgui.registry.library import add_model
from semgui.services.runs import RunView, RunWatch, find_runs, new_run_folder
from semgui.services.train import TrainRequest, start_training
from semgui.texts import tr
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.picture import Picture
from semgui.viewmodels.tasks import Lane, T, TaskRunner
from trainer.augment.params import AugmentParams
from trainer.preprocess import PreprocessParams, canonical

_SECONDS_BETWEEN_LOOKS = 1.0
_PREVIEW_EDGE = 224


@dataclass(frozen=True, slots=True)
class Watched:
    """All runs, and the log of the chosen one.

    Parameters
    ----------
    runs
        The newest first.
    chosen
        The run that was chosen when they were looked at.
    log
        End of its log.
    """

    runs: tuple[RunView, ...]
    chosen: Path | None
    log: str


class TrainingModel:
    """The runs and the one that is looked at.

    Parameters
    ----------
    added
        Called with a model's name after a finished run was kept.

    Attributes
    ----------
    runs
        The newest first.
    chosen
        Folder of the run that is looked at; ``None``: none.
    log
        End of its log.
    """

    changed = Signal()

    def __init__(self, runner: TaskRunner, notices: Notices, added: Callable[[str], None]) -> None:
        self._runner = runner
        self._notices = notices
        self._added = added
        self._watches: dict[Path, RunWatch] = {}
        self._watching = False
        self._failing = False  # whether the runs could not be read the last time
        self._watch = 0  # grows with each watch, so that one that has ended does not go on
        self.runs: tuple[RunView, ...] = ()
        self.chosen: Path | None = None
        self.log = ""

    @property
    def current(self) -> RunView | None:
        """The run that is looked at."""
        return next((run for run in self.runs if run.path == self.chosen), None)

    def watch(self) -> None:
        """Look at the runs from now on, about once a second; runs of an earlier window are there again."""
        if not self._watching:
            self._watching = True
            self._watch += 1
            self._look(self._watch)

    def unwatch(self) -> None:
        """Look no more; the runs go on."""
        self._watching = False

    def choose(self, path: Path | None) -> None:
        """Look at another run."""
        if path != self.chosen:
            self.chosen = path
            self.log = ""
            self.changed.emit()

    def start(self, request: TrainRequest) -> None:
        """Make a run and start it in the background."""

        def done(_: object) -> None:
            self.choose(request.run)
            self._notices.info(tr("{name} trains in the background.", name=request.run.name))

        self._do(lambda: start_training(request), done, tr("The training was not started"))

    def preview(
        self, picture: Picture, params: AugmentParams, count: int, show: Callable[[NDArray[np.uint8]], None]
    ) -> None:
        """Make changed copies of a picture, (count, E, E) uint8, as training would see them, for `show`."""
        self._do(lambda: _changed_copies(picture, params, count), show, tr("The preview could not be made"))

    def stop(self, path: Path) -> None:
        """Ask a run to stop; it keeps what it has."""
        self._do(lambda: RunWatch(path).stop(), lambda _: None, tr("It was not stopped"))

    def go_on(self, path: Path) -> None:
        """Take a run up again."""
        self._do(lambda: RunWatch(path).go_on(), lambda _: None, tr("It was not taken up again"))

    def keep(self, run: RunView) -> None:
        """Put the model of a finished run among the user's own."""

        def done(name: str) -> None:
            self._notices.info(tr("Kept as {name}; it is in Models.", name=name))
            self._added(name)

        self._do(lambda: add_model(run.path).name, done, tr("The model was not kept"))

    @staticmethod
    def free_folder(name: str) -> Path:
        """Return a folder for a new run."""
        return new_run_folder(name)

    def _look(self, watch: int) -> None:
        chosen = self.chosen
        self._runner.run(
            Lane.DETAIL,
            lambda: self._read(chosen),
            lambda found: self._seen(watch, found),
            lambda error: self._not_seen(watch, error),
        )

    def _read(self, chosen: Path | None) -> Watched:
        runs = []
        for path in find_runs():
            try:
                if path not in self._watches:
                    self._watches[path] = RunWatch(path)
                runs.append(self._watches[path].look())
            except SemguiError:  # a folder that is being made, or was damaged: the others still show
                continue
        watched = self._watches.get(chosen) if chosen else None
        return Watched(tuple(runs), chosen, watched.log() if watched else "")

    def _seen(self, watch: int, found: Watched) -> None:
        self._failing = False
        log = found.log if found.chosen == self.chosen else self.log
        if (found.runs, log) != (self.runs, self.log):
            self.runs, self.log = found.runs, log
            if self.chosen is None and self.runs:
                self.chosen = self.runs[0].path
            self.changed.emit()
        self._look_later(watch)

    def _not_seen(self, watch: int, error: Exception) -> None:
        if not self._failing:  # a disk that sleeps is told of once
            self._failing = True
            self._notices.failed(tr("The runs could not be read"), error)
        self._look_later(watch)

    def _look_later(self, watch: int) -> None:
        if self._is_on(watch):
            self._runner.later(_SECONDS_BETWEEN_LOOKS, lambda: self._look_again(watch))

    def _look_again(self, watch: int) -> None:
        if self._is_on(watch):
            self._look(watch)

    def _is_on(self, watch: int) -> bool:
        return self._watching and watch == self._watch

    def _do(self, work: Callable[[], T], done: Callable[[T], None], failed: str) -> None:
        self._runner.run(Lane.READ, work, done, lambda error: self._notices.failed(failed, error))


def _changed_copies(picture: Picture, params: AugmentParams, count: int) -> NDArray[np.uint8]:
    from trainer.augment.apply import preview  # torch takes seconds

    low, high = picture.contrast.low, picture.contrast.high
    preprocess = PreprocessParams(edge=_PREVIEW_EDGE)
    image = canonical(picture.pixels, crop_row=picture.databar.row, low=low, high=high, params=preprocess)
    return preview(image, params, count, seed=0)
