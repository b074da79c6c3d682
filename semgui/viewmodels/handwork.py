"""All that a person does to a project by hand, and the models that show it."""

from __future__ import annotations

from psygnal import Signal

from semgui.domain.ids import ImageId
from semgui.domain.taxonomy import Taxonomy
from semgui.texts import tr
from semgui.viewmodels.brain import Brain
from semgui.viewmodels.classes import ClassModel
from semgui.viewmodels.examples import ExampleModel
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.history import HistoryModel
from semgui.viewmodels.labelling import Advance, LabelModel
from semgui.viewmodels.marks import MarkModel
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.opened import Opened
from semgui.viewmodels.pace import PaceModel
from semgui.viewmodels.tasks import TaskRunner
from semgui.viewmodels.unlabelled import UnlabelledModel
from semgui.viewmodels.writer import Action, Writer


class Handwork:
    """Labels, marks and classes written through one `Writer`, and what follows from a commit.

    Attributes
    ----------
    committed
        Ids of images touched by an action that is on the disk now; empty if it changed classes only.
    taken_back
        Ids of images touched by an undo or a redo.
    not_saved
        Ids of images that counted as done, and are not: what was said of them could not be written.
    changed
        Something else changed what people said; which images is not known.
    """

    committed = Signal(tuple)
    taken_back = Signal(tuple)
    not_saved = Signal(tuple)
    changed = Signal()

    def __init__(
        self, runner: TaskRunner, notices: Notices, gallery: GalleryModel, *, advance: Advance
    ) -> None:
        self._notices = notices
        self._gallery = gallery
        self.writer = Writer(runner, notices)
        self.labels = LabelModel(self.writer, notices, advance=advance)
        self.marks = MarkModel(self.writer, runner, notices)
        self.classes = ClassModel(self.writer, self.labels, runner, notices)
        self.examples = ExampleModel(runner)
        self.history = HistoryModel(self.writer, runner, notices)
        self.pace = PaceModel(runner, notices)
        self.unlabelled = UnlabelledModel(runner, notices)
        self.writer.committed.connect(self._committed)
        self.writer.taken_back.connect(lambda action: self.taken_back.emit(action.ids))
        self.writer.not_saved.connect(self._lost)
        self.labels.asked.connect(lambda ids, _: self.unlabelled.drop(ids))
        self.labels.advance_asked.connect(self._go_on)
        gallery.selection_changed.connect(self._show_marks)
        gallery.current_changed.connect(self._show_marks)

    def attach(self, opened: Opened | None, brain: Brain | None, taxonomy: Taxonomy) -> None:
        """Work on another project, or on none.

        Parameters
        ----------
        brain
            Whose predictions can be accepted.
        taxonomy
            The classes of the project.
        """
        self.writer.attach(opened.sink if opened else None)
        self.labels.attach(brain, taxonomy)
        self.marks.attach(opened.marks if opened else None)
        self.classes.attach(opened.class_counts if opened else None)
        self.examples.attach(opened.thumbnails.picture_of if opened else None)
        self.history.attach(opened.past if opened else None)
        self.pace.attach(opened.labelled_since if opened else None)
        self.unlabelled.attach(opened.unlabelled if opened else None)

    def go_to_next_unlabelled(self) -> None:
        """Go on to the next image without a label, from the start again at the end."""
        gallery = self._gallery
        row = self.unlabelled.next_after(gallery.current_row, gallery.ids)
        if row < 0:
            self._notices.info(tr("Every image shown here has a label."))
        else:
            gallery.go_to(ImageId(int(gallery.ids[row])))

    def _go_on(self, advance: Advance) -> None:
        if not self._gallery.walks:  # a queue goes on by itself
            return
        if advance is Advance.UNLABELLED:
            self.go_to_next_unlabelled()
        else:
            self._gallery.step(1)

    def changed_elsewhere(self) -> None:
        """Read everything again: labels, marks or classes were changed by something else than this hand."""
        self.changed.emit()
        self._refresh_images()
        self._refresh_panels()

    def _committed(self, action: Action) -> None:
        self.committed.emit(action.ids)
        if action.ids:
            self._refresh_images()
        self._refresh_panels()

    def _lost(self, ids: tuple[ImageId, ...]) -> None:
        self.unlabelled.refresh()
        self.not_saved.emit(ids)

    def _refresh_images(self) -> None:
        self.unlabelled.refresh()
        self.pace.refresh()
        self.marks.refresh()

    def _refresh_panels(self) -> None:
        self.classes.refresh()
        self.history.refresh()

    def _show_marks(self) -> None:
        self.marks.show(self._gallery.targets)
