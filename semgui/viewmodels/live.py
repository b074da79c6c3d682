"""The watched folder: what appears is shown by itself, and the picture follows the newest.

It follows like a terminal does: as long as the newest image is on screen (before the first has come: as long
as nobody has gone elsewhere since the watch began). Whoever goes to another image is left in peace, sees how
many have come since, and follows again from the newest on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from psygnal import Signal

from semgui.catalogue.query import Key
from semgui.domain.errors import Cancelled
from semgui.domain.ids import ImageId
from semgui.domain.progress import CancelToken
from semgui.services.live import Arrival, LiveOptions, watch_project
from semgui.settings import LiveSettings
from semgui.texts import tr
from semgui.viewmodels.brain import Brain
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.opened import Opened
from semgui.viewmodels.tasks import Lane, TaskRunner

_REMEMBERED = 50  # projects
_HAND_SECONDS = 0.3  # until it is looked again whether the hand is free


@dataclass
class _Run:
    """One watch, from its start to its end."""

    opened: Opened
    brain: Brain | None
    cancel: CancelToken


class LiveModel:
    """Watches the folders of the open project.

    Parameters
    ----------
    settings
        Which projects are watched, and whether the picture follows; changed here, saved by the window.

    Attributes
    ----------
    newest
        The image that came last since the watch began.
    missed
        How many have come since the user looked at the newest one.
    hand_is_busy
        Says whether the user is in the middle of something that means the image on screen: then the newest
        waits. Set by the window.
    rows_changed, answers_changed
        Images have come or gone; predictions of these images are there.
    """

    changed = Signal()
    rows_changed = Signal()
    answers_changed = Signal(tuple)

    def __init__(
        self,
        runner: TaskRunner,
        gallery: GalleryModel,
        notices: Notices,
        settings: LiveSettings,
        options: LiveOptions,
    ) -> None:
        self._runner = runner
        self._gallery = gallery
        self._notices = notices
        self._settings = settings
        self._options = options
        self._opened: Opened | None = None
        self._brain: Brain | None = None
        self._run: _Run | None = None
        self._jump_to: ImageId | None = None
        self._held_at: ImageId | None = None  # the image that a busy hand means
        self._to_the_top = False
        self._began_at: ImageId | None = None  # what is on screen until the first image comes
        self.newest: ImageId | None = None
        self.missed = 0
        self.hand_is_busy: Callable[[], bool] = lambda: False
        gallery.rows_changed.connect(self._jump)
        gallery.current_changed.connect(self._looked)

    # For the window

    @property
    def possible(self) -> bool:
        """Whether there is something to watch."""
        return self._opened is not None

    @property
    def watching(self) -> bool:
        """Whether the folders are being watched."""
        return self._run is not None

    @property
    def follow(self) -> bool:
        """Whether the picture jumps to the newest image."""
        return self._settings.follow

    def sentence(self) -> str:
        """Return "Watching · 3 new"; empty while nothing is watched."""
        if not self.watching:
            return ""
        if self.missed:
            return tr("Watching · {n:,} new", "", self.missed)
        return tr("Watching · follows the newest") if self.follow else tr("Watching")

    # What the user does

    def attach(self, opened: Opened | None, brain: Brain | None) -> None:
        """Watch another project if it was watched before, or none."""
        self._stop()
        self._opened, self._brain = opened, brain
        if opened is not None and str(opened.project.path) in self._settings.projects:
            self._start()

    def toggle(self) -> None:
        """Watch the folders of the project, or no longer; the project remembers it."""
        if self._opened is None:
            return
        place = str(self._opened.project.path)
        others = [path for path in self._settings.projects if path != place]
        if self.watching:
            self._stop()
            self._settings.projects = others
        else:
            self._start()
            self._settings.projects = [place, *others][:_REMEMBERED]

    def toggle_follow(self) -> None:
        """Let the picture follow the newest image, or not."""
        self._settings.follow = not self.follow
        if self.follow:
            self.go_to_newest()
        self.changed.emit()

    def go_to_newest(self) -> None:
        """Show the image that came last, and follow from there."""
        if self.newest is not None:
            self._jump_to = self.newest
            self._jump()

    @property
    def latest_first(self) -> bool:
        """Whether the images are listed the newest first."""
        wanted = self._gallery.filter
        return wanted.order is Key.MODIFIED and wanted.descending

    def toggle_latest(self) -> None:
        """List the images the newest first and show the first of them, or by their paths again."""
        if self.latest_first:
            self._gallery.narrow(replace(self._gallery.filter, order=Key.PATH, descending=False))
            return
        self._to_the_top = True
        wanted = replace(self._gallery.filter, order=Key.MODIFIED, descending=True, group=None)
        self._gallery.narrow(wanted)

    # The watch

    def _start(self) -> None:
        opened = self._opened
        assert opened is not None  # asked for by the callers
        options = replace(self._options, scan=replace(self._options.scan, limits=opened.limits))
        run = _Run(opened, self._brain, CancelToken())
        self._run, self.newest, self.missed = run, None, 0
        self._began_at = self._gallery.current

        def work() -> None:
            watch_project(
                opened.project,
                opened.folders,
                arrived=lambda arrival: self._runner.post(lambda: self._arrived(run, arrival)),
                classify=lambda ids: self._classify(run, ids),
                cancel=run.cancel,
                options=options,
            )

        self._runner.run(Lane.WATCH, work, lambda _: None, lambda error: self._failed(run, error))
        self.changed.emit()

    def _stop(self) -> None:
        if self._run is not None:
            self._run.cancel.cancel()
            self._run = self._jump_to = self._held_at = self.newest = None
            self.missed = 0
            self.changed.emit()

    def _classify(self, run: _Run, ids: Sequence[ImageId]) -> None:
        """Classify what has come; in the thread of the watch."""
        if run.brain is None:
            return
        run.brain.classify_images(run.opened.project, ids, run.cancel)
        self._runner.post(self._of(run, lambda: self.answers_changed.emit(tuple(ids))))

    def _of(self, run: _Run, call: Callable[[], None]) -> Callable[[], None]:
        """Return `call` for a run that is still the one."""
        return lambda: call() if run is self._run else None

    def _arrived(self, run: _Run, arrival: Arrival) -> None:
        if run is not self._run:
            return
        for path, reason in arrival.unreadable[:1]:
            self._notices.warn(tr("{path}: {reason}", path=path, reason=reason))
        if arrival.images:
            followed = self._began_at if self.newest is None else self.newest
            stayed = self._gallery.current == (followed if self._held_at is None else self._held_at)
            self.newest = arrival.images[0].id
            if self.follow and stayed:
                self._jump_to = self.newest
            else:
                self.missed += len(arrival.images)
        self.rows_changed.emit()
        self._jump()  # one that has changed is among the rows already
        self.changed.emit()

    def _failed(self, run: _Run, error: Exception) -> None:
        if run is self._run:
            self._run = None
            self.changed.emit()
        if not isinstance(error, Cancelled):
            self._notices.failed(tr("The folder is no longer watched"), error)

    # Following

    def _jump(self) -> None:
        """Go to the newest image when it is among the rows; a filter may keep it out."""
        if self._to_the_top and self._gallery.ids.size:
            self._to_the_top = False
            top = ImageId(int(self._gallery.ids[0]))
            self._began_at = top  # who looks at the latest follows from there
            self._gallery.go_to(top)
        if self._jump_to is not None and self._gallery.row_of(self._jump_to) >= 0:
            if self._gallery.current is not None and self.hand_is_busy():
                self._hold()
                return
            target, self._jump_to, self._held_at = self._jump_to, None, None
            self._gallery.go_to(target)

    def _hold(self) -> None:
        """Stay at this image until the hand is free."""
        if self._held_at is None:
            self._held_at = self._gallery.current
            self._runner.later(_HAND_SECONDS, self._let_go)

    def _let_go(self) -> None:
        held, self._held_at = self._held_at, None
        if held is None or self._jump_to is None:
            return
        if self._gallery.current == held:
            self._jump()
        else:  # somebody has gone elsewhere
            self._jump_to = None
            self.missed += 1
            self.changed.emit()

    def _looked(self) -> None:
        if self._began_at is None:  # the project has just been opened
            self._began_at = self._gallery.current
        if self.missed and self._gallery.current == self.newest:
            self.missed = 0
            self.changed.emit()
