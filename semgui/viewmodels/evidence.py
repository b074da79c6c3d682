"""What is known of the images of a project, gathered once and kept up to date while somebody reviews."""

from __future__ import annotations

from psygnal import Signal

from semgui.domain.errors import Cancelled, UsageError
from semgui.review.evidence import Evidence
from semgui.services.closer import Look
from semgui.services.review import Reranker
from semgui.texts import tr
from semgui.viewmodels.activity import Activity
from semgui.viewmodels.desk import Desk
from semgui.viewmodels.tasks import Lane, TaskRunner


class EvidenceModel:
    """Holds the newest `Evidence`; one piece of work at a time, since a `Reranker` is for one thread.

    The first evidence does not wait for near-duplicates: they are looked for beside all else, and taken in
    like a correction when they are found.

    Attributes
    ----------
    evidence
        What is known; it stays until something newer is there.
    look
        Which embeddings labels are judged by.
    unseen
        Whether no model has looked at any image yet.
    problem
        Why there is none, in a sentence.
    """

    changed = Signal()

    def __init__(self, runner: TaskRunner, desk: Desk) -> None:
        self._runner = runner
        self._desk = desk
        self._activities = desk.activities
        self._notices = desk.notices
        self.look = Look.MODEL
        self._reranker: Reranker | None = None
        self._generation = 0
        self._wanting: set[str] = set()
        self._busy = self._stale = self._outdated = False
        self._grouping: Activity | None = None
        self._corrections = 0  # how often something was said
        self._known = 0  # how often that was before the evidence was read
        self.evidence: Evidence | None = None
        self.unseen = False
        self.problem = ""

    @property
    def behind(self) -> bool:
        """Whether something was said that the evidence does not know yet."""
        return self._known != self._corrections

    @property
    def gathering(self) -> bool:
        """Whether the first evidence is on its way."""
        return self._busy and self.evidence is None

    @property
    def grouping(self) -> bool:
        """Whether near-duplicates are being looked for."""
        return self._grouping is not None

    def forget(self) -> None:
        """Know nothing any more: the project is left."""
        self._generation += 1
        self.look = Look.MODEL
        self._reranker = None
        self._wanting.clear()
        self._busy = self._stale = self._outdated = False
        self._stop_grouping()
        self.evidence = None
        self.unseen = False
        self.problem = ""
        self.changed.emit()

    def look_by(self, look: Look) -> None:
        """Judge by other embeddings; what is known stays until that is there."""
        if look is not self.look:
            self.look = look
            self.images_changed()

    def want(self, who: str, *, on: bool) -> None:
        """Gather and keep up to date as long as anybody looks.

        Parameters
        ----------
        who
            Name of a page that looks from now on, or no more.
        """
        if on:
            self._wanting.add(who)
        else:
            self._wanting.discard(who)
        self._go_on()

    def labels_changed(self) -> None:
        """Take in what was labelled, excluded or taken back."""
        self._outdated = True
        self._corrections += 1
        self._go_on()

    def images_changed(self) -> None:
        """Gather anew: other images, or other answers of the model."""
        self._stale = True
        self._go_on()

    def _go_on(self) -> None:
        if not self._wanting or self._busy:
            return
        if self.evidence is None or self._stale:
            self._gather()
        elif self._outdated:
            self._take_in()

    def _gather(self) -> None:
        opened, brain = self._desk.opened, self._desk.brain
        if opened is None or brain is None:
            return
        self._reranker = reranker = Reranker(
            opened.project, brain.id, decoder=opened.decoder, limits=opened.limits, look=self.look
        )
        known = self._corrections
        self._busy, self._stale, self._outdated = True, False, False
        self._stop_grouping()
        self.unseen = False
        self.problem = ""
        generation = self._generation

        self._activities.start(
            tr("Preparing the review"),
            reranker.begin,
            done=lambda found: self._arrived(generation, found, known),
            failed=lambda error: self._failed(generation, error),
        )
        self.changed.emit()

    def _take_in(self) -> None:
        assert self._reranker is not None
        self._busy, self._outdated = True, False
        self.problem = ""
        generation, known = self._generation, self._corrections
        self._runner.run(
            Lane.RANK,
            self._reranker.again,
            lambda found: self._arrived(generation, found, known),
            lambda error: self._failed(generation, error),
        )

    def group(self) -> None:
        """Look for near-duplicates, unless somebody has."""
        reranker, evidence = self._reranker, self.evidence
        if reranker is None or evidence is None or evidence.grouped or self.grouping:
            return

        def ended() -> bool:
            ours = self._grouping is started
            if ours:
                self._grouping = None
            return ours

        def done(_: None) -> None:
            if ended():
                self._outdated = True
                self._go_on()

        def failed(error: Exception) -> None:
            if not ended():
                return
            if not isinstance(error, Cancelled):
                self._notices.failed(tr("Near-duplicates could not be looked for"), error)
            self.changed.emit()
            self._go_on()

        started = self._activities.start(
            tr("Near-duplicates"), reranker.find_near_duplicates, done=done, failed=failed
        )
        self._grouping = started
        self.changed.emit()

    def _stop_grouping(self) -> None:
        if self._grouping is not None:
            self._grouping.cancel.cancel()
            self._grouping = None

    def _arrived(self, generation: int, found: Evidence, known: int) -> None:
        if generation == self._generation:
            first = self.evidence is None or self.evidence.ids is not found.ids
            self._known = known
            self._busy = False
            self.evidence = found
            if first:
                self.group()
            self.changed.emit()
            self._go_on()

    def _failed(self, generation: int, error: Exception) -> None:
        if generation != self._generation:
            return
        self._busy = False
        self._outdated |= self.behind  # to be taken in when somebody wants it again
        if not isinstance(error, Cancelled):
            self.problem = str(error)
            self.unseen = isinstance(error, UsageError)
            if not self.unseen:
                self._notices.failed(tr("The review could not be prepared"), error)
        elif self.evidence is None or self.behind:
            self.problem = tr("Preparing was stopped.")
        self.changed.emit()
