"""What annotators agree on, and the queue of what they do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from psygnal import Signal

from semgui.review.evidence import Evidence
from semgui.review.strategies.base import Scores
from semgui.scoring.ticks import Tick, silent
from semgui.services.agreement import AgreementReport, agreement_report
from semgui.texts import tr
from semgui.viewmodels.desk import Desk
from semgui.viewmodels.review import ReviewModel
from semgui.viewmodels.review_saying import DISPUTES
from semgui.viewmodels.tasks import Lane, TaskRunner


@dataclass(frozen=True, slots=True)
class Disputes:
    """Images on which annotators disagree, those with the most opinions first; see `Strategy`."""

    report: AgreementReport
    name: str = DISPUTES

    @property
    def title(self) -> str:
        """See `Strategy`."""
        return tr("Annotators disagree")

    def score(self, evidence: Evidence, tick: Tick = silent) -> Scores:
        """See `Strategy`."""
        scores = np.full(len(evidence), np.nan, np.float32)
        disputes = self.report.disputes
        for place, dispute in enumerate(disputes):
            row = evidence.row_of(dispute.image_id)
            if row >= 0:
                scores[row] = 1 - place / len(disputes)
        return scores

    def explain(self, evidence: Evidence, row: int) -> str:
        """See `Strategy`."""
        image_id = int(evidence.ids[row])
        dispute = next((d for d in self.report.disputes if d.image_id == image_id), None)
        if dispute is None:
            return tr("Annotators disagreed.")
        names = dict(zip(self.report.classes, self.report.names, strict=True))
        said = (
            tr("{who} says {name}", who=who, name=names.get(class_id, str(class_id)))
            for who, class_id in dispute.opinions.items()
        )
        return tr("Annotators disagree: {said}.", said=", ".join(said))


class PeopleModel:
    """The agreement of the annotators of a project.

    Attributes
    ----------
    report
        What was found when it was read last.
    """

    changed = Signal()

    def __init__(self, runner: TaskRunner, desk: Desk, review: ReviewModel) -> None:
        self._runner = runner
        self._desk = desk
        self._review = review
        self._ticket = 0
        self.report: AgreementReport | None = None
        desk.leaving.connect(self._forget)

    def refresh(self) -> None:
        """Read it anew."""
        opened = self._desk.opened
        if opened is None:
            return
        self._ticket += 1
        ticket = self._ticket

        def done(found: AgreementReport) -> None:
            if ticket == self._ticket:
                self.report = found
                self.changed.emit()

        self._runner.run(
            Lane.CASE,
            lambda: agreement_report(opened.project),
            done,
            lambda error: self._desk.notices.failed(tr("What annotators said could not be read"), error),
        )

    def settle(self) -> None:
        """Go through what they disagree on."""
        if self.report is not None and self.report.disputes:
            self._review.settle(Disputes(self.report))

    def _forget(self) -> None:
        self._ticket += 1
        self.report = None
        self.changed.emit()
