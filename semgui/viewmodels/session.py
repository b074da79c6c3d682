"""What is open: nothing, a project or a single image; and the models that show it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path

from psygnal import Signal

from semgui import paths
from semgui.catalogue.presets import load_preset
from semgui.domain.errors import ModelError, UsageError
from semgui.domain.ids import ImageId
from semgui.domain.taxonomy import Taxonomy
from semgui.imaging.decoders import Decoder
from semgui.services.demo import make_demo
from semgui.services.live import LiveOptions
from semgui.services.scan import ScanOptions
from semgui.settings import Settings
from semgui.texts import tr
from semgui.viewmodels.activity import Activities, Activity
from semgui.viewmodels.brain import Brain, BrainFinder, Examined
from semgui.viewmodels.compare import CompareModel
from semgui.viewmodels.crop import CropModel
from semgui.viewmodels.describe import metadata_line
from semgui.viewmodels.facts import facts_of
from semgui.viewmodels.figure import FigureModel
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.handwork import Handwork
from semgui.viewmodels.heatmap import HeatmapModel
from semgui.viewmodels.inspector import Detail, InspectorModel
from semgui.viewmodels.labelling import Advance
from semgui.viewmodels.live import LiveModel
from semgui.viewmodels.look import LookModel
from semgui.viewmodels.memory import Place, kept_place
from semgui.viewmodels.models import ModelsModel
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.opened import Opened, open_for
from semgui.viewmodels.picture import Picture, PictureKey, PictureModel, load_picture
from semgui.viewmodels.places import Kind, default_project, kind_of, project_folder
from semgui.viewmodels.project_work import ProjectWork
from semgui.viewmodels.ruler import RulerModel
from semgui.viewmodels.tasks import Lane, T, TaskRunner
from semgui.viewmodels.thumbnails import Thumbnail, ThumbnailModel
from semgui.viewmodels.training import TrainingModel

_IDLE_POLL_SECONDS = 0.05


class Mode(StrEnum):
    """What the window shows."""

    EMPTY = "empty"
    PROJECT = "project"
    IMAGE = "image"


class Session:
    """Opens and closes things, and lets the models follow each other.

    Parameters
    ----------
    runner
        Where slow work is done.
    settings
        Read only; the window writes them.
    find_brain
        Finds the model to classify with.
    decoder
        Where files are decoded.
    """

    mode_changed = Signal()
    opening_changed = Signal()
    leaving = Signal()

    def __init__(
        self, runner: TaskRunner, settings: Settings, find_brain: BrainFinder, decoder: Decoder
    ) -> None:
        self._runner = runner
        self._decoder = decoder
        self._settings = settings
        self._find_brain = find_brain
        self.mode = Mode.EMPTY
        self.opened: Opened | None = None
        self.brain: Brain | None = None
        self.opening = False
        self.opening_path: Path | None = None
        self.place_before: Place | None = None  # where one was in this project the last time
        self._sought: Path | None = None  # to go to when it is among the images
        self._drawing: Activity | None = None
        self.notices = Notices()
        self.activities = Activities(runner)
        self.gallery = GalleryModel(runner, self.notices)
        self.thumbnails = ThumbnailModel(runner)
        limits = settings.limits.for_decoding()
        self.picture = PictureModel(runner, partial(load_picture, decoder=decoder, limits=limits))
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
        self.work = ProjectWork(self.activities, self.notices, ScanOptions(limits=limits, decoder=decoder))
        self.live = LiveModel(
            runner,
            self.gallery,
            self.notices,
            settings.live,
            LiveOptions(scan=ScanOptions(limits=limits, decoder=decoder)),
        )
        self.models = ModelsModel(runner, self.activities, self.notices, settings, self.ask_anew)
        self.training = TrainingModel(runner, self.notices, lambda _: self.models.refresh())
        self._follow()

    # Opening

    def open_path(self, path: Path) -> None:
        """Open whatever lies at a path; a folder gets its project at the default place."""
        if self.opening:
            return
        path = path.expanduser().absolute()

        def found(opening: Callable[[], None]) -> None:
            self._set_opening(None)
            opening()

        def not_found(error: Exception) -> None:
            self._set_opening(None)
            self.notices.failed(tr("Nothing was opened"), error)

        # A disk that has to wake up, or a network that does not answer, must not hold the window.
        self._set_opening(path)
        self._runner.run(Lane.READ, lambda: self._way_to_open(path), found, not_found)

    def _way_to_open(self, path: Path) -> Callable[[], None]:
        kind = kind_of(path)
        if kind is Kind.PROJECT:
            return partial(self.open_project, project_folder(path))
        if kind is Kind.FOLDER:
            return partial(self.open_folder, path, default_project(path))
        return partial(self.open_image, path)

    def open_folder(self, folder: Path, place: Path) -> None:
        """Open a folder of images in the project at `place`, which is made if it is not there."""
        self._open(place, folder)

    def open_project(self, place: Path) -> None:
        """Open a project and look at its folders again."""
        self._open(place, None)

    def open_image(self, path: Path) -> None:
        """Show one image, its class and the nearest known ones; an open project stays open behind it."""
        if self.opened is None:
            self._open_image_alone(path)
            return
        library = self.opened.library

        def found(image_id: ImageId | None) -> None:
            if image_id is not None and self.gallery.row_of(image_id) >= 0:
                self.back_to_project()
                self.gallery.go_to(image_id)
            else:
                self._set_mode(Mode.IMAGE)
                self.inspector.put(Detail(path, picture=PictureKey(path, root=path.parent)))

        self._read(lambda: library.id_of(path), found)

    def back_to_project(self) -> None:
        """Leave an image that was looked at by itself."""
        if self.opened is not None and self.mode is Mode.IMAGE:
            self._set_mode(Mode.PROJECT)
            self._read_current()

    def show_known(self, image_id: ImageId) -> None:
        """Go from an image by itself to one of the project that is like it, if the filters let it through."""
        self.back_to_project()
        if self.gallery.row_of(image_id) >= 0:
            self.gallery.go_to(image_id)
        else:
            self.notices.info(tr("The filters keep that image out; clear them to see it."))

    def take_in_folder(self) -> None:
        """Add the folder of the image looked at to the project, or open one for it; then go to the image."""
        detail = self.inspector.detail
        if self.mode is not Mode.IMAGE or detail is None:
            return
        folder, self._sought = detail.path.parent, detail.path
        if self.opened is None:
            self.open_folder(folder, default_project(folder))
            return
        self.opened.folders = [*self.opened.folders, folder]
        self.back_to_project()
        self.work.scan()

    def _open_image_alone(self, path: Path) -> None:
        def begin() -> None:
            self._runner.run(Lane.READ, self._brain_or_reason, ready, self._open_failed)

        def ready(found: tuple[Brain | None, str]) -> None:
            self._set_opening(None)
            self._take_brain(*found)
            self.hand.attach(None, None, _model_taxonomy(self.brain))
            self._set_mode(Mode.IMAGE)
            self.inspector.put(Detail(path, picture=PictureKey(path, root=path.parent)))

        self._leave(begin, path)

    def open_sample(self) -> None:
        """Open the sample project, which is drawn among the user's own data when it is not there yet."""
        if self.drawing_sample:
            return
        place = paths.data_dir() / "sample"
        self._drawing = self.activities.start(
            tr("Drawing the sample"),
            lambda progress, cancel: make_demo(place, progress=progress, cancel=cancel),
            done=lambda made: self.open_project(made.project_path),
            failed=lambda error: self.notices.failed(tr("The sample project could not be made"), error),
        )

    def close(self) -> None:
        """Close what is open and show the empty window."""

        def closed() -> None:
            self._set_opening(None)
            self._set_mode(Mode.EMPTY)

        self._leave(closed, None)

    def ask_anew(self) -> None:
        """Ask the model of the settings from now on: it was changed."""
        detail = self.inspector.detail
        if self.place is not None:
            self.open_project(self.place)
        elif self.mode is Mode.IMAGE and detail is not None:
            self._open_image_alone(detail.path)

    def shut_down(self) -> None:
        """Stop everything at the end of the program; the runner must be closed before `release`."""
        self.activities.cancel_all()
        self.training.unwatch()
        self.live.attach(None, None)

    def release(self) -> None:
        """Close the project; nothing may use it any more."""
        if self.opened is not None:
            self.opened.close()
            self.opened = None

    # For the window

    @property
    def drawing_sample(self) -> bool:
        """Whether the sample project is being made; asked for twice, it is made once."""
        return self._drawing in self.activities.running

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

    def with_unreadable(self, call: Callable[[list[tuple[Path, str]]], None]) -> None:
        """Hand the unreadable files and their reasons to `call`."""
        if self.opened is not None:
            self._read(self.opened.library.unreadable, call)

    def with_paths(self, call: Callable[[list[Path]], None]) -> None:
        """Hand the paths of the images chosen to `call`."""
        if self.opened is not None:
            ids, library = self.gallery.targets, self.opened.library
            self._read(lambda: library.paths(ids), call)
        elif self.inspector.detail is not None:
            call([self.inspector.detail.path])

    # Following each other

    def _follow(self) -> None:
        self.gallery.current_changed.connect(self._read_current)
        self.gallery.rows_changed.connect(self._go_to_sought)
        self.inspector.changed.connect(self._show_picture)
        self.picture.changed.connect(self._picture_changed)
        self.thumbnails.arrived.connect(self._thumbnails_arrived)
        self.hand.writer.databars_moved.connect(self._databars_moved)
        self.hand.committed.connect(self._committed)
        self.hand.changed.connect(lambda: self._committed(None))
        self.hand.taken_back.connect(self._go_where_it_happened)
        self.work.labels_changed.connect(self.hand.changed_elsewhere)
        self.work.rows_changed.connect(self.gallery.refresh)
        self.work.answers_changed.connect(self._answers_changed)
        self.live.rows_changed.connect(self.gallery.refresh)
        self.live.answers_changed.connect(self._some_answers_changed)

    def _read_current(self) -> None:
        if self.mode is Mode.PROJECT:
            current = self.gallery.current
            if current is not None:
                self.picture.show_image(current)  # what is known of it may take longer to read
            self.inspector.read(current, self.gallery.around())

    def _show_picture(self) -> None:
        detail = self.inspector.detail
        if detail is None:
            self.picture.show(None)
        else:
            self.picture.show(detail.picture, detail.neighbours)

    def _picture_changed(self) -> None:
        picture = None if self.picture.loading or self.picture.error else self.picture.shown
        for tool in (self.look, self.ruler, self.crop):
            tool.set_picture(self.picture.shown)
        self.heatmap.set_picture(picture)
        detail = self.inspector.detail
        if self.mode is Mode.IMAGE and picture is not None and detail is not None and not detail.facts:
            self._classify_single(picture, detail)

    def _classify_single(self, picture: Picture, detail: Detail) -> None:
        rows, columns = picture.pixels.shape
        facts = metadata_line(picture.metadata, columns, rows, str(picture.pixels.dtype))
        values = facts_of(picture.metadata, columns, rows, str(picture.pixels.dtype))
        known = dataclasses.replace(detail, facts=facts, values=values)
        self.inspector.put(known)
        brain = self.brain
        if brain is None:
            return

        def done(found: Examined) -> None:
            if self.inspector.detail is known:
                self.inspector.put(dataclasses.replace(known, answer=found.answer, known=found.known))

        project = None if self.opened is None else self.opened.project

        self._runner.run(
            Lane.HEATMAP,
            lambda: brain.examine(picture, project),
            done,
            lambda error: self.notices.failed(tr("The image could not be classified"), error),
        )

    def _answers_changed(self) -> None:
        self.gallery.forget_tiles()
        self.gallery.refresh()
        detail = self.inspector.detail
        if detail is not None and detail.answer is None:
            self._read_current()

    def _some_answers_changed(self, ids: tuple[ImageId, ...]) -> None:
        self.gallery.forget_tiles(ids)
        self.compare.refresh(ids)
        self.gallery.refresh()
        if self.gallery.current in ids:
            self._read_current()

    def _thumbnails_arrived(self, arrived: tuple[Thumbnail, ...]) -> None:
        unreadable = [found.id for found in arrived if found.pixels is None]
        if unreadable:  # as their pixels turned out to be
            self.gallery.forget_tiles(unreadable)
            self.gallery.refresh()

    def _committed(self, ids: tuple[ImageId, ...] | None) -> None:
        """Follow a change of these images, of none but the classes, or (``None``) of whatever images."""
        current = self.gallery.current
        if ids is None or ids:
            self.gallery.forget_tiles(ids)
        self.gallery.refresh()
        self.compare.refresh(ids or ())
        if not ids or current in ids:
            self._read_current()
        self._read_taxonomy()

    def _databars_moved(self, ids: tuple[ImageId, ...]) -> None:
        """Do anew what depends on the area above the crop line; the answers are gone already."""
        self.picture.forget(ids)
        self.thumbnails.renew(ids)
        self.work.classify()

    def _go_to_sought(self) -> None:
        """Go to the image whose folder was taken in, once it is among the rows."""
        path, opened = self._sought, self.opened
        if path is None or opened is None:
            return

        def found(image_id: ImageId | None) -> None:
            if self._sought == path and self.gallery.row_of(image_id) >= 0:
                self._sought = None
                self.gallery.go_to(image_id)

        self._read(lambda: opened.library.id_of(path), found)

    def _go_back_to(self, image_id: ImageId | None) -> None:
        if self.gallery.row_of(image_id) >= 0:
            self.gallery.go_to(image_id)

    def _go_where_it_happened(self, ids: tuple[ImageId, ...]) -> None:
        if ids and self.gallery.current not in ids and self.gallery.row_of(ids[0]) >= 0:
            self.gallery.go_to(ids[0])

    def _read_taxonomy(self) -> None:
        if self.opened is not None:
            self._read(self.opened.taxonomy, self.labels.set_taxonomy)

    def _read(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        def failed(error: Exception) -> None:
            self.notices.failed(tr("The project could not be read"), error)

        self._runner.run(Lane.READ, work, done, failed)

    # Coming and going

    def _open(self, place: Path, folder: Path | None) -> None:
        def begin() -> None:
            self._runner.run(Lane.READ, open_it, self._project_opened, self._open_failed)

        def open_it() -> tuple[Opened, Taxonomy, Brain | None, str]:
            brain, reason = self._brain_or_reason()
            opened = open_for(place, folder, brain, self._settings, self.thumbnails.deliver, self._decoder)
            return opened, opened.taxonomy(), brain, reason

        self._leave(begin, place if folder is None else folder)

    def _project_opened(self, found: tuple[Opened, Taxonomy, Brain | None, str]) -> None:
        opened, taxonomy, brain, reason = found
        self._set_opening(None)
        self.opened = opened
        known = self.place_before = kept_place(opened.project.path)
        self._take_brain(brain, reason)
        self.work.attach(opened, brain)
        self.hand.attach(opened, brain, taxonomy)
        self.inspector.attach(opened.library)
        self.compare.attach(opened.library)
        self.thumbnails.attach(opened.thumbnails)
        self._set_mode(Mode.PROJECT)
        self.gallery.attach(opened.library, known.wanted if known else None)
        if known is not None and known.image is not None and self._sought is None:
            image = known.image
            self._read(lambda: opened.library.id_of(image), self._go_back_to)  # after the rows are read
        if opened.new:
            place = opened.project.path
            self.notices.info(tr("Labels and predictions are kept in {place}", place=place))
        self.live.attach(opened, brain)
        self.work.scan()

    def _open_failed(self, error: Exception) -> None:
        self._set_opening(None)
        self._set_mode(Mode.EMPTY)
        self.notices.failed(tr("It could not be opened"), error)

    def _set_opening(self, path: Path | None) -> None:
        self.opening = path is not None
        self.opening_path = path
        self.opening_changed.emit()

    def _leave(self, then: Callable[[], None], path: Path | None) -> None:
        """Stop all work, wait until nothing uses the project any more, close it, and go on to `path`."""
        if self.opening:
            return
        self.leaving.emit()
        self.opening = True
        self.opening_path = path
        self.opening_changed.emit()
        self.notices.clear()
        self.activities.cancel_all()
        self.work.attach(None, None)
        self.live.attach(None, None)
        self.thumbnails.attach(None)
        self.gallery.attach(None)
        self.inspector.attach(None)
        self.compare.attach(None)
        self.heatmap.attach(None)
        self.hand.attach(None, None, Taxonomy(()))

        def when_idle() -> None:
            if self._runner.busy:
                self._runner.later(_IDLE_POLL_SECONDS, when_idle)
                return
            opened, self.opened = self.opened, None
            if opened is None:
                then()
                return
            # A thumbnail that is being made may take a while, and the project must outlive it.
            self._runner.run(Lane.READ, opened.close, lambda _: then(), self._open_failed)

        when_idle()

    def _brain_or_reason(self) -> tuple[Brain | None, str]:
        try:
            return self._find_brain(), ""
        except (ModelError, UsageError) as error:
            return None, str(error)

    def _take_brain(self, brain: Brain | None, reason: str) -> None:
        self.brain = brain
        self.heatmap.attach(brain.explain if brain else None)
        if reason:
            self.notices.warn(tr("No model to classify with: {reason}", reason=reason))

    def _set_mode(self, mode: Mode) -> None:
        self.mode = mode
        self.mode_changed.emit()


def _model_taxonomy(brain: Brain | None) -> Taxonomy:
    """Return the classes of a model, in the colours of the preset where it has them."""
    if brain is None:
        return Taxonomy(())
    wanted = {class_id for class_id, _ in brain.classes}
    return Taxonomy(tuple(c for c in load_preset("nffa10") if c.id in wanted))
