"""The switch of the closer look: what it costs, the look itself, and judging labels by it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum, auto

from psygnal import Signal

from semgui.catalogue.images import ImageStore
from semgui.catalogue.query import ImageQuery
from semgui.domain.errors import Cancelled
from semgui.domain.image import ImageStatus
from semgui.services.closer import CloserLook, Cost, Look
from semgui.texts import tr
from semgui.viewmodels.activity import Activity, LongWork
from semgui.viewmodels.brain import Brain
from semgui.viewmodels.desk import Desk
from semgui.viewmodels.evidence import EvidenceModel
from semgui.viewmodels.opened import Opened
from semgui.viewmodels.tasks import Lane, T, TaskRunner

_AT_ONCE_SECONDS = 15
"""A look that takes no longer begins without asking."""


class Stage(StrEnum):
    """Where one is with the images that wait for a closer look."""

    RESTING = auto()
    TRYING = auto()  # a few images tell how long all take
    OFFERED = auto()  # it is known how long
    LOOKING = auto()


class CloserModel:
    """Whether labels are judged by a closer look, and how far that is.

    What was seen is kept with the project: a look that was stopped goes on from there, also after a restart.
    Review goes on meanwhile with what it has.

    Attributes
    ----------
    on
        Whether labels are judged by it.
    stage
        Where one is with the images that wait.
    missing
        How many wait; ``None``: not counted yet.
    seconds
        How long these take, when `stage` is `Stage.OFFERED`.
    """

    changed = Signal()

    def __init__(
        self,
        runner: TaskRunner,
        desk: Desk,
        source: EvidenceModel,
        make: Callable[[Opened, Brain], CloserLook],
    ) -> None:
        self._runner = runner
        self._desk = desk
        self._source = source
        self._make = make
        self._opened: Opened | None = None
        self._look: CloserLook | None = None
        self._activity: Activity | None = None
        self.on = False
        self.stage = Stage.RESTING
        self.missing: int | None = None
        self.seconds = 0.0
        desk.mode_changed.connect(self._project_changed)
        desk.work.answers_changed.connect(self._answers_changed)

    @property
    def activity(self) -> Activity | None:
        """What is running."""
        return self._activity if self._activity in self._desk.activities.running else None

    def switch(self, *, on: bool) -> None:
        """Judge by a closer look, after it was offered where it takes long; or by what the model sees."""
        if not on:
            self.stop()
            self._judge(closer=False)
        elif self.missing == 0:
            self._judge(closer=True)
        else:
            self.find_out()

    def find_out(self) -> None:
        """Look at a few of the images that wait, and say how long the others take."""
        look = self._look
        if look is None or self.stage is not Stage.RESTING:
            return

        def tried(cost: Cost) -> None:
            self.missing, self.seconds = cost.images, cost.seconds
            self._put(Stage.OFFERED)
            if cost.seconds <= _AT_ONCE_SECONDS:
                self.begin()

        self._put(Stage.TRYING)
        self._start(tr("Trying a closer look"), lambda _, cancel: look.cost(cancel), tried)

    def begin(self) -> None:
        """Look at all images that wait, as it was offered."""
        look = self._look
        if look is None or self.stage is not Stage.OFFERED:
            return

        def seen(_: int) -> None:
            self.missing = 0
            self._put(Stage.RESTING)
            self._judge(closer=True)

        self._put(Stage.LOOKING)
        self._start(tr("Looking closer"), look.run, seen)

    def stop(self) -> None:
        """Stop looking, or decline what was offered; what was seen is kept."""
        if self.activity is not None:
            self._desk.activities.cancel(self.activity)
        else:
            self._put(Stage.RESTING)

    # Inside

    def _start(self, title: str, work: LongWork[T], done: Callable[[T], None]) -> None:
        opened = self._opened

        def ended(found: T) -> None:
            if opened is self._opened:
                done(found)

        def failed(error: Exception) -> None:
            if opened is not self._opened:
                return
            if not isinstance(error, Cancelled):
                self._desk.notices.failed(tr("The images could not be looked at more closely"), error)
            self._put(Stage.RESTING)
            self._count()

        self._activity = self._desk.activities.start(title, work, done=ended, failed=failed)

    def _judge(self, *, closer: bool) -> None:
        again = closer and self.on  # images that waited were looked at
        self.on = closer
        self._source.look_by(Look.CLOSER if closer else Look.MODEL)
        if again:
            self._source.images_changed()
        self.changed.emit()

    def _put(self, stage: Stage) -> None:
        self.stage = stage
        self.changed.emit()

    def _project_changed(self) -> None:
        opened, brain = self._desk.opened, self._desk.brain
        if opened is self._opened:
            return
        self._opened, self._look, self._activity = opened, None, None
        self.on, self.missing = False, None
        self._put(Stage.RESTING)
        if opened is not None and brain is not None:
            self._look = self._make(opened, brain)
            before = self._desk.place_before
            self._count(restore=before is not None and before.closer)

    def _answers_changed(self) -> None:
        if not self._desk.work.classifying:
            self._count()

    def _count(self, *, restore: bool = False) -> None:
        """Count the images that wait; judge as before the restart if any was looked at."""
        opened, look = self._opened, self._look
        if opened is None or look is None:
            return

        def work() -> tuple[int, int]:
            every = ImageStore(opened.project).ids(ImageQuery(status=ImageStatus.OK))
            return len(every), len(look.missing())

        def counted(found: tuple[int, int]) -> None:
            if opened is not self._opened:
                return
            every, self.missing = found
            if restore and self.missing < every:
                self._judge(closer=True)
            self.changed.emit()

        self._runner.run(Lane.COUNT, work, counted, self._not_counted)

    def _not_counted(self, error: Exception) -> None:
        self._desk.notices.failed(tr("The images that wait for a closer look could not be counted"), error)
