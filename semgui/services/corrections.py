"""From corrected labels to a model, and to what that model does better on images that nobody learned from."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.label_tables import batches, current_labels, label_events, merged_classes
from semgui.catalogue.project import Project
from semgui.domain.errors import SemguiError, UsageError
from semgui.domain.ids import ClassId
from semgui.domain.progress import CancelToken, ProgressCallback, ignore_progress
from semgui.inference.classifier import Classifier
from semgui.registry.store import ModelInfo, user_models
from semgui.registry.training_set import trained_on
from semgui.services.compare import Comparison, compare_on
from semgui.services.confusion_table import ConfusionTable, Ids
from semgui.services.confusions import images_in_record, table_of
from semgui.services.evaluate import Evaluated, TestSet, project_set
from semgui.services.runs import RunView, RunWatch, find_runs, runs_folder
from semgui.services.train import TrainRequest
from semgui.services.train_settings import Preset, train_settings
from trainer.run_folder import JOB_FILE


@dataclass(frozen=True, slots=True)
class Corrections:
    """Labels that no training has seen.

    Parameters
    ----------
    labels
        Images whose label is new or another one since the last training on this project began.
    run
        That training; ``None``: there was none.
    ours
        Whether it was asked for as learning from corrections.
    kept
        Whether its model is among the user's own.
    """

    labels: int
    run: RunView | None
    ours: bool = False
    kept: bool = False


def corrections(project: Project) -> Corrections:
    """Count the labels since the last training on a project, as long as its run folder is there."""
    path = next((path for path in find_runs() if _is_of(path, project.path)), None)
    since = None if path is None else datetime.fromtimestamp((path / JOB_FILE).stat().st_mtime, UTC)
    with project.read() as connection:
        count = _count(connection, since)
    if path is None:
        return Corrections(count, None)
    kept = (user_models() / path.name).exists()
    return Corrections(count, RunWatch(path).look(), path.name.startswith(_name(project.path)), kept)


def _count(connection: sa.Connection, since: datetime | None) -> int:
    """Count the labels that are others than they were at a time; they may have been given long before it."""
    query = sa.select(sa.func.count()).select_from(current_labels)
    query = query.where(current_labels.c.class_id.is_not(None))
    if since is not None:
        last = connection.execute(sa.select(sa.func.max(batches.c.id)).where(batches.c.created_at <= since))
        known = last.scalar() or 0
        touched = sa.select(label_events.c.image_id).where(label_events.c.batch_id > known)
        query = query.where(
            current_labels.c.image_id.in_(touched),
            current_labels.c.class_id.is_distinct_from(_class_then(known)),
        )
    return int(connection.execute(query).scalar_one())


def _class_then(known: int) -> sa.ScalarSelect[str]:
    """Return an image's class after an action, by its name of today: a merge is no correction."""
    then, merged = label_events.alias(), merged_classes
    return (
        sa.select(sa.func.coalesce(merged.c.merged_into, then.c.class_id))
        .select_from(then.outerjoin(merged, merged.c.class_id == then.c.class_id))
        .where(then.c.image_id == current_labels.c.image_id, then.c.batch_id <= known)
        .order_by(then.c.id.desc())
        .limit(1)
        .correlate(current_labels)
        .scalar_subquery()
    )


def learning_request(project: Path, preset: Preset, model: ModelInfo | None) -> TrainRequest:
    """Return how a model is trained from the labels of a project.

    Parameters
    ----------
    model
        The one in use: the new one has its network and looks at images as it does, so that the two differ by
        what was learned. ``None``: the network that is embedded.
    """
    card = None if model is None or model.problem is not None else model.card
    if card is None or model is None:
        return TrainRequest(_free(project), project=project, settings=train_settings(preset, None, {}))
    single = {
        "architecture": card.backbone.architecture,
        "stages": card.backbone.stages,
        "input": card.input.model_dump(mode="json"),
        "preprocess": card.preprocess.model_dump(mode="json"),
    }
    return TrainRequest(
        _free(project),
        project=project,
        settings=train_settings(preset, None, single),
        begin_with=None if card.backbone.frozen else str(model.folder),
        embeddings_of=model.id,
    )


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned, on images that neither model was trained on.

    Parameters
    ----------
    comparison
        The model in use and the new one.
    before, after
        What each of them calls those images.
    mended, broken
        Image ids: right only now, right only before.
    """

    comparison: Comparison
    before: ConfusionTable
    after: ConfusionTable
    mended: Ids
    broken: Ids


def what_was_learned(
    project: Project,
    models: tuple[Classifier, Classifier],
    folders: tuple[Path, Path],
    *,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> Learned:
    """Compare the model in use with a new one on the labelled images that neither was trained on.

    Parameters
    ----------
    models, folders
        The one in use and the new one, and where they lie.

    Raises
    ------
    UsageError
        If no such image is left, or a model knows none of the project's classes.
    Cancelled
        On request.
    """
    _check_known(project, models[0])
    held_out = _held_out(project, project_set(project), folders)
    comparison = compare_on(*models, folders, held_out, progress=progress, cancel=cancel)
    before, after = (_table(project, e) for e in (comparison.first, comparison.second))
    mended, broken = comparison.compared.mended, comparison.compared.broken
    return Learned(comparison, before, after, before.ids[mended], before.ids[broken])


def _check_known(project: Project, model: Classifier) -> None:
    """Refuse to compare with a model that has no class of the project: it was made for something else."""
    own = {c.id for c in model.card.classes} | {c.name.casefold() for c in model.card.classes}
    if not any(c.id in own or c.name.casefold() in own for c in ClassStore(project).taxonomy().active):
        raise UsageError(f"{model.card.name}, which is in use, knows none of the classes of this project.")


def _held_out(project: Project, whole: TestSet, folders: tuple[Path, Path]) -> TestSet:
    """Leave out what a model was trained on before it is classified, which is what takes long."""
    ids = np.array([int(sample.image_id) for sample in whole.data.samples], np.int64)
    seen: set[int] = set()
    for folder in folders:
        record = trained_on(folder)
        seen |= set() if record is None else set(images_in_record(project, ids, record).tolist())
    kept = tuple(sample for sample in whole.data.samples if int(sample.image_id) not in seen)
    if not kept:
        raise UsageError(
            f"every labelled image of {whole.name} was learned from, so nothing can be said about what is "
            "better now: label images that are kept for testing (about one in ten), and learn again."
        )
    how = f"Labelled images of {whole.name} that neither model was trained on."
    return dataclasses.replace(whole, how=how, data=dataclasses.replace(whole.data, samples=kept))


def _table(project: Project, evaluated: Evaluated) -> ConfusionTable:
    card = evaluated.evaluation.card
    probabilities = evaluated.evaluation.probabilities
    named = [ClassId(c.id) for c in card.classes]
    for image in evaluated.images:
        named[image.label] = image.sample.class_id  # as the project calls it
    ids = np.array([int(image.sample.image_id) for image in evaluated.images], np.int64)
    labels = [image.sample.class_id for image in evaluated.images]  # those that it was compared by
    predicted = [named[k] for k in probabilities.argmax(axis=1).tolist()]
    confidence = probabilities.max(axis=1).astype(np.float32)
    return table_of(project, card.name, ids, labels, predicted, confidence, set(named))


def _is_of(run: Path, project: Path) -> bool:
    try:
        job = RunWatch(run).view.job
    except SemguiError:  # a folder that is being made, or was damaged
        return False
    return job.kind == "project" and job.data == project.resolve()


def _name(project: Path) -> str:
    return f"{project.stem} corrected"


def _free(project: Path) -> Path:
    """Return a run folder whose name no run and no model has."""
    number, name = 1, _name(project)
    while (runs_folder() / name).exists() or (user_models() / name).exists():
        number += 1
        name = f"{_name(project)} {number}"
    return runs_folder() / name
