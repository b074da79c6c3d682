"""Learning from corrections: a run in the background, then what it changed, then the new model in use."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum, auto
from pathlib import Path

from psygnal import Signal

from semgui.catalogue.project import Project
from semgui.domain.errors import SemguiError, UsageError
from semgui.domain.progress import CancelToken, ProgressCallback
from semgui.jobs.supervisor import RunState
from semgui.registry.library import add_model
from semgui.registry.store import ModelInfo, usable_model
from semgui.services.corrections import Corrections, Learned, corrections, learning_request, what_was_learned
from semgui.services.runs import RunView, RunWatch
from semgui.services.train import start_training
from semgui.services.train_settings import Preset
from semgui.texts import tr
from semgui.viewmodels.activity import Activity
from semgui.viewmodels.desk import Desk
from semgui.viewmodels.models import ModelsModel
from semgui.viewmodels.tasks import Lane, T, TaskRunner

_SECONDS_BETWEEN_LOOKS = 1.0


class Stage(StrEnum):
    """Where one is."""

    IDLE = auto()  # nothing was learned, or it is settled
    TRAINING = auto()
    ENDED = auto()  # a run of this project is done and was not looked at
    COMPARING = auto()
    LEARNED = auto()  # what it changed can be seen
    UNKNOWN = auto()  # it is done, but nothing can be said about what it changed


class LearningModel:
    """One run on the open project, from start to promotion.

    The run is a process of its own: it goes on without the window, and a window that comes later finds it.

    Attributes
    ----------
    stage
        Where one is.
    corrections
        Labels that no training has seen; ``None``: not counted yet.
    run
        The last run on this project.
    learned
        What the new model does better and worse; only when `stage` is `Stage.LEARNED`.
    problem
        Why nothing was learned, or why nothing can be said about it.
    """

    changed = Signal()

    def __init__(self, runner: TaskRunner, desk: Desk, models: ModelsModel) -> None:
        self._runner = runner
        self._desk = desk
        self._models = models
        self._project: Project | None = None
        self._watch: RunWatch | None = None
        self._unwanted = False  # a run that is being started is to stop at once
        self._comparing: Activity | None = None
        self._settled: set[Path] = set()  # runs that were put to use, or not
        self.stage = Stage.IDLE
        self.corrections: Corrections | None = None
        self.run: RunView | None = None
        self.learned: Learned | None = None
        self.problem = ""
        desk.leaving.connect(lambda: self._attach(None))
        desk.mode_changed.connect(self._project_changed)
        desk.hand.committed.connect(lambda _: self.count())
        desk.hand.changed.connect(self.count)
        self._project_changed()

    # For the page

    @property
    def can_learn(self) -> bool:
        """Whether a run could be started now."""
        return self._project is not None and self.stage not in (Stage.TRAINING, Stage.COMPARING)

    @property
    def comparing(self) -> Activity | None:
        """The comparison that runs."""
        return self._comparing if self._comparing in self._desk.activities.running else None

    def count(self) -> None:
        """Count the corrections, and find the last run of the project."""
        project = self._project
        if project is None:
            return

        def failed(error: Exception) -> None:
            self._desk.notices.failed(tr("The corrections could not be counted"), error)

        self._runner.run(
            Lane.COUNT, lambda: corrections(project), lambda found: self._counted(project, found), failed
        )

    def learn(self, preset: Preset) -> None:
        """Train on the labels as they are now."""
        project = self._project
        if project is None or not self.can_learn:
            return
        self.stage, self.problem, self.learned = Stage.TRAINING, "", None
        self.changed.emit()

        def work() -> RunWatch:
            handle = start_training(learning_request(project.path, preset, self._in_use()))
            return RunWatch(handle.run.path)

        def failed(error: Exception) -> None:
            if project is self._project:
                self._end(Stage.IDLE, str(error))

        self._runner.run(Lane.READ, work, lambda watch: self._follow(project, watch), failed)

    def stop(self) -> None:
        """Stop the run, which keeps what it has, or the comparison."""
        watch, comparing = self._watch, self.comparing
        if self.stage is Stage.TRAINING and watch is not None:
            self._do(watch.stop, lambda _: None)
        elif self.stage is Stage.TRAINING:
            self._unwanted = True
        elif comparing is not None:
            self._desk.activities.cancel(comparing)

    def compare(self) -> None:
        """Find out what the run changed on images that nobody learned from."""
        project, run = self._project, self.run
        new = None if run is None else run.model
        if project is None or new is None:
            return

        def work(progress: ProgressCallback, cancel: CancelToken) -> Learned:
            old = self._in_use()
            if old is None:
                raise UsageError(tr("there is no model in use that it could be compared with."))
            both = (self._models.load(str(old.folder)), self._models.load(str(new)))
            return what_was_learned(project, both, (old.folder, new), progress=progress, cancel=cancel)

        def done(learned: Learned) -> None:
            if project is self._project:
                self.learned = learned
                self._end(Stage.LEARNED, "")

        def failed(error: Exception) -> None:
            if project is self._project:
                if not isinstance(error, SemguiError):
                    self._desk.notices.failed(tr("The comparison ended"), error)
                self._end(Stage.UNKNOWN, str(error))

        self.stage = Stage.COMPARING
        title = tr("Comparing on held-out images")
        self._comparing = self._desk.activities.start(title, work, done=done, failed=failed)
        self.changed.emit()

    def promote(self) -> None:
        """Put the new model among the user's own, and classify with it from now on."""
        run = self.run
        if run is None or run.model is None:
            return

        def kept(name: str) -> None:
            self._settled.add(run.path)
            self._end(Stage.IDLE, "")
            self._models.use_new(name)

        self._do(lambda: add_model(run.path).name, kept)

    def put_aside(self) -> None:
        """Leave everything as it was; the run stays in Train."""
        if self.run is not None:
            self._settled.add(self.run.path)
        self._end(Stage.IDLE, "")

    # Inside

    def _project_changed(self) -> None:
        opened = self._desk.opened
        project = None if opened is None else opened.project
        if project is not self._project:
            self._attach(project)

    def _attach(self, project: Project | None) -> None:
        self._project, self._watch, self._comparing = project, None, None
        self.corrections, self.run, self.learned = None, None, None
        self._end(Stage.IDLE, "")
        self.count()

    def _counted(self, project: Project, found: Corrections) -> None:
        if project is not self._project:
            return
        self.corrections = found
        run = found.run
        if self.stage is Stage.IDLE and run is not None and found.ours and run.path not in self._settled:
            self.run = run
            if run.state is RunState.RUNNING:
                self._follow(project, RunWatch(run.path))
            elif run.state is RunState.DONE and not found.kept:
                self.stage = Stage.ENDED
        self.changed.emit()

    def _follow(self, project: Project, watch: RunWatch) -> None:
        if project is self._project:
            self._watch, self.stage = watch, Stage.TRAINING
            if self._unwanted:
                self._unwanted = False
                self.stop()
            self._look()

    def _look(self) -> None:
        watch = self._watch
        if watch is None:
            return

        def seen(run: RunView) -> None:
            if watch is not self._watch:
                return
            self.run = run
            if run.state in (RunState.RUNNING, RunState.NEW):
                self.changed.emit()
                self._runner.later(_SECONDS_BETWEEN_LOOKS, self._look)
            else:
                self._watch = None
                self._trained(run)

        self._do(watch.look, seen, Lane.DETAIL)

    def _trained(self, run: RunView) -> None:
        self.count()
        if run.state is RunState.DONE:
            self.compare()
        elif run.state is RunState.STOPPED:
            self._end(Stage.IDLE, tr("It was stopped; the mode Train takes it up again."))
        else:
            broken = tr("The training broke off; the mode Train takes it up again.")
            self._end(Stage.IDLE, run.failure or broken)

    def _end(self, stage: Stage, problem: str) -> None:
        self.stage, self.problem, self._unwanted = stage, problem, False
        self.changed.emit()

    def _in_use(self) -> ModelInfo | None:
        try:
            return usable_model(self._models.in_use)
        except SemguiError:  # none, or a damaged one: learning begins with the embedded network
            return None

    def _do(self, work: Callable[[], T], done: Callable[[T], None], lane: Lane = Lane.READ) -> None:
        self._runner.run(lane, work, done, self._broke)

    def _broke(self, error: Exception) -> None:
        self._desk.notices.failed(tr("Nothing was learned"), error)
        self._end(Stage.IDLE, "")
