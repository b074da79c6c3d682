"""What runs in the background of a project: scanning, classifying, hashing, one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from psygnal import Signal

from semgui.domain.errors import Cancelled, UsageError
from semgui.domain.progress import CancelToken, Progress
from semgui.imaging.decoders import Decoder
from semgui.services.folder_labels import class_like_folders, label_by_folders
from semgui.services.hashing import hash_contents
from semgui.services.label_files import ImportReport, export_labels, import_labels
from semgui.services.scan import ScanOptions, ScanReport, scan_folder
from semgui.services.thumbnails import fill_thumbnails
from semgui.texts import tr
from semgui.viewmodels.activity import Activities, Activity
from semgui.viewmodels.brain import Brain, ClassifyOutcome
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.opened import Opened

_KNOWN_FIRST_SECONDS = 5.0
_NAMED = 5  # folders in a sentence


@dataclass(frozen=True, slots=True)
class _Scanned:
    """What was found in the opened folders, and sub-folders of a new project that may be classes."""

    reports: list[ScanReport]
    class_folders: tuple[str, ...]


class ProjectWork:
    """Starts the long verbs on the open project and tells when it has changed.

    Parameters
    ----------
    decoder
        Where files are decoded.

    Attributes
    ----------
    rows_changed, answers_changed
        New images, new predictions: emitted while the work goes on, too.
    scanned
        All folders were looked through.
    """

    rows_changed = Signal()
    answers_changed = Signal()
    labels_changed = Signal()
    scanned = Signal()

    def __init__(self, activities: Activities, notices: Notices, decoder: Decoder) -> None:
        self._activities = activities
        self._notices = notices
        self._decoder = decoder
        self._opened: Opened | None = None
        self._brain: Brain | None = None
        self._scanning: Activity | None = None
        self._classifying: Activity | None = None
        self._filling: Activity | None = None
        self._hashing: Activity | None = None
        self._classify_again = False
        self._scan_again = False
        self._may_scan = threading.Event()

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
        self._scan_again = False
        self._may_scan.set()  # nothing waits on for what was there before
        self._may_scan = threading.Event()

    def let_scan(self) -> None:
        """Let folders be looked through, now that the known images are on screen."""
        self._may_scan.set()

    def scan(self) -> None:
        """Look for new and changed images, once more if that is going on; then classify.

        What is known comes first: the folders wait for `let_scan`, but not for long.
        """
        opened = self._opened
        if opened is None:
            return
        if self.scanning:  # the folders that it goes through were listed when it began
            self._scan_again = True
            return
        self._scan_again = False
        options = ScanOptions(limits=opened.limits, decoder=self._decoder)
        may_scan = self._may_scan

        def work(progress: Callable[[Progress], None], cancel: CancelToken) -> _Scanned:
            may_scan.wait(_KNOWN_FIRST_SECONDS)
            reports = [
                scan_folder(opened.project, folder, progress=progress, cancel=cancel, options=options)
                for folder in opened.folders
            ]
            sorted_already = opened.folders if opened.new else ()
            names = [class_like_folders(opened.project, folder) for folder in sorted_already]
            return _Scanned(reports, tuple(name for found in names for name in found))

        self._scanning = self._activities.start(
            tr("Scanning"),
            work,
            done=self._scanned,
            failed=self._scan_failed,
            progressed=lambda _: self.rows_changed.emit(),
        )

    def classify(self) -> None:
        """Classify every image that has no answer yet."""
        opened, brain = self._opened, self._brain
        if opened is None:
            return
        if brain is None:
            self.fill_thumbnails()
            return
        if self.classifying:  # what it is to go through was listed when it began
            self._classify_again = True
            return
        self._classify_again = False
        self._classifying = self._activities.start(
            tr("Classifying"),
            lambda progress, cancel: brain.classify_project(opened.project, progress, cancel),
            done=self._classified,
            failed=self._classify_failed,
            progressed=lambda _: self.answers_changed.emit(),
        )

    def fill_thumbnails(self) -> None:
        """Make the thumbnails that nobody has looked at yet; classification makes them as it goes."""
        opened = self._opened
        if opened is None or self._filling in self._activities.running:
            return
        self._filling = self._activities.start(
            tr("Thumbnails"),
            lambda progress, cancel: fill_thumbnails(
                opened.project,
                decoder=self._decoder,
                limits=opened.limits,
                progress=progress,
                cancel=cancel,
            ),
            done=lambda _: self._hash(),
            failed=lambda error: self._notices.failed(tr("Thumbnails stopped"), error),
        )

    def _hash(self) -> None:
        """Hash whole files, when everything that somebody waits for is done."""
        opened = self._opened
        if opened is None or self._hashing in self._activities.running:
            return
        self._hashing = self._activities.start(
            tr("Hashing"),
            lambda progress, cancel: hash_contents(opened.project, progress=progress, cancel=cancel),
            done=lambda _: None,
            failed=lambda error: self._notices.failed(tr("Hashing stopped"), error),
        )

    def import_labels(self, source: Path, annotator: str) -> None:
        """Take labels, and the classes they need, from a table, a JSON file or a folder of class folders."""
        opened = self._opened
        if opened is None:
            return
        self._activities.start(
            tr("Importing"),
            lambda progress, cancel: import_labels(
                opened.project, source, annotator, progress=progress, cancel=cancel
            ),
            done=self._imported,
            failed=lambda error: self._notices.failed(tr("The labels were not imported"), error),
        )

    def _imported(self, report: ImportReport) -> None:
        self.labels_changed.emit()
        self._notices.info(import_summary(report))
        if report.problems:
            self._notices.warn(report.problems[0])

    def export_labels(self, target: Path) -> None:
        """Write the labels into a table, a JSON file or a folder of classes."""
        opened = self._opened
        if opened is None:
            return
        self._activities.start(
            tr("Exporting"),
            lambda progress, cancel: export_labels(opened.project, target, progress=progress, cancel=cancel),
            done=lambda report: self._notices.info(
                tr("{n:,} label(s) written to {target}.", "", report.images, target=target)
            ),
            failed=lambda error: self._notices.failed(tr("The labels were not exported"), error),
        )

    def label_by_folders(self, annotator: str) -> None:
        """Label the images by the folders that they lie in, in the opened folders."""
        opened = self._opened
        if opened is None:
            return
        for folder in opened.folders:
            self._label_by_folder(opened, folder, annotator)

    def _label_by_folder(self, opened: Opened, folder: Path, annotator: str) -> None:
        self._activities.start(
            tr("Labelling"),
            lambda progress, cancel: label_by_folders(
                opened.project, folder, annotator, progress=progress, cancel=cancel
            ),
            done=self._imported,
            failed=lambda error: self._notices.failed(tr("The images were not labelled"), error),
        )

    def _scanned(self, outcome: _Scanned) -> None:
        reports = outcome.reports
        self.rows_changed.emit()
        self.scanned.emit()
        if outcome.class_folders:
            self._notices.offer(
                tr(
                    "The images lie in folders that look like classes: {names}.",
                    names=_some(outcome.class_folders),
                ),
                action="file.label_by_folders",
            )
        found = sum(report.found for report in reports)
        unreadable = sum(len(report.unreadable) for report in reports)
        for report in reports:
            for folder, reason in report.unlisted[:1]:
                text = tr(
                    "{folder}: this folder could not be listed ({reason}).", folder=folder, reason=reason
                )
                self._notices.warn(text)
        if found == 0:
            self._notices.warn(tr("There are no images in this folder: TIFF, PNG, JPEG and BMP can be read."))
        elif unreadable:
            text = tr("{n:,} file(s) of {found:,} cannot be read.", "", unreadable, found=found)
            self._notices.warn(text, action="panel.unreadable")
        if self._scan_again:
            self.scan()
        else:
            self.classify()

    def _scan_failed(self, error: Exception) -> None:
        self.rows_changed.emit()
        gone = isinstance(error, UsageError)
        what = tr("The folder is not there any more") if gone else tr("The scan stopped")
        self._notices.failed(what, error)
        if self._scan_again and not isinstance(error, Cancelled):
            self.scan()

    def _classified(self, outcome: ClassifyOutcome) -> None:
        self.answers_changed.emit()
        for message in outcome.messages:
            self._notices.warn(message)
        if outcome.classified:
            self._notices.info(tr("{n:,} image(s) classified.", "", outcome.classified))
        if self._classify_again:
            self.classify()
        else:
            self._hash()

    def _classify_failed(self, error: Exception) -> None:
        self.answers_changed.emit()
        self._notices.failed(tr("Classification stopped"), error)


def import_summary(report: ImportReport) -> str:
    """Return what an import did, in a sentence or two."""
    parts = [tr("{n:,} image(s) labelled", "", report.labelled)]
    if report.unchanged:
        parts.append(tr("{n:,} had these labels already", "", report.unchanged))
    if report.created:
        parts.append(tr("new classes: {names}", names=", ".join(report.created)))
    if report.unknown:
        parts.append(tr("{n:,} path(s) are not in the project", "", len(report.unknown)))
    return "; ".join(parts) + tr(". Ctrl+Z takes it back.")


def _some(names: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    listed = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return tr("{names} and {n:,} more", "", more, names=listed) if more > 0 else listed
