"""Labels by the user's hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from psygnal import Signal

from semgui.catalogue.verdicts import NONE_OF_THESE
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.taxonomy import SemClass, Taxonomy
from semgui.review.audit_commands import JudgeAudit
from semgui.review.commands import (
    AcceptPredictions,
    ClearLabels,
    Command,
    LabelAsNamed,
    LabelAsNewClass,
    SetLabels,
)
from semgui.review.confirm import ConfirmLabels
from semgui.texts import tr
from semgui.viewmodels.brain import Brain
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.writer import Action, Writer


class Advance(StrEnum):
    """Where the window goes after one image was labelled."""

    STAY = "stay"
    NEXT = "next"
    UNLABELLED = "unlabelled"


class LabelModel:
    """The palette and what is done with it.

    Attributes
    ----------
    taxonomy
        Classes offered, and archived ones.
    advance
        Where to go on after labelling a single image.
    stays
        Whether nothing goes on for now: images are compared.
    blind
        Whether labels are given without knowing what was said before: the verdicts of an audit.
    saying
        The command that a class key gives: a label, a verdict of an audit, or what settles a disagreement.
    """

    taxonomy_changed = Signal()
    asked = Signal(tuple, object)  # ids, and their class where it is known; not on the disk yet
    went_over = Signal(tuple)  # ids of images that were labelled, confirmed or had something repeated
    advance_asked = Signal(Advance)

    def __init__(self, writer: Writer, notices: Notices, *, advance: Advance) -> None:
        self._writer = writer
        self._notices = notices
        self._brain: Brain | None = None
        self.taxonomy = Taxonomy(())
        self.advance = advance
        self.stays = False
        self.blind = False
        self.saying: Callable[[Sequence[ImageId], ClassId], Command] = SetLabels

    @property
    def possible(self) -> bool:
        """Whether there is a project to write labels into."""
        return self._writer.possible

    def attach(self, brain: Brain | None, taxonomy: Taxonomy) -> None:
        """Offer other classes, and accept the predictions of another model."""
        self._brain = brain
        self.set_taxonomy(taxonomy)

    def set_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Offer these classes."""
        if taxonomy != self.taxonomy:
            self.taxonomy = taxonomy
            self.taxonomy_changed.emit()

    def class_of(self, class_id: ClassId | None) -> SemClass | None:
        """Return a class by its id, archived or not."""
        return next((c for c in self.taxonomy if c.id == class_id), None)

    def name_of(self, class_id: ClassId) -> str:
        """Return the name of a class, the model's where the project has no such class."""
        found = self.class_of(class_id)
        if found is not None:
            return found.name
        return dict(self._brain.classes if self._brain else ()).get(class_id, str(class_id))

    def set_label(self, ids: Sequence[ImageId], class_id: ClassId) -> None:
        """Label images with a class."""
        if self.possible and ids:
            self.asked.emit(tuple(ids), class_id)
            self._writer.do(
                self.saying(ids, class_id), self.name_of(class_id), about=ids, done=self._told(ids)
            )
            self._go_on(ids)

    def judge_none(self, ids: Sequence[ImageId]) -> None:
        """Say blind that images are of none of the classes, and go on."""
        if self.possible and self.blind and ids:
            self._writer.do(JudgeAudit([(i, NONE_OF_THESE) for i in ids]), tr("None of these"), about=ids)
            self._go_on(ids)

    def set_new_class(self, ids: Sequence[ImageId], name: str) -> None:
        """Make a class and label images with it, as one action."""
        if self.possible and ids:
            self.asked.emit(tuple(ids), None)
            self._writer.do(LabelAsNewClass(ids, name), name, about=ids, done=self._told(ids))
            self._go_on(ids)

    def confirm(self, ids: Sequence[ImageId]) -> None:
        """Say that the labels that images have are right, and go on."""
        if self.possible and ids:
            self._writer.do(ConfirmLabels(ids), tr("Kept"), about=ids, done=self._told(ids))
            self._go_on(ids)

    def set_named(self, ids: Sequence[ImageId], name: str) -> None:
        """Label images with the class of a name, which is made if there is none, as one action."""
        if self.possible and ids:
            self.asked.emit(tuple(ids), None)
            self._writer.do(LabelAsNamed(ids, name), name, about=ids, done=self._told(ids))
            self._go_on(ids)

    def repeat(self, ids: Sequence[ImageId]) -> None:
        """Do to images what was done to images last, and go on."""
        if self.possible and ids:
            self._writer.repeat(ids)
            self._go_on(ids)

    def clear_label(self, ids: Sequence[ImageId]) -> None:
        """Remove the labels of images."""
        if self.possible and ids:
            self._writer.do(ClearLabels(ids), tr("Label removed"), about=ids, done=self._told(ids))

    def accept(self, ids: Sequence[ImageId]) -> None:
        """Take the model's class as the label."""
        if self.possible and ids and self._brain is not None:
            command = AcceptPredictions(ids, self._brain.id, self._brain.classes)
            self.asked.emit(tuple(ids), None)
            self._writer.do(command, tr("Accepted"), about=ids, done=self._told(ids))
            self._go_on(ids)

    def _go_on(self, ids: Sequence[ImageId]) -> None:
        # Going on is no acknowledgement: the next key must find the next image, however slow the disk is.
        self.went_over.emit(tuple(ids))
        if self.advance is not Advance.STAY and not self.stays and len(ids) == 1:
            self.advance_asked.emit(self.advance)

    def _told(self, ids: Sequence[ImageId]) -> Callable[[Action | None], None]:
        def done(action: Action | None) -> None:
            if action is None:
                self._notices.info(
                    tr("Nothing to change: these images say so already or have no prediction.")
                )
            elif len(ids) > 1:
                self._notices.info(tr("{title}: done. Ctrl+Z takes it back.", title=action.title))

        return done
