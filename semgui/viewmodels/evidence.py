"""What is known of the images of a project, gathered once and kept up to date while somebody reviews."""

from __future__ import annotations

from collections.abc import Callable

from psygnal import Signal

from semgui.domain.errors import Cancelled, UsageError
from semgui.domain.progress import Progress
from semgui.review.evidence import Evidence
from semgui.services.review import Reranker
from semgui.texts import tr
from semgui.viewmodels.activity import Activities, Activity
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane, TaskRunner

_REST_SECONDS = 2.0
"""Without a correction, after which the slow head is worth beginning."""


class EvidenceModel:
    """Holds the newest `Evidence`; one piece of work at a time, since a `Reranker` is for one thread.

    Attributes
    ----------
    evidence
        What is known; it stays until something newer is there.
    progress
        How far the first gathering is.
    unseen
        Whether no model has looked at any image yet.
    problem
        Why there is none, in a sentence.
    """

    changed = Signal()
    progressed = Signal()

    def __init__(self, runner: TaskRunner, activities: Activities, notices: Notices) -> None:
        self._runner = runner
        self._activities = activities
        self._notices = notices
        self._make: Callable[[], Reranker] | None = None
        self._reranker: Reranker | None = None
        self._generation = 0
        self._wanting: set[str] = set()
        self._busy = self._stale = self._outdated = False
        self._refining: Activity | None = None
        self._corrections = 0  # how often something was said
        self._known = 0  # how often that was before the evidence was read
        self.evidence: Evidence | None = None
        self.progress = Progress("gathering", 0)
        self.unseen = False
        self.problem = ""

    @property
    def attached(self) -> bool:
        """Whether there is a project to look at."""
        return self._make is not None

    @property
    def behind(self) -> bool:
        """Whether something was said that the evidence does not know yet."""
        return self._known != self._corrections

    @property
    def gathering(self) -> bool:
        """Whether the first evidence is on its way."""
        return self._busy and self.evidence is None

    def attach(self, make: Callable[[], Reranker] | None) -> None:
        """Look at another project, or at none.

        Parameters
        ----------
        make
            Makes what gathers; called when somebody wants to know.
        """
        self._generation += 1
        self._make = make
        self._reranker = None
        self._wanting.clear()
        self._busy = self._stale = self._outdated = False
        self.evidence = None
        self.unseen = False
        self.problem = ""
        self.changed.emit()

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
        if self._refining is not None:
            self._refining.cancel.cancel()
        self._go_on()

    def images_changed(self) -> None:
        """Gather anew: other images, or other answers of the model."""
        self._stale = True
        self._go_on()

    def _go_on(self) -> None:
        if not self._wanting or self._busy or self._make is None:
            return
        if self.evidence is None or self._stale:
            self._gather()
        elif self._outdated:
            self._take_in()
        elif not self.evidence.refined and self.evidence.by_head.any():
            corrections, generation = self._corrections, self._generation
            self._runner.later(_REST_SECONDS, lambda: self._rested(generation, corrections))

    def _gather(self) -> None:
        assert self._make is not None
        self._reranker = reranker = self._make()
        known = self._corrections
        self._busy, self._stale, self._outdated = True, False, False
        self.unseen = False
        self.problem = ""
        generation = self._generation

        def progressed(progress: Progress) -> None:
            if generation == self._generation:
                self.progress = progress
                self.progressed.emit()

        self._activities.start(
            tr("Preparing the review"),
            reranker.gather,
            done=lambda found: self._arrived(generation, found, known),
            failed=lambda error: self._failed(generation, error),
            progressed=progressed,
        )
        self.changed.emit()

    def _take_in(self) -> None:
        assert self._reranker is not None
        self._busy, self._outdated = True, False
        generation, known = self._generation, self._corrections
        self._runner.run(
            Lane.RANK,
            self._reranker.again,
            lambda found: self._arrived(generation, found, known),
            lambda error: self._failed(generation, error),
        )

    def _rested(self, generation: int, corrections: int) -> None:
        resting = generation == self._generation and corrections == self._corrections
        if not resting or self._busy or not self._wanting or self._reranker is None:
            return
        self._busy = True
        self._refining = self._activities.start(
            tr("Looking closer"),
            self._reranker.refined,
            done=lambda found: self._arrived(generation, found, corrections),
            failed=lambda error: self._failed(generation, error),
        )

    def _arrived(self, generation: int, found: Evidence, known: int) -> None:
        if generation == self._generation:
            self._known = known
            self._busy, self._refining = False, None
            self.evidence = found
            self.changed.emit()
            self._go_on()

    def _failed(self, generation: int, error: Exception) -> None:
        if generation != self._generation:
            return
        refining = self._refining is not None
        self._busy, self._refining = False, None
        if not isinstance(error, Cancelled):
            self.problem = str(error)
            self.unseen = isinstance(error, UsageError)
            if not self.unseen:
                self._notices.failed(tr("The review could not be prepared"), error)
        elif self.evidence is None:
            self.problem = tr("Preparing was stopped.")
        self.changed.emit()
        if refining:
            self._go_on_if_outdated()

    def _go_on_if_outdated(self) -> None:
        """Go on after a stop, but do not begin again what the user stopped."""
        if self._outdated or self._stale:
            self._go_on()
