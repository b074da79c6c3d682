"""The mode Confusions: who calls which images what, on which images, and against whom it is held."""

from __future__ import annotations

import logging

from semgui.catalogue.project import Project
from semgui.domain.ids import ImageId
from semgui.domain.progress import CancelToken, ProgressCallback
from semgui.services.asking import ask_about_labelled
from semgui.services.confusion_table import ConfusionTable, Order
from semgui.services.confusions import Judge, Part
from semgui.services.honest import HonestHead
from semgui.texts import tr
from semgui.viewmodels.activity import Activity
from semgui.viewmodels.confusion_choice import MatrixChoice
from semgui.viewmodels.confusion_reading import (
    BEFORE_TRIAL,
    EARLIER,
    NOBODY,
    TRIAL,
    Answer,
    Question,
    comparable,
    compared_with,
    read,
)
from semgui.viewmodels.desk import Desk
from semgui.viewmodels.models import ModelsModel
from semgui.viewmodels.review import ReviewModel
from semgui.viewmodels.tasks import Lane, TaskRunner

_log = logging.getLogger(__name__)

_WHO = "confusions"  # wants evidence
_REST_SECONDS = 0.5  # corrections come in rows; the table follows when the hand rests


class ConfusionsModel(MatrixChoice):
    """What the page shows and how one chose it.

    Parameters
    ----------
    desk
        What is open.
    review
        Knows what a head that has not seen an image says of it.
    models
        Those on this machine.

    Attributes
    ----------
    judges
        Who can be asked.
    judge, part
        Who is asked, and about which images.
    against
        Key of the judge that it is compared with; empty: none; ``None``: whoever was asked before.
    order
        Of the classes.
    problem
        Why there is nothing to show, and what to do; empty: no problem.
    loading
        Whether it is being counted.
    """

    def __init__(self, runner: TaskRunner, desk: Desk, review: ReviewModel, models: ModelsModel) -> None:
        super().__init__()
        self._runner = runner
        self._desk = desk
        self._review = review
        self._models = models
        self._project: Project | None = None
        self._asking: Activity | None = None
        self._kept: dict[str, ConfusionTable] = {}
        self._uncorrected = ""
        self._honest: HonestHead | None = None
        self._watching = False
        self._stale = True
        self._reading = False
        self._resting = False
        self.judges: tuple[Judge, ...] = ()
        self.judge = NOBODY
        self.part = Part.LABELLED
        self.against: str | None = None
        self.order = Order.CONFUSION
        self.problem = ""
        self.loading = False
        review.source.changed.connect(self.refresh)
        models.changed.connect(self.refresh)
        desk.leaving.connect(lambda: self._attach(None))
        desk.mode_changed.connect(self._project_changed)
        desk.hand.committed.connect(self._committed)
        desk.hand.changed.connect(self.refresh)
        desk.work.answers_changed.connect(self.refresh)
        self._project_changed()

    # What is looked at

    def watch(self) -> None:
        """Keep up with the project from now on: the page is looked at."""
        self._watching = True
        self._review.source.want(_WHO, on=True)
        if self._stale:
            self._read()

    def unwatch(self) -> None:
        """Read nothing until the page is looked at again."""
        self._watching = False
        self._review.source.want(_WHO, on=False)

    def refresh(self) -> None:
        """Count anew, when the hand rests: labels, answers or models have changed."""
        self._stale = True
        if self._watching and not self._resting:
            self._resting = True
            self._runner.later(_REST_SECONDS, self._rested)

    def ask(self, key: str) -> None:
        """Have another judge say what the images are."""
        found = next((j for j in self.judges if j.key == key), None)
        if found is not None and found.key != self.judge.key:
            self.judge, self.against = found, None
            self._read()

    @property
    def asking(self) -> bool:
        """Whether a model is judging the labelled images."""
        return self._asking in self._desk.activities.running

    def ask_now(self) -> None:
        """Have the chosen model judge the labelled images."""
        project, judge = self._project, self.judge
        folder = judge.folder
        if project is None or folder is None or self.asking:
            return

        def work(progress: ProgressCallback, cancel: CancelToken) -> int:
            return ask_about_labelled(
                project, self._models.load(str(folder)), progress=progress, cancel=cancel
            )

        def failed(error: Exception) -> None:
            self._desk.notices.failed(tr("{name} could not be asked", name=judge.name), error)
            self.refresh()

        self._asking = self._desk.activities.start(
            tr("Asking {name}", name=judge.name), work, done=lambda _: self.refresh(), failed=failed
        )
        self.changed.emit()

    def count(self, part: Part) -> None:
        """Count other images."""
        if part is not self.part:
            self.part = part
            self._read()

    def compare_with(self, key: str) -> None:
        """Hold another judge against the one that is asked; empty: none."""
        if key != self.against:
            self.against = key
            self._read()

    def sort(self, order: Order) -> None:
        """Put the classes into another order."""
        if order is not self.order:
            self.order = order
            self._read()

    def show_trial(self, before: ConfusionTable, after: ConfusionTable) -> None:
        """Show what a model that was trained just now changes, side by side with the one in use."""
        self._kept |= {BEFORE_TRIAL: before, TRIAL: after}
        self.judge, self.against, self.side_by_side = Judge(TRIAL, after.name), None, True
        self._read()

    # What is shown

    @property
    def waiting(self) -> bool:
        """Whether the evidence for predictions out of fold is being gathered."""
        source = self._review.source
        out_of_fold = self.judge == NOBODY or self.judge.key in EARLIER
        return out_of_fold and self.shown is None and source.evidence is None

    @property
    def excuse(self) -> str:
        """Why there is nothing to show; empty while it is being worked on."""
        if self.problem or not self.waiting:
            return self.problem
        if self._desk.brain is None:
            return tr("there is no model to look at the images; choose one in the mode Models.")
        if self._review.source.unseen:
            return tr("no model has looked at the images yet; this comes by itself when one has.")
        return self._review.source.problem

    @property
    def on_trial(self) -> bool:
        """Whether a model is shown that was trained just now, on its own choice of images."""
        return self.judge.key == TRIAL

    @property
    def compared_with(self) -> Judge | None:
        """The judge it is held against; ``None``: nobody."""
        return compared_with(self.judges, self.judge, self.against, self._telling)

    @property
    def can_compare(self) -> tuple[Judge, ...]:
        """Everybody that it can be held against."""
        return comparable(self.judges, self.judge, self._telling)

    @property
    def _telling(self) -> dict[str, ConfusionTable]:
        """Kept tables but those that show the same labels as now: there is nothing to compare."""
        return {key: table for key, table in self._kept.items() if key != self._uncorrected}

    # Reading

    def _project_changed(self) -> None:
        opened = self._desk.opened
        project = None if opened is None else opened.project
        if project is not self._project:
            self._attach(project)

    def _attach(self, project: Project | None) -> None:
        self._project = project
        self._kept = {}
        self.judges, self.judge, self.against = (), NOBODY, None
        self._honest = None if project is None else HonestHead(project)
        self.shown, self.problem, self.cell = None, "", None
        if self._watching and project is not None:
            self.watch()  # what was wanted of the project before is forgotten
        self._read()

    def _committed(self, ids: tuple[ImageId, ...]) -> None:
        if ids:
            self.refresh()

    def _rested(self) -> None:
        self._resting = False
        if self._watching and self._stale:
            self._read()

    def _read(self) -> None:
        self._stale = True
        project, honest = self._project, self._honest
        if project is None or honest is None or not self._watching:
            self.changed.emit()
            return
        if self._reading:
            return
        self._reading, self._stale, self.loading = True, False, True
        self.changed.emit()
        question = Question(
            self.judge,
            self.part,
            self.order,
            self.against,
            self._review.source.evidence,
            honest,
            self._models.rows,
            dict(self._kept),
        )
        self._runner.run(
            Lane.COUNT,
            lambda: read(project, question),
            lambda answer: self._answered(project, question, answer),
            lambda error: self._broke(project, question, error),
        )

    def _answered(self, project: Project, question: Question, answer: Answer) -> None:
        self._reading = False
        if project is self._project:
            self.loading = False
            self.judges, self.shown, self.problem = answer.judges, answer.shown, answer.problem
            self._uncorrected = answer.uncorrected
            if answer.first is not None and answer.first[0] not in self._kept:
                self._kept[answer.first[0]] = answer.first[1]
                self._uncorrected = answer.first[0]
            if self.judge.key == question.judge.key:  # otherwise another one was chosen meanwhile
                self.judge = answer.judge
            self.changed.emit()
        if self._watching and self._stale:
            self._read()

    def _broke(self, project: Project, question: Question, error: Exception) -> None:
        _log.error("the confusions could not be counted", exc_info=error)
        reason = str(error) or type(error).__name__
        self._answered(project, question, Answer(self.judges, self.judge, problem=reason))
