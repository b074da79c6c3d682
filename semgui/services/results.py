"""The main job without a screen: classify a project, leave table, heatmaps and report in a folder."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.project import Project
from semgui.catalogue.records import chunks
from semgui.domain.errors import UnreadableImageError
from semgui.domain.progress import CancelToken, ProgressCallback, ignore_progress
from semgui.exchange.classification_report import ReportedImage, write_classification_report
from semgui.exchange.predictions import as_row, open_table
from semgui.inference.classifier import Classifier
from semgui.services.classify import classify_into_project, images_of_project
from semgui.services.explain import HeatmapFolder, Heatmaps

_PATHS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Results:
    """Where everything is.

    Parameters
    ----------
    table, heatmaps, report
        CSV of all images, folder of figures, HTML page.
    images, unreadable
        How many were looked at, and how many of them could not be read.
    """

    table: Path
    heatmaps: Path
    report: Path
    images: int
    unreadable: int


def write_results(
    project: Project,
    classifier: Classifier,
    folder: Path,
    *,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> Results:
    """Classify what the model has not seen yet, and write ``classes.csv``, ``heatmaps/`` and ``report.html``.

    What an earlier call left is reused where it still holds.

    Raises
    ------
    SemguiError
        If something cannot be written.
    Cancelled
        On request; what was finished is kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sources = images_of_project(project)
    labels = _label_names(project, [source.path for source in sources])
    table_path, heatmaps_path, report_path = (folder / n for n in ("classes.csv", "heatmaps", "report.html"))
    figures = HeatmapFolder(Heatmaps(classifier), heatmaps_path, [source.path for source in sources])
    reported: list[ReportedImage] = []
    results = classify_into_project(project, classifier, sources, progress=progress, cancel=cancel)
    with closing(results), open_table(table_path, classifier.card.classes) as table:
        for result in results:
            row = as_row(result, classifier.card.classes)
            table.write(row)
            error = result.error
            figure = None
            try:
                figure = figures.write(result)
            except UnreadableImageError as went_bad:
                error = went_bad.reason
            path = result.source.path
            reported.append(
                ReportedImage(
                    path,
                    row["status"],
                    row["predicted"],
                    row["confidence"],
                    row["novelty"],
                    labels.get(path),
                    error,
                    figure,
                )
            )
    model = f"Model {classifier.model_id}. {classifier.card.summary}"
    write_classification_report(report_path, project.path.stem, model, reported)
    unreadable = sum(r.error is not None for r in reported)
    return Results(table_path, heatmaps_path, report_path, len(reported), unreadable)


def _label_names(project: Project, paths: list[Path]) -> dict[Path, str]:
    names = {c.id: c.name for c in ClassStore(project).taxonomy()}
    images, labels = ImageStore(project), LabelStore(project)
    found: dict[Path, str] = {}
    for chunk in chunks(paths, _PATHS_AT_ONCE):
        records = [r for r in images.by_paths(chunk) if r is not None]
        current = labels.current([r.id for r in records])
        found |= {r.path: names[current[r.id]] for r in records if r.id in current}
    return found
