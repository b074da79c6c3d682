"""Classify files, the images of a project, or one dropped image."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Literal

import numpy as np

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery
from semgui.catalogue.records import chunks
from semgui.catalogue.thumbnails import ThumbnailStore, thumbnail_key
from semgui.domain.errors import ModelError
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageRecord, ImageStatus
from semgui.domain.prediction import Prediction
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.imaging.decoders import Decoder
from semgui.imaging.limits import DecodeLimits
from semgui.inference.classifier import ClassAnswer, Classified, Classifier
from semgui.inference.devices import pick_device
from semgui.inference.engine import threads_for_a_batch
from semgui.inference.prepare import Source
from semgui.registry.store import DEFAULT_MODEL, find_model, inspect_model
from semgui.services.rate import RateMeter
from semgui.services.scan import ScanOptions, scan_files

_ROWS_AT_ONCE = 256
_SECONDS_AT_ONCE = 2.0
_RECORDS_AT_ONCE = 1_000


def load_classifier(
    model: str = DEFAULT_MODEL,
    *,
    device: str = "auto",
    cpu_engine: Literal["torch", "onnxruntime"] = "torch",
    batch_size: int | None = None,
    limits: DecodeLimits | None = None,
    notify: Callable[[str], None] = lambda _: None,
    decoder: Decoder | None = None,
) -> Classifier:
    """Load a model for classification.

    Parameters
    ----------
    model
        Name or folder, see `semgui.registry.store.find_model`.
    device
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    cpu_engine
        ``onnxruntime`` needs the extra ``onnx`` and is used on the CPU, where its logits are the same.
    batch_size
        Images in a batch; ``None`` chooses.
    limits
        Beyond which a file is refused.
    notify
        Receives one sentence whenever memory ran out and something smaller is tried.
    decoder
        Where files are decoded; ``None``: in this process.

    Raises
    ------
    UsageError
        If there is no such model or device, or the engine is not installed.
    ModelError
        If the model is damaged.
    """
    # They import PyTorch and timm, which takes seconds.
    from semgui.inference.folding import load_folded
    from semgui.inference.onnx_backbone import on_onnx_runtime

    folder = find_model(model)
    target = pick_device(device)
    info = inspect_model(folder)
    if info.id is None:
        raise ModelError(str(info.problem))
    loaded = load_folded(folder, target)
    faster = on_onnx_runtime(loaded, threads=threads_for_a_batch()) if cpu_engine == "onnxruntime" else None
    return Classifier(
        loaded,
        info.id,
        faster=faster,
        batch_size=batch_size,
        limits=limits,
        notify=notify,
        decoder=decoder,
    )


def classify_paths(
    classifier: Classifier,
    sources: Sequence[Source],
    *,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> Generator[Classified]:
    """Classify files outside of any project.

    Yields
    ------
    One result for each source, in order, unreadable ones included; each is worth keeping at once.

    Raises
    ------
    Cancelled
        On request, within a second.
    """
    cancel = cancel or CancelToken()
    rate = RateMeter()
    with closing(classifier.stream(sources, cancel=cancel)) as results:
        for done, result in enumerate(results, start=1):
            yield result
            progress(Progress("classifying", done, len(sources), rate.update(done)))


def classify_project(
    project: Project,
    classifier: Classifier,
    *,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    on_batch: Callable[[Sequence[ImageId]], None] = lambda _: None,
    thumbnails: ThumbnailStore | None = None,
) -> int:
    """Classify every image of a project that this model has not seen as it is now.

    Parameters
    ----------
    project, classifier
        Both stay open.
    progress
        Called from this thread.
    cancel
        To stop; what was finished is kept, and the next call goes on from there.
    on_batch
        Called from this thread with the images whose predictions (or errors) have just been committed.
    thumbnails
        Gets the thumbnails that it does not have yet, out of the same decode.

    Returns
    -------
    int
        How many were classified.

    Raises
    ------
    Cancelled
        On request, within a second.
    """
    PredictionStore(project).begin(classifier.model_id, classifier.class_ids)
    ids = [ImageId(int(i)) for i in PredictionStore(project).missing(classifier.model_id)]
    rate = RateMeter()
    done = 0
    for batch in _classified_and_kept(project, classifier, ids, cancel or CancelToken(), thumbnails):
        done += len(batch)
        on_batch([record.id for record, _ in batch])
        progress(Progress("classifying", done, len(ids), rate.update(done)))
    return done


def classify_images(
    project: Project, classifier: Classifier, ids: Sequence[ImageId], *, cancel: CancelToken | None = None
) -> None:
    """Classify some images of a project, in their order, whatever the model said of them before.

    Raises
    ------
    Cancelled
        On request, within a second; what was finished is kept.
    """
    PredictionStore(project).begin(classifier.model_id, classifier.class_ids)
    for _ in _classified_and_kept(project, classifier, ids, cancel or CancelToken()):
        pass


def classify_into_project(
    project: Project,
    classifier: Classifier,
    sources: Sequence[Source],
    *,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> Generator[Classified]:
    """Take files into a project, classify those that this model has not seen as they are now.

    Yields
    ------
    One result for each source, in order, once it is committed. Those that were known already are marked as
    ``kept``; their embeddings and logits are empty.

    Raises
    ------
    Cancelled
        On request, within a second; the next call goes on from there.
    """
    cancel = cancel or CancelToken()
    scan_files(
        project,
        [source.path for source in sources],
        progress=progress,
        cancel=cancel,
        options=ScanOptions(limits=classifier.limits),
    )
    PredictionStore(project).begin(classifier.model_id, classifier.class_ids)
    missing = {int(i) for i in PredictionStore(project).missing(classifier.model_id)}
    rate = RateMeter()
    done = 0
    for part in chunks(sources, _RECORDS_AT_ONCE):
        for result in _part_into_project(project, classifier, part, missing, cancel):
            yield result
            done += 1
            progress(Progress("classifying", done, len(sources), rate.update(done)))


def images_of_project(project: Project) -> list[Source]:
    """Return every image of a project that is there, in the order of its list."""
    ids = ImageStore(project).ids(ImageQuery())
    return [
        source_of(record)
        for chunk in chunks([ImageId(int(i)) for i in ids], _RECORDS_AT_ONCE)
        for record in ImageStore(project).get_many(chunk)
        if record.status is not ImageStatus.MISSING
    ]


def _part_into_project(
    project: Project,
    classifier: Classifier,
    sources: Sequence[Source],
    missing: set[int],
    cancel: CancelToken,
) -> Generator[Classified]:
    records = ImageStore(project).by_paths([source.path for source in sources])
    seen = [r for r in records if r is not None and r.id not in missing]
    known = _known(project, classifier, seen)
    fresh = [r.id for r in records if r is not None and r.id not in known]
    with closing(_classified_and_kept(project, classifier, fresh, cancel)) as batches:
        new = (result for batch in batches for _, result in batch)
        for source, record in zip(sources, records, strict=True):
            cancel.raise_if_cancelled()
            if record is None:  # a name that a scan does not take up
                yield classifier.classify(source)
            elif record.id in known:
                yield known[record.id]
            else:
                yield next(new)


def _classified_and_kept(
    project: Project,
    classifier: Classifier,
    ids: Sequence[ImageId],
    cancel: CancelToken,
    thumbnails: ThumbnailStore | None = None,
) -> Generator[list[tuple[ImageRecord, Classified]]]:
    """Classify images in the given order; yield batches as soon as they are committed.

    On a cancel what is finished is committed before the error goes on.
    """
    waiting: list[tuple[ImageRecord, Classified]] = []
    written_at = time.monotonic()
    in_work: list[ImageRecord] = []
    sources = _sources(project, ids, in_work, thumbnails)
    with closing(classifier.stream(sources, cancel=cancel)) as results:
        try:
            for result in results:
                record = in_work.pop(0)
                waiting.append((record, result))
                if thumbnails is not None and result.thumbnail:
                    thumbnails.put(_thumbnail_key(record), result.thumbnail)
                if len(waiting) >= _ROWS_AT_ONCE or time.monotonic() - written_at > _SECONDS_AT_ONCE:
                    _keep(project, classifier, waiting)
                    batch, waiting, written_at = waiting, [], time.monotonic()
                    yield batch
        finally:
            _keep(project, classifier, waiting)
    if waiting:
        yield waiting


def _sources(
    project: Project,
    ids: Sequence[ImageId],
    in_work: list[ImageRecord],
    thumbnails: ThumbnailStore | None,
) -> Iterator[Source]:
    """Look records up as they are needed; each is noted in `in_work` when its source is handed out."""
    for chunk in chunks(ids, _RECORDS_AT_ONCE):
        for record in ImageStore(project).get_many(chunk):
            in_work.append(record)
            lacking = thumbnails is not None and not thumbnails.has(_thumbnail_key(record))
            yield replace(source_of(record), thumbnail=lacking)


def _thumbnail_key(record: ImageRecord) -> str:
    return thumbnail_key(record.fingerprint, record.mtime_ns, record)


def source_of(record: ImageRecord) -> Source:
    """Return what classification and heatmaps need to know of a catalogued image."""
    # Until the pixels have been looked at, the catalogue does not know that there is no databar.
    known = record.contrast is not None or record.databar.source == "user"
    return Source(record.path, record.root, record.databar if known else None, record.contrast)


def _keep(
    project: Project, classifier: Classifier, finished: Iterable[tuple[ImageRecord, Classified]]
) -> None:
    images = ImageStore(project)
    good: list[tuple[ImageRecord, ClassAnswer]] = []
    found = []
    for record, result in finished:
        if result.answer is None:
            images.record_error(record, result.error or "it could not be read")
            continue
        good.append((record, result.answer))
        if result.databar is not None and result.contrast is not None and record.contrast is None:
            found.append((record, result.databar, result.contrast))
    if not good:
        return
    images.record_analyses(found)
    ArrayStore(project, classifier.model_id).put(
        [record.id for record, _ in good],
        np.stack([answer.probabilities for _, answer in good]),
        np.stack([answer.embedding for _, answer in good]),
    )
    predictions = [
        Prediction(record.id, classifier.model_id, a.predicted, a.confidence, a.novelty, a.status)
        for record, a in good
    ]
    versions = {record.id: record.version for record, _ in good}
    PredictionStore(project).put_many(classifier.model_id, predictions, versions)


def _known(
    project: Project, classifier: Classifier, records: Sequence[ImageRecord]
) -> dict[ImageId, Classified]:
    """Return what the project knows: answers from its tables, and the errors of unreadable images."""
    ids = [record.id for record in records]
    predictions = PredictionStore(project).get(classifier.model_id, ids)
    arrays = ArrayStore(project, classifier.model_id)
    known: dict[ImageId, Classified] = {}
    for record, row, sound in zip(records, arrays.get_probs(ids), arrays.has(ids), strict=True):
        prediction = predictions.get(record.id)
        if record.status is not ImageStatus.OK or prediction is None:
            error = record.error or "it is not there any more"
            known[record.id] = Classified(source_of(record), None, None, None, error, kept=True)
        elif sound:  # otherwise its row was lost and is made again
            answer = ClassAnswer(
                # The model's own class, as in a fresh answer: what the project keeps follows merged classes.
                classifier.class_ids[int(row.argmax())],
                prediction.confidence,
                prediction.novelty,
                prediction.status,
                row,
                np.empty(0, np.float32),
                np.empty(0, np.float16),
            )
            known[record.id] = Classified(
                source_of(record), answer, record.databar, record.contrast, kept=True
            )
    return known
