"""From labels to a run folder that the trainer can take up: configuration, pixels, manifest."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from semgui.catalogue.project import Project, open_project
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ModelId
from semgui.domain.split import Split, SplitRules
from semgui.jobs.divided import Divided, divided_set
from semgui.jobs.known_features import known_features
from semgui.jobs.pixel_store import PixelStore
from semgui.jobs.pixels import Place, Written, write_pixels
from semgui.jobs.samples import TrainingSet, read_class_folder, read_project
from semgui.jobs.splits import rules_of
from semgui.registry.training_set import save_training_set, trained_on
from semgui.settings import load_settings
from trainer.config import BaseWeights, RunConfig, TrainSettings, save_config
from trainer.default_input import default_input
from trainer.events import EventWriter, Progress, Warned
from trainer.files import write_atomically
from trainer.finetune_config import resolved
from trainer.known import save_known
from trainer.run_folder import ManifestRow, RunFolder, write_manifest

_SECONDS_BETWEEN_NOTES = 1.0
_MOST_WARNINGS = 20


class JobSpec(TrainSettings):
    """What a run is made from: ``job.json`` of the run folder.

    Parameters
    ----------
    name
        Of the model that it makes.
    kind, data
        A class folder or a project, and its absolute path.
    base
        What the backbone begins with.
    split
        How images are divided; ``None``: as the project was divided before, else by near-duplicates.
    embeddings_of
        A model version that looks at images with this run's frozen network, in the same way: where the
        project has its embeddings, they are not computed again. ``None``: there is none.
    """

    name: str = Field(min_length=1)
    kind: Literal["folder", "project"]
    data: Path
    base: BaseWeights = BaseWeights()
    split: SplitRules | None = None
    embeddings_of: ModelId | None = None


def save_job(spec: JobSpec, run: RunFolder) -> None:
    """Write ``job.json``."""
    write_atomically(run.job, (spec.model_dump_json(indent=2) + "\n").encode())


def load_job(run: RunFolder) -> JobSpec:
    """Read ``job.json``; a `UsageError` if there is none."""
    path = run.job
    try:
        return JobSpec.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); start the training anew.") from None
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise UsageError(f"{path} is damaged ({reason}); start the training anew.") from None


def is_prepared(run: RunFolder) -> bool:
    """Whether the manifest, written last, is there."""
    return run.manifest.exists()


def prepare_run(run: RunFolder, events: EventWriter) -> None:
    """Make a run folder ready for the trainer.

    Raises
    ------
    UsageError
        If there is nothing to learn from.
    trainer.errors.StoppedError
        If it was asked to stop.
    """
    spec = load_job(run)
    with open_project(spec.data) if spec.kind == "project" else nullcontext() as project:
        _prepare_from(spec, project, run, events)


def _prepare_from(spec: JobSpec, project: Project | None, run: RunFolder, events: EventWriter) -> None:
    looking = _Teller(run, events, "images", None).reached
    images = read_class_folder(spec.data, looking) if project is None else read_project(project, looking)
    with PixelStore(spec.preprocess) as store:
        written = write_pixels(
            [sample.source for sample in images.samples],
            run,
            spec.preprocess,
            load_settings().limits.for_decoding(),
            _Teller(run, events, "pixels", len(images.samples)).reached,
            store,
        )
    _warn_left_out(events, images, written)
    places = [outcome for outcome in written.outcomes if isinstance(outcome, Place)]
    readable = tuple(
        sample
        for sample, outcome in zip(images.samples, written.outcomes, strict=True)
        if isinstance(outcome, Place)
    )
    config = _config(spec, images, {sample.class_id for sample in readable})
    grouping = _Teller(run, events, "groups", len(readable)).reached
    divided = divided_set(config.classes, readable, written.hashes, _rules(spec, project), project, grouping)
    for warning in divided.warnings:
        events.write(Warned(text=warning))
    if project is not None and spec.embeddings_of is not None and spec.mode == "head":
        save_known(known_features(project, spec.embeddings_of, divided.samples), run)
    _save_training_set(spec, run, divided, places)
    save_config(_with_training(config, spec, divided), run.config)
    write_manifest(manifest_rows(divided, places, spec.data.name), run.manifest)


def manifest_rows(divided: Divided, places: Iterable[Place], source: str) -> Iterator[ManifestRow]:
    """Yield the manifest's rows; there may be a hundred thousand, so they are never all in memory.

    Parameters
    ----------
    places
        Of the samples, in their order.
    source
        Name of where the images are from.
    """
    for sample, place in zip(divided.samples, places, strict=True):
        yield ManifestRow(
            image_id=sample.image_id,
            class_id=sample.class_id,
            split=divided.split_of[sample.group].value,
            group=sample.group,
            offset=place.offset,
            source=source,
            strip=place.strip,
            name=sample.source.path.name,
        )


def _rules(spec: JobSpec, project: Project | None) -> SplitRules:
    if spec.split is not None:
        return spec.split
    return (None if project is None else rules_of(project)) or SplitRules(seed=spec.seed)


def _config(spec: JobSpec, images: TrainingSet, readable: set[ClassId]) -> RunConfig:
    """Settle everything but what depends on the number of training images."""
    classes = tuple(c for c in images.classes if c.id in readable)
    if len(classes) < 2:
        raise UsageError(f"{spec.data}: readable images of at least two classes are needed.")
    settings = {name: getattr(spec, name) for name in TrainSettings.model_fields if name != "finetune"}
    if spec.input is None:
        settings["input"] = default_input(spec.architecture, spec.edge)
    return RunConfig(name=spec.name, classes=classes, base=spec.base, **settings)


def _with_training(config: RunConfig, spec: JobSpec, divided: Divided) -> RunConfig:
    """Settle what was left open about the training by the number of its images."""
    images = sum(divided.split_of[sample.group] is Split.TRAIN for sample in divided.samples)
    tuning = resolved(spec.finetune, images, pretrained=spec.base.kind != "random")
    return config.model_copy(update={"finetune": tuning})


def _save_training_set(spec: JobSpec, run: RunFolder, divided: Divided, places: Sequence[Place]) -> None:
    """Note which files the model will have seen: all that it is not tested on, and those of its parent."""
    seen = {
        place.fingerprint
        for sample, place in zip(divided.samples, places, strict=True)
        if divided.split_of[sample.group] is not Split.TEST
    }
    if spec.base.kind == "model" and spec.base.path is not None:
        before = trained_on(spec.base.path)
        if before is None:  # what it has seen is not known, so that nothing true could be written
            return
        seen |= before
    save_training_set(seen, run.training_set)


def _warn_left_out(events: EventWriter, images: TrainingSet, written: Written) -> None:
    unreadable = [str(outcome) for outcome in written.outcomes if not isinstance(outcome, Place)]
    problems = [*images.problems, *unreadable]
    for problem in problems[:_MOST_WARNINGS]:
        events.write(Warned(text=f"Left out: {problem}"))
    if len(problems) > _MOST_WARNINGS:
        events.write(Warned(text=f"{len(problems) - _MOST_WARNINGS} more images were left out."))


class _Teller:
    """Tells progress about once a second, and stops when asked to."""

    def __init__(self, run: RunFolder, events: EventWriter, stage: str, total: int | None) -> None:
        self._run = run
        self._events = events
        self._stage = stage
        self._total = total
        self._since, self._from = time.monotonic(), 0

    def reached(self, count: int) -> None:
        """Note how many are done."""
        self._run.raise_if_stopped()
        seconds = time.monotonic() - self._since
        if seconds < _SECONDS_BETWEEN_NOTES and count != self._total:
            return
        rate = (count - self._from) / max(seconds, 1e-6)
        total = count if self._total is None else self._total
        self._events.write(Progress(stage=self._stage, done=count, total=total, rate=round(rate, 2)))
        self._since, self._from = time.monotonic(), count
