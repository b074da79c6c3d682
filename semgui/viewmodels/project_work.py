"""What runs in the background of a project: scanning and classifying, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from psygnal import Signal

from semgui.domain.errors import UsageError
from semgui.domain.progress import CancelToken, Progress
from semgui.services.label_files import export_labels
from semgui.services.scan import ScanOptions, ScanReport, scan_folder
from semgui.viewmodels.activity import Activities, Activity
from semgui.viewmodels.brain import Brain, ClassifyOutcome
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.opened import Opened


class ProjectWork:
    """Starts the long verbs on the open project and tells when it has changed.

    Attributes
    ----------
    rows_changed, answers_changed
        New images, new predictions: emitted while the work goes on, too.
    """

    rows_changed = Signal()
    answers_changed = Signal()

    def __init__(self, activities: Activities, notices: Notices, options: ScanOptions) -> None:
        self._activities = activities
        self._notices = notices
        self._options = options
        self._opened: Opened | None = None
        self._brain: Brain | None = None
        self._scanning: Activity | None = None
        self._classifying: Activity | None = None

    @property
    def scanning(self) -> bool:
        """Whether folders are being looked through."""
        return self._scanning in self._activities.running

    @property
    def classifying(self) -> bool:
        """Whether the model is at work."""
        return self._classifying in self._activities.running

    @property
    def can_classify(self) -> bool:
        """Whether classification could be started now."""
        return self._opened is not None and self._brain is not None and not self.classifying

    def attach(self, opened: Opened | None, brain: Brain | None) -> None:
        """Work on another project, or on none."""
        self._opened = opened
        self._brain = brain

    def scan(self) -> None:
        """Look for new and changed images; then classify."""
        opened, options = self._opened, self._options
        if opened is None or self.scanning:
            return

        def work(progress: Callable[[Progress], None], cancel: CancelToken) -> list[ScanReport]:
            return [
                scan_folder(opened.project, folder, progress=progress, cancel=cancel, options=options)
                for folder in opened.folders
            ]

        self._scanning = self._activities.start(
            "Scanning",
            work,
            done=self._scanned,
            failed=self._scan_failed,
            progressed=lambda _: self.rows_changed.emit(),
        )

    def classify(self) -> None:
        """Classify every image that has no answer yet."""
        opened, brain = self._opened, self._brain
        if opened is None or brain is None or self.classifying:
            return
        self._classifying = self._activities.start(
            "Classifying",
            lambda progress, cancel: brain.classify_project(opened.project, progress, cancel),
            done=self._classified,
            failed=self._classify_failed,
            progressed=lambda _: self.answers_changed.emit(),
        )

    def export_labels(self, target: Path) -> None:
        """Write the labels into a table, a JSON file or a folder of classes."""
        opened = self._opened
        if opened is None:
            return
        self._activities.start(
            "Exporting",
            lambda progress, cancel: export_labels(opened.project, target, progress=progress, cancel=cancel),
            done=lambda report: self._notices.info(f"{report.images:,} labels written to {target}."),
            failed=lambda error: self._notices.failed("The labels were not exported", error),
        )

    def _scanned(self, reports: list[ScanReport]) -> None:
        self.rows_changed.emit()
        found = sum(report.found for report in reports)
        unreadable = sum(len(report.unreadable) for report in reports)
        for report in reports:
            for folder, reason in report.unlisted[:1]:
                self._notices.warn(f"{folder}: this folder could not be listed ({reason}).")
        if found == 0:
            self._notices.warn("There are no images in this folder: TIFF, PNG, JPEG and BMP can be read.")
        elif unreadable:
            self._notices.warn(_unreadable_sentence(unreadable, found))
        self.classify()

    def _scan_failed(self, error: Exception) -> None:
        self.rows_changed.emit()
        what = "The folder is not there any more" if isinstance(error, UsageError) else "The scan stopped"
        self._notices.failed(what, error)

    def _classified(self, outcome: ClassifyOutcome) -> None:
        self.answers_changed.emit()
        for message in outcome.messages:
            self._notices.warn(message)
        if outcome.classified:
            self._notices.info(f"{outcome.classified:,} images classified.")

    def _classify_failed(self, error: Exception) -> None:
        self.answers_changed.emit()
        self._notices.failed("Classification stopped", error)


def _unreadable_sentence(unreadable: int, found: int) -> str:
    files = "file" if unreadable == 1 else "files"
    return f"{unreadable:,} {files} of {found:,} cannot be read; “Unreadable” at the left shows why."
