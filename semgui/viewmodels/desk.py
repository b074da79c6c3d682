"""What lies open and the models that show it; they are made once, and what is opened is put into them."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from psygnal import Signal

from semgui.domain.taxonomy import Taxonomy
from semgui.imaging.decoders import Decoder
from semgui.services.live import LiveOptions
from semgui.services.scan import ScanOptions
from semgui.settings import Settings
from semgui.texts import tr
from semgui.viewmodels.activity import Activities
from semgui.viewmodels.brain import Brain
from semgui.viewmodels.compare import CompareModel
from semgui.viewmodels.crop import CropModel
from semgui.viewmodels.figure import FigureModel
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.handwork import Handwork
from semgui.viewmodels.heatmap import HeatmapModel
from semgui.viewmodels.inspector import InspectorModel
from semgui.viewmodels.labelling import Advance
from semgui.viewmodels.live import LiveModel
from semgui.viewmodels.look import LookModel
from semgui.viewmodels.memory import Place
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.opened import Opened
from semgui.viewmodels.picture import Picture, PictureKey, PictureModel, load_picture
from semgui.viewmodels.project_work import ProjectWork
from semgui.viewmodels.ruler import RulerModel
from semgui.viewmodels.tasks import Lane, T, TaskRunner
from semgui.viewmodels.thumbnails import ThumbnailModel


class Mode(StrEnum):
    """What the window shows."""

    EMPTY = "empty"
    PROJECT = "project"
    IMAGE = "image"


class Desk:
    """Holds what is open: nothing, a project or a single image, which may lie before a project.

    Parameters
    ----------
    runner
        Where slow work is done.
    settings
        Read only; the window writes them.
    decoder
        Where files are decoded.

    Attributes
    ----------
    mode
        What is shown.
    opened
        The project, also while an image by itself is shown before it.
    brain
        The model that answers; ``None``: there is none that can be used.
    opening_path
        What is being opened; ``None``: nothing, or the desk is being cleared.
    place_before
        Where one was in this project the last time.
    """

    mode_changed = Signal()
    opening_changed = Signal()
    leaving = Signal()

    def __init__(self, runner: TaskRunner, settings: Settings, decoder: Decoder) -> None:
        self._runner = runner
        self.mode = Mode.EMPTY
        self.opened: Opened | None = None
        self.brain: Brain | None = None
        self.opening = False
        self.opening_path: Path | None = None
        self.place_before: Place | None = None
        self.notices = Notices()
        self.activities = Activities(runner)
        self.gallery = GalleryModel(runner, self.notices)
        self.thumbnails = ThumbnailModel(runner)

        def load(key: PictureKey) -> Picture:
            return load_picture(key, decoder, settings.limits.for_decoding())

        self.picture = PictureModel(runner, load)
        self.heatmap = HeatmapModel(runner, self.notices)
        self.look = LookModel(runner)
        self.ruler = RulerModel()
        self.figure = FigureModel(runner, self.notices, self.picture, self.look, self.heatmap)
        self.inspector = InspectorModel(runner, self.notices)
        self.hand = Handwork(runner, self.notices, self.gallery, advance=Advance(settings.window.advance))
        self.labels = self.hand.labels  # the part that most others ask for
        self.crop = CropModel(self.hand.writer)
        self.compare = CompareModel(
            runner, self.gallery, self.labels, self.notices, self.picture.load, self.picture.ready
        )
        self.work = ProjectWork(self.activities, self.notices, decoder)
        self.gallery.counts_changed.connect(self.work.let_scan)
        watch = LiveOptions(scan=ScanOptions(decoder=decoder))
        self.live = LiveModel(runner, self.gallery, self.notices, settings.live, watch)

    @property
    def title(self) -> str:
        """Name of what is open."""
        if self.opened is not None:
            return self.opened.project.path.stem
        detail = self.inspector.detail
        return detail.path.name if self.mode is Mode.IMAGE and detail else ""

    @property
    def place(self) -> Path | None:
        """Folder of the open project."""
        return self.opened.project.path if self.opened else None

    def set_mode(self, mode: Mode) -> None:
        """Show nothing, the project or a single image."""
        self.mode = mode
        self.mode_changed.emit()

    def set_opening(self, *, on: bool, path: Path | None = None) -> None:
        """Say that something is being opened or left, or that it is done."""
        self.opening = on
        self.opening_path = path
        self.opening_changed.emit()

    def take_brain(self, brain: Brain | None, reason: str) -> None:
        """Ask this model from now on; `reason` says why there is none."""
        self.brain = brain
        self.heatmap.attach(brain.explain if brain else None)
        if reason:
            self.notices.warn(tr("No model to classify with: {reason}", reason=reason))

    def lay_out(self, opened: Opened, taxonomy: Taxonomy, brain: Brain | None, reason: str) -> None:
        """Put a project into the models; what shows its images begins to read."""
        self.opened = opened
        self.take_brain(brain, reason)
        self.work.attach(opened, brain)
        self.hand.attach(opened, brain, taxonomy)
        self.inspector.attach(opened.library)
        self.compare.attach(opened.library)
        self.thumbnails.attach(opened.thumbnails)
        # Before the mode: rows are read while the window puts up the page.
        self.gallery.attach(opened.library, self.place_before.wanted if self.place_before else None)
        self.set_mode(Mode.PROJECT)

    def clear(self) -> None:
        """Take everything out of the models and stop what they do; work that was begun may still run."""
        self.notices.clear()
        self.activities.cancel_all()
        self.work.attach(None, None)
        self.live.attach(None, None)
        self.thumbnails.attach(None)
        self.gallery.attach(None)
        self.inspector.attach(None)
        self.picture.forget()
        self.compare.attach(None)
        self.heatmap.attach(None)
        self.hand.attach(None, None, Taxonomy(()))

    def show_current(self) -> None:
        """Show the current image of the gallery."""
        if self.mode is Mode.PROJECT:
            current = self.gallery.current
            if current is not None:
                self.picture.show_image(current)  # what is known of it may take longer to read
            self.inspector.read(current, self.gallery.around())

    def read(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Read from the project off this thread and hand on what was found."""

        def failed(error: Exception) -> None:
            self.notices.failed(tr("The project could not be read"), error)

        self._runner.run(Lane.READ, work, done, failed)

    def with_unreadable(self, call: Callable[[list[tuple[Path, str]]], None]) -> None:
        """Hand the unreadable files and their reasons to `call`."""
        if self.opened is not None:
            self.read(self.opened.library.unreadable, call)

    def with_paths(self, call: Callable[[list[Path]], None]) -> None:
        """Hand the paths of the images chosen to `call`."""
        if self.opened is not None:
            ids, library = self.gallery.targets, self.opened.library
            self.read(lambda: library.paths(ids), call)
        elif self.inspector.detail is not None:
            call([self.inspector.detail.path])
