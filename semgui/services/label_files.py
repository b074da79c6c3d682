"""Labels in and out: CSV, JSON, and folders with one sub-folder per class."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from semgui.catalogue.batches import Batch
from semgui.catalogue.classes import ClassStore, read_taxonomy
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.marks import MarkStore
from semgui.catalogue.naming import absolute
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery
from semgui.domain.errors import UsageError
from semgui.domain.ids import ImageId
from semgui.domain.marks import NO_MARKS
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.domain.taxonomy import SemClass
from semgui.exchange import matching
from semgui.exchange.audit import read_audit
from semgui.exchange.class_folder import read_class_folder
from semgui.exchange.class_tree import LinkMode, TreeImage, TreeReport, write_tree
from semgui.exchange.csv_labels import CsvLabel, read_csv, write_csv
from semgui.exchange.exporting import labelled_images, marked_images
from semgui.exchange.folder_names import class_folders
from semgui.exchange.importing import assign, assign_marks
from semgui.exchange.json_content import json_classes, json_labels, json_marks
from semgui.exchange.json_labels import read_json, write_json
from semgui.exchange.rows import LabelRows
from semgui.review.history import History
from semgui.review.import_labels import ImportLabels
from semgui.services.scan import scan_folder

_NO_TABLES = frozenset({".xls", ".xlsx", ".ods", ".parquet", ".jsonl", ".txt", ".tsv", ".xml", ".yaml"})


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Parameters
    ----------
    batch
        The action, or ``None`` if the project said all of it already.
    labelled
        Images with a new label event.
    unchanged
        Images that had this very label already.
    marked
        Images with a new flag, exclusion, note or tag.
    created
        Names of the classes that were created.
    unknown
        Paths that the project does not have; skipped.
    problems
        One sentence for each row that could not be used, or about which rows contradict each other.
    """

    batch: Batch | None
    labelled: int
    unchanged: int
    marked: int
    created: tuple[str, ...]
    unknown: tuple[Path, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export wrote.

    Parameters
    ----------
    images
        Labelled images.
    tree
        Of a folder tree, what became of each.
    inside_opened_folder
        The tree lies where the next scan will take its files for new images.
    excluded
        Labelled images that the tree leaves out since they are excluded.
    """

    images: int
    tree: TreeReport | None = None
    inside_opened_folder: bool = False
    excluded: int = 0


def import_labels(
    project: Project,
    source: Path,
    annotator: str,
    *,
    existing_classes_only: bool = False,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> ImportReport:
    """Take labels and marks over from a CSV or JSON file, or labels from a class folder.

    It is one action and one undo. Marks are put on images, none is taken off.

    Images are found by path. In a class folder, images that are not in the project are scanned in if the
    folder lies in an opened one or the project is empty; others are found by their content, so that a sorted
    copy of the images labels the originals. The scan is no part of the action.

    Parameters
    ----------
    annotator
        Signs the labels that come without a name.
    existing_classes_only
        Refuse everything if a class is missing.

    Raises
    ------
    UsageError
        The source is no such file or folder, or a class is missing and must not be created.
    Cancelled
        On request, before anything was labelled.
    """
    cancel = cancel or CancelToken()
    if source.is_dir():
        rows = read_class_folder(source, ClassStore(project).taxonomy(), cancel)
        matches = _match_folder(project, absolute(source), rows, progress, cancel)
    elif not source.is_file():
        raise UsageError(f"{source}: this is a pipe or a device; name a .csv, a .json or a class folder.")
    else:
        rows = read_json(source) if source.suffix.lower() == ".json" else read_csv(source)
        matches = _match_file(project, rows)
    assignment = assign(rows.rows, matches)
    cancel.raise_if_cancelled()
    command = ImportLabels(
        assignment.labels,
        source.name,
        _with_examples(rows, matches),
        existing_classes_only,
        assign_marks(rows.marks, matches),
    )
    batch = History(project, annotator).do(command)
    labelled = len(LabelStore(project).labelled_by(batch.id)) if batch else 0
    strangers = dict.fromkeys(mark.path for mark in rows.marks if mark.path not in matches)
    return ImportReport(
        batch=batch,
        labelled=labelled,
        unchanged=len({label.image_id for label in assignment.labels}) - labelled,
        marked=len(MarkStore(project).marked_by(batch.id)) if batch else 0,
        created=tuple(c.name for c in ClassStore(project).written_by(batch.id)) if batch else (),
        unknown=tuple(dict.fromkeys([*assignment.unknown, *strangers])),
        problems=(*rows.problems, *assignment.contradictions),
    )


def export_labels(
    project: Project,
    target: Path,
    *,
    link: LinkMode = LinkMode.COPY,
    with_excluded: bool = False,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> ExportReport:
    """Write the labels in force: ``.csv``, ``.json``, or else a folder with one sub-folder per class.

    Files hold the marks, too, and the JSON the whole history. They are replaced whole; in a folder nothing is
    overwritten or deleted.

    Parameters
    ----------
    with_excluded
        Put excluded images into a folder, too; files name them always, and say that they are excluded.

    Raises
    ------
    UsageError
        The target makes no sense; nothing was written.
    SemguiError
        It cannot be written.
    Cancelled
        On request; a file is then not written at all, a folder keeps what is finished.
    """
    cancel = cancel or CancelToken()
    suffix = "" if target.is_dir() else target.suffix.lower()
    if suffix in _NO_TABLES:
        raise UsageError(f"{target}: labels are exported as .csv, as .json or into a folder.")
    if suffix == ".csv":
        return _export_csv(project, target)
    if suffix == ".json":
        return _export_json(project, target)
    left_out = () if with_excluded else MarkStore(project).excluded()
    return _export_tree(project, target, link, frozenset(left_out), progress, cancel)


def _match_file(project: Project, rows: LabelRows) -> matching.Matches:
    found = matching.by_path(project, list(dict.fromkeys(row.path for row in rows.images)))
    moved = {row.path: row.fingerprint for row in rows.images if row.fingerprint and row.path not in found}
    return found | matching.by_fingerprint(project, moved)


def _with_examples(rows: LabelRows, matches: matching.Matches) -> dict[str, SemClass]:
    """Return the classes of a file with those of their example images that the project has."""
    shown = {
        key: tuple(image_id for image in images for image_id in matches.get(image.path, ()))
        for key, images in rows.examples.items()
    }
    return {key: replace(c, examples=shown.get(key, ())) for key, c in rows.classes.items()}


def _match_folder(
    project: Project, folder: Path, rows: LabelRows, progress: ProgressCallback, cancel: CancelToken
) -> matching.Matches:
    paths = [row.path for row in rows.rows]
    found = matching.by_path(project, paths)
    if len(found) < len(paths) and _belongs_to(project, folder):
        scan_folder(project, folder, progress=progress, cancel=cancel)
        found = matching.by_path(project, paths)
    rest = [path for path in paths if path not in found]
    return found | matching.by_fingerprint(project, matching.fingerprints_in(folder, rest, cancel))


def _belongs_to(project: Project, folder: Path) -> bool:
    """Whether the images of a folder are the project's own: it lies in an opened folder, or is the first."""
    return _is_inside_opened_folder(project, folder) or not ImageStore(project).count(ImageQuery())


def _is_inside_opened_folder(project: Project, folder: Path) -> bool:
    real = folder.resolve()
    return any(real.is_relative_to(root.path.resolve()) for root in ImageStore(project).roots())


def _export_csv(project: Project, target: Path) -> ExportReport:
    with project.read() as connection:
        paths = {mark.id: mark.path for mark in marked_images(connection)}
        images = list(labelled_images(connection))
    marks = MarkStore(project).current(list(paths))
    names = ClassStore(project).names()  # after the labels: a class may have been made meanwhile
    rows = []
    for image in images:
        paths.pop(image.id, None)
        said = marks.get(image.id, NO_MARKS)
        rows.append(CsvLabel(str(image.path), names[image.class_id], image.annotator, said))
    labelled = len(rows)
    rows += [CsvLabel(str(path), "", "", marks[image_id]) for image_id, path in paths.items()]
    write_csv(target, rows)
    return ExportReport(labelled)


def _export_json(project: Project, target: Path) -> ExportReport:
    with project.read() as now:
        parts = (json_classes(now), json_labels(now), json_marks(now), read_audit(now))
        return ExportReport(write_json(target, *parts))


def _export_tree(
    project: Project,
    target: Path,
    link: LinkMode,
    left_out: frozenset[ImageId],
    progress: ProgressCallback,
    cancel: CancelToken,
) -> ExportReport:
    with project.read() as connection:
        folders = class_folders(read_taxonomy(connection))
        labelled = list(labelled_images(connection))
    images = [TreeImage(i.path, folders[i.class_id]) for i in labelled if i.id not in left_out]

    def each(done: int) -> None:
        progress(Progress("exporting", done, len(images)))
        cancel.raise_if_cancelled()

    report = write_tree(absolute(target), images, link, folders.values(), each)
    excluded = len(labelled) - len(images)
    return ExportReport(len(images), report, _is_inside_opened_folder(project, target), excluded)
