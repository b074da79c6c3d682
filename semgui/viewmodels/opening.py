"""Opening and leaving: the project before is closed only after the last work on it has ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from semgui.catalogue.presets import load_preset
from semgui.domain.errors import ModelError, UsageError
from semgui.domain.ids import ImageId
from semgui.domain.taxonomy import Taxonomy
from semgui.imaging.decoders import Decoder
from semgui.settings import Settings
from semgui.texts import tr
from semgui.viewmodels.brain import Brain, BrainFinder
from semgui.viewmodels.desk import Desk, Mode
from semgui.viewmodels.guest import Guest
from semgui.viewmodels.memory import kept_place
from semgui.viewmodels.opened import Opened, open_for
from semgui.viewmodels.places import Kind, default_project, kind_of, project_folder
from semgui.viewmodels.tasks import Lane, TaskRunner

_IDLE_POLL_SECONDS = 0.05


class Opening:
    """Puts things on the desk, one at a time.

    Parameters
    ----------
    find_brain
        Finds the model to classify with.
    decoder
        Where files are decoded.
    """

    def __init__(
        self,
        runner: TaskRunner,
        desk: Desk,
        guest: Guest,
        settings: Settings,
        find_brain: BrainFinder,
        decoder: Decoder,
    ) -> None:
        self._runner = runner
        self._desk = desk
        self._guest = guest
        self._settings = settings
        self._find_brain = find_brain
        self._decoder = decoder

    def path(self, path: Path) -> None:
        """Open whatever lies at a path; a folder gets its project at the default place."""
        desk = self._desk
        if desk.opening:
            return
        path = path.expanduser().absolute()

        def found(opening: Callable[[], None]) -> None:
            desk.set_opening(on=False)
            opening()

        def not_found(error: Exception) -> None:
            desk.set_opening(on=False)
            desk.notices.failed(tr("Nothing was opened"), error)

        # A disk that has to wake up, or a network that does not answer, must not hold the window.
        desk.set_opening(on=True, path=path)
        self._runner.run(Lane.READ, lambda: self._way_to_open(path), found, not_found)

    def _way_to_open(self, path: Path) -> Callable[[], None]:
        kind = kind_of(path)
        if kind is Kind.PROJECT:
            return partial(self.project, project_folder(path))
        if kind is Kind.FOLDER:
            return partial(self.project, default_project(path), path)
        return partial(self.image, path)

    def project(self, place: Path, folder: Path | None = None) -> None:
        """Open a project; with `folder` for its images, and made if it is not there."""

        def open_it() -> tuple[Opened, Taxonomy, Brain | None, str]:
            brain, reason = self._brain_or_reason()
            deliver = self._desk.thumbnails.deliver
            opened = open_for(place, folder, brain, self._settings, deliver, self._decoder)
            return opened, opened.taxonomy(), brain, reason

        self.leave(
            lambda: self._runner.run(Lane.READ, open_it, self._project_opened, self._failed),
            place if folder is None else folder,
        )

    def image(self, path: Path) -> None:
        """Show one image; if the open project has it, there, and else with the project behind it."""
        opened = self._desk.opened
        if opened is None:
            self.image_alone(path)
            return

        def found(image_id: ImageId | None) -> None:
            if self._desk.gallery.row_of(image_id) >= 0:
                self._guest.leave()
                self._desk.gallery.go_to(image_id)
            else:
                self._guest.show(path)

        self._desk.read(lambda: opened.library.id_of(path), found)

    def image_alone(self, path: Path) -> None:
        """Show one image and no project."""

        def ready(found: tuple[Brain | None, str]) -> None:
            self._desk.set_opening(on=False)
            self._desk.take_brain(*found)
            self._desk.hand.attach(None, None, _model_taxonomy(self._desk.brain))
            self._guest.show(path)

        self.leave(
            lambda: self._runner.run(Lane.READ, self._brain_or_reason, ready, self._failed),
            path,
        )

    def folder_of_guest(self) -> None:
        """Add the folder of the image looked at to the project, or open one for it; then go to the image."""
        desk, detail = self._desk, self._desk.inspector.detail
        if desk.mode is not Mode.IMAGE or detail is None:
            return
        folder, seek = detail.path.parent, detail.path
        if desk.opened is None:
            self.project(default_project(folder), folder)
            self._guest.sought = seek  # what was sought before is forgotten by now
            return
        self._guest.sought = seek
        desk.opened.folders = [*desk.opened.folders, folder]
        desk.live.attach(desk.opened, desk.brain)  # a watch goes on with this folder, too
        self._guest.leave()
        desk.work.scan()

    def nothing(self) -> None:
        """Close what is open and show the empty window."""

        def closed() -> None:
            self._desk.set_opening(on=False)
            self._desk.set_mode(Mode.EMPTY)

        self.leave(closed, None)

    def leave(self, then: Callable[[], None], path: Path | None) -> None:
        """Stop all work, wait until nothing uses the project any more, close it, and go on to `path`."""
        desk = self._desk
        if desk.opening:
            return
        desk.leaving.emit()
        desk.set_opening(on=True, path=path)
        desk.clear()

        def when_idle() -> None:
            if self._runner.busy:
                self._runner.later(_IDLE_POLL_SECONDS, when_idle)
                return
            opened, desk.opened = desk.opened, None
            if opened is None:
                then()
                return
            # A thumbnail that is being made may take a while, and the project must outlive it.
            self._runner.run(Lane.READ, opened.close, lambda _: then(), self._failed)

        when_idle()

    def _project_opened(self, found: tuple[Opened, Taxonomy, Brain | None, str]) -> None:
        opened, desk = found[0], self._desk
        place = opened.project.path
        desk.set_opening(on=False)
        known = desk.place_before = kept_place(place)
        desk.lay_out(*found)
        if known is not None and known.image is not None and self._guest.sought is None:
            image = known.image
            desk.read(lambda: opened.library.id_of(image), self._go_back_to)  # after the rows are read
        if opened.new:
            desk.notices.info(tr("Labels and predictions are kept in {place}", place=place))
        desk.live.attach(opened, desk.brain)
        desk.work.scan()

    def _go_back_to(self, image_id: ImageId | None) -> None:
        self._guest.go_to(image_id)

    def _failed(self, error: Exception) -> None:
        self._desk.set_opening(on=False)
        self._desk.set_mode(Mode.EMPTY)
        self._desk.notices.failed(tr("It could not be opened"), error)

    def _brain_or_reason(self) -> tuple[Brain | None, str]:
        try:
            return self._find_brain(), ""
        except (ModelError, UsageError) as error:
            return None, str(error)


def _model_taxonomy(brain: Brain | None) -> Taxonomy:
    """Return the classes of a model, in the colours of the preset where it has them."""
    if brain is None:
        return Taxonomy(())
    wanted = {class_id for class_id, _ in brain.classes}
    return Taxonomy(tuple(c for c in load_preset("nffa10") if c.id in wanted))
