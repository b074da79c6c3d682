"""Accepting predictions unseen: what can be promised of them, on what evidence, and what is missing."""

from __future__ import annotations

from collections.abc import Callable

from psygnal import Signal

from semgui.domain.errors import Cancelled, UsageError
from semgui.domain.progress import CancelToken, Progress
from semgui.review.accept import AcceptForUnlabelled
from semgui.review.audit import Part
from semgui.services.accept import AcceptProposal, propose_acceptance
from semgui.services.audit import AuditState, LabelErrors, audit_state, draw_sample, label_errors
from semgui.texts import tr
from semgui.viewmodels.desk import Desk
from semgui.viewmodels.review import ReviewModel
from semgui.viewmodels.tasks import Lane, TaskRunner
from semgui.viewmodels.writer import Action

FIRST_SAMPLE = {Part.LABELLED: 100, Part.UNLABELLED: 150}
"""Images to judge that begin to say something."""


class AcceptModel:
    """The promise asked for and the audit that it rests on.

    Attributes
    ----------
    precision
        Asked for.
    proposal
        What could be accepted; ``None`` before it was asked, and when what it rests on has changed.
    audit
        Where the audit stands.
    errors
        What the audit says of the labels.
    asking
        Whether the evidence is being looked at.
    problem
        Why nothing can be said, in a sentence.
    """

    changed = Signal()
    drawn = Signal()  # there are images to judge blind now

    def __init__(self, runner: TaskRunner, desk: Desk, review: ReviewModel) -> None:
        self._runner = runner
        self._desk = desk
        self._review = review
        self._ticket = 0
        self.precision = 0.95
        self.proposal: AcceptProposal | None = None
        self.audit: AuditState | None = None
        self.errors: LabelErrors | None = None
        self.asking = False
        self.problem = ""
        desk.leaving.connect(self._forget)
        desk.hand.committed.connect(lambda _: self._outdate())
        desk.work.answers_changed.connect(self._outdate)

    def refresh(self) -> None:
        """Read where the audit stands."""
        opened = self._desk.opened
        if opened is None:
            return
        ticket = self._ticket

        def done(found: tuple[AuditState, LabelErrors]) -> None:
            if ticket == self._ticket:
                self.audit, self.errors = found
                self.changed.emit()

        self._runner.run(
            Lane.CASE,
            lambda: (audit_state(opened.project), label_errors(opened.project)),
            done,
            lambda error: self._desk.notices.failed(tr("The audit could not be read"), error),
        )

    def ask(self, precision: float) -> None:
        """Find out what can be accepted with this precision; it counts as a look at the evidence."""
        opened, brain = self._desk.opened, self._desk.brain
        if opened is None or self.asking:
            return
        if brain is None:
            self.problem = tr("There is no model whose predictions could be accepted; choose one in Models.")
            self.changed.emit()
            return
        self.precision = precision
        self.proposal, self.problem, self.asking = None, "", True
        ticket = self._ticket

        def work(progress: Callable[[Progress], None], cancel: CancelToken) -> AcceptProposal:
            return propose_acceptance(opened.project, precision, brain.id, progress=progress, cancel=cancel)

        def done(found: AcceptProposal) -> None:
            if ticket == self._ticket:
                self.asking, self.proposal = False, found
                self.changed.emit()

        def failed(error: Exception) -> None:
            if ticket != self._ticket:
                return
            self.asking = False
            if isinstance(error, UsageError):
                self.problem = str(error)
            elif not isinstance(error, Cancelled):
                self._desk.notices.failed(tr("The evidence could not be looked at"), error)
            self.changed.emit()

        self._desk.activities.start(tr("Looking at the evidence"), work, done=done, failed=failed)
        self.changed.emit()

    def accept(self) -> None:
        """Make the predictions labels, as one action and one undo."""
        proposal = self.proposal
        if proposal is None or not proposal.ids:
            return
        command = AcceptForUnlabelled(proposal.ids, proposal.model_id, proposal.class_names)
        self._desk.hand.writer.do(command, tr("Accepted"), done=self._told)

    def draw(self, part: Part, more: int) -> None:
        """Let so many more images of a part be judged blind, and go to them."""
        opened, ticket = self._desk.opened, self._ticket
        if opened is None:
            return
        size = more if self.audit is None else self.audit.parts[part].size + more
        annotator = opened.annotator

        def done(found: AuditState) -> None:
            if ticket == self._ticket:
                self.audit = found
                self._review.source.labels_changed()
                self._review.choose("audit")
                self.changed.emit()
                self.drawn.emit()

        def failed(error: Exception) -> None:
            if isinstance(error, UsageError):
                self._desk.notices.warn(str(error))
            else:
                self._desk.notices.failed(tr("No sample was drawn"), error)

        self._runner.run(Lane.WRITE, lambda: draw_sample(opened.project, part, size, annotator), done, failed)

    # Inside

    def _told(self, action: Action | None) -> None:
        if action is None:
            self._desk.notices.info(tr("Nothing to change: all of it is so already."))
        else:
            self._desk.notices.info(tr("{title}: done. Ctrl+Z takes it back.", title=action.title))

    def _outdate(self) -> None:
        if self.proposal is not None:
            self.proposal = None
            self.changed.emit()

    def _forget(self) -> None:
        self._ticket += 1
        self.proposal, self.audit, self.errors = None, None, None
        self.asking, self.problem = False, ""
        self.changed.emit()
