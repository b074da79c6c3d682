"""An image looked at by itself: classified at once, before an open project or without any."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from semgui.domain.ids import ImageId
from semgui.imaging.reader import ImageInfo, read_info
from semgui.texts import tr
from semgui.viewmodels.brain import Brain, Examined
from semgui.viewmodels.describe import metadata_line
from semgui.viewmodels.desk import Desk, Mode
from semgui.viewmodels.facts import facts_of
from semgui.viewmodels.inspector import Detail
from semgui.viewmodels.picture import Picture, PictureKey
from semgui.viewmodels.tasks import Lane, TaskRunner


class Guest:
    """The image that is no image of a project, or not yet.

    Attributes
    ----------
    sought
        A file to go to as soon as it is among the images of the project.
    """

    def __init__(self, runner: TaskRunner, desk: Desk) -> None:
        self._runner = runner
        self._desk = desk
        self.sought: Path | None = None
        desk.leaving.connect(self._seek_nothing)

    def show(self, path: Path) -> None:
        """Show an image; it is classified when its pixels are there."""
        self._desk.set_mode(Mode.IMAGE)
        key = PictureKey(path, root=path.parent)
        seen = Detail(path, picture=key)
        self._desk.inspector.put(seen)

        def header_read(info: ImageInfo) -> None:
            if self._desk.inspector.detail is seen:  # the pixels of a large picture take much longer
                size = replace(key, size=(info.height, info.width))
                values = facts_of(info.metadata, info.width, info.height, info.dtype)
                self._desk.inspector.put(replace(seen, picture=size, values=values))

        # A file that cannot be read says so when its pixels are asked for.
        self._runner.run(Lane.DETAIL, lambda: read_info(path, root=path.parent), header_read, lambda _: None)

    def leave(self) -> None:
        """Go back to the project behind it, if there is one."""
        if self._desk.opened is not None and self._desk.mode is Mode.IMAGE:
            self._desk.set_mode(Mode.PROJECT)
            self._desk.show_current()

    def show_known(self, image_id: ImageId) -> None:
        """Go to an image of the project that is like it, if the filters let that one through."""
        self.leave()
        if not self.go_to(image_id):
            self._desk.notices.info(tr("The filters keep that image out; clear them to see it."))

    def go_to(self, image_id: ImageId | None) -> bool:
        """Go to an image of the project; return whether it is among the rows."""
        there = self._desk.gallery.row_of(image_id) >= 0
        if there:
            self._desk.gallery.go_to(image_id)
        return there

    def go_to_sought(self) -> None:
        """Go to the image whose folder was taken in, once it is among the rows."""
        path, opened = self.sought, self._desk.opened
        if path is None or opened is None:
            return

        def found(image_id: ImageId | None) -> None:
            if self.sought == path and self.go_to(image_id):
                self.sought = None

        self._desk.read(lambda: opened.library.id_of(path), found)

    def _seek_nothing(self) -> None:
        self.sought = None

    def classify(self, picture: Picture) -> None:
        """Say what is known of the pixels that are on screen now, and ask the model, once."""
        detail = self._desk.inspector.detail
        if self._desk.mode is not Mode.IMAGE or detail is None or detail.facts:
            return
        rows, columns = picture.pixels.shape
        dtype = str(picture.pixels.dtype)
        known = replace(
            detail,
            facts=metadata_line(picture.metadata, columns, rows, dtype),
            values=facts_of(picture.metadata, columns, rows, dtype),
        )
        self._desk.inspector.put(known)
        if self._desk.brain is not None:
            self._ask(self._desk.brain, picture, known)

    def _ask(self, brain: Brain, picture: Picture, known: Detail) -> None:
        desk = self._desk
        project = None if desk.opened is None else desk.opened.project

        def done(found: Examined) -> None:
            if desk.inspector.detail is known:
                desk.inspector.put(replace(known, answer=found.answer, known=found.known))

        self._runner.run(
            Lane.HEATMAP,
            lambda: brain.examine(picture, project),
            done,
            lambda error: desk.notices.failed(tr("The image could not be classified"), error),
        )
