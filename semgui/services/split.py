"""Divide images into training, validation and test: class folders into new ones, or a project for good."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.naming import absolute
from semgui.catalogue.project import Project
from semgui.domain.errors import UnreadableImageError, UsageError
from semgui.domain.ids import ClassId
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.domain.split import Split, SplitRules
from semgui.exchange.class_tree import LinkMode, TreeImage, write_tree
from semgui.imaging.limits import DecodeLimits
from semgui.imaging.perceptual import perceptual_hash
from semgui.jobs.divided import Divided, divided_set
from semgui.jobs.pixel_store import PixelStore
from semgui.jobs.pixels import as_hashes, canonical_images
from semgui.jobs.samples import Sample, TrainingSet, read_class_folder, read_project
from semgui.jobs.splits import rules_of
from semgui.services.rate import RateMeter
from trainer.card import CardClass
from trainer.files import write_atomically
from trainer.preprocess import PreprocessParams

SPLIT_FILE = "split.json"
_HASHED = PreprocessParams(edge=128)
_DEFAULT_LIMITS = DecodeLimits()


@dataclass(frozen=True, slots=True)
class SplitReport:
    """What became of the images.

    Parameters
    ----------
    counts
        Images of each split, by the name of the class, in the order of the classes.
    groups
        Number of groups.
    warnings
        What the user should know.
    unreadable
        Images that were left out, with the reason.
    written
        New files; 0 for a project.
    """

    counts: Mapping[str, Mapping[Split, int]]
    groups: int
    warnings: tuple[str, ...]
    unreadable: tuple[tuple[Path, str], ...]
    written: int = 0


def split_folder(
    folder: Path,
    out: Path,
    rules: SplitRules,
    link: LinkMode,
    *,
    limits: DecodeLimits = _DEFAULT_LIMITS,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> SplitReport:
    """Put the images of class folders into ``out/train``, ``out/valid`` and ``out/test``.

    Below these, classes and folders within them are as they were. Nothing is overwritten: `out` is new or
    empty, or was begun by the same request on the same images, which then goes on.

    Raises
    ------
    UsageError
        If there is nothing to divide, the grouping makes no sense here, or `out` holds something else.
    SemguiError
        If it cannot be written.
    Cancelled
        On request; the same request goes on later.
    """
    tell = _Teller(progress, cancel or CancelToken())
    folder, out = absolute(folder), absolute(out)
    if out.is_relative_to(folder) or folder.is_relative_to(out):
        raise UsageError(f"{out}: name a folder outside {folder}, or one would be read as part of the other.")
    images = read_class_folder(folder, tell.stage("looking", None))
    request = _request(images, folder, rules)
    _check_target(out, request)
    divided, unreadable = _divided(images, rules, None, limits, tell)
    out.mkdir(parents=True, exist_ok=True)
    write_atomically(out / SPLIT_FILE, (json.dumps(request, indent=2) + "\n").encode())
    tree = [
        TreeImage(s.source.path, f"{divided.split_of[s.group].value}/{Path(s.image_id).parent.as_posix()}")
        for s in divided.samples
    ]
    report = write_tree(out, tree, link, (), tell.stage("writing", len(tree)))
    return _report(images.classes, divided, (*unreadable, *report.unreadable), images, report.written)


def split_project(
    project: Project,
    rules: SplitRules,
    *,
    limits: DecodeLimits = _DEFAULT_LIMITS,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> SplitReport:
    """Decide the lasting split of a project's labelled images; what was decided by the same rules stays.

    Parameters
    ----------
    rules
        Others than before (`semgui.jobs.splits.rules_of`) divide the project anew: figures of earlier models
        then no longer compare.

    Raises
    ------
    UsageError
        If the grouping makes no sense here, or a class would be missing from training.
    Cancelled
        On request; nothing is changed then.
    """
    tell = _Teller(progress, cancel or CancelToken())
    images = read_project(project, tell.stage("looking", None))
    before = rules_of(project)
    divided, unreadable = _divided(images, rules, project, limits, tell)
    report = _report(images.classes, divided, unreadable, images, 0)
    if before in {None, rules}:
        return report
    anew = "Divided anew: images that earlier models were trained on may be test images now."
    return SplitReport(report.counts, report.groups, (anew, *report.warnings), report.unreadable)


def _divided(
    images: TrainingSet, rules: SplitRules, project: Project | None, limits: DecodeLimits, tell: _Teller
) -> tuple[Divided, tuple[tuple[Path, str], ...]]:
    readable, hashes, unreadable = _hashed(images.samples, limits, tell)
    found = {sample.class_id for sample in readable}
    classes = [c for c in images.classes if ClassId(c.id) in found]
    compare = tell.stage("comparing", len(readable))
    return divided_set(classes, readable, hashes, rules, project, compare), unreadable


def _hashed(
    samples: Sequence[Sample], limits: DecodeLimits, tell: _Teller
) -> tuple[list[Sample], NDArray[np.uint64], tuple[tuple[Path, str], ...]]:
    """Look at every image once; what cannot be read is left out, with the reason."""
    readable, hashes, unreadable = [], [], []
    done = tell.stage("reading", len(samples))
    sources = [sample.source for sample in samples]
    with PixelStore(_HASHED) as store:
        for number, read in enumerate(canonical_images(sources, _HASHED, limits, store)):
            if isinstance(read, UnreadableImageError):
                unreadable.append((read.path, read.reason))
            else:
                readable.append(samples[number])
                hashes.append(perceptual_hash(read.image.pixels))
            done(number + 1)
    return readable, as_hashes(hashes), tuple(unreadable)


def _request(images: TrainingSet, folder: Path, rules: SplitRules) -> dict[str, object]:
    """Return what decides the division, to know it again."""
    digest = hashlib.blake2b(digest_size=16)
    for sample in images.samples:
        status = sample.source.path.lstat()
        digest.update(f"{sample.image_id}\0{status.st_size}\0{status.st_mtime_ns}\0".encode(errors="replace"))
    return {"source": str(folder), "images": digest.hexdigest(), "rules": asdict(rules)}


def _check_target(out: Path, request: Mapping[str, object]) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise UsageError(f"{out}: this is a file; name a folder.")
    try:
        if json.loads((out / SPLIT_FILE).read_bytes()) == request:
            return
    except (OSError, ValueError):
        pass
    if any(out.iterdir()):
        raise UsageError(
            f"{out}: there is something else here already, and an image must not end up in two parts; "
            "name a new folder."
        )


def _report(
    classes: Sequence[CardClass],
    divided: Divided,
    unreadable: tuple[tuple[Path, str], ...],
    images: TrainingSet,
    written: int,
) -> SplitReport:
    counted = Counter((sample.class_id, divided.split_of[sample.group]) for sample in divided.samples)
    counts = {c.name: {split: counted[ClassId(c.id), split] for split in Split} for c in classes}
    left_out = tuple(f"Left out: {problem}" for problem in images.problems)
    return SplitReport(counts, len(divided.split_of), (*left_out, *divided.warnings), unreadable, written)


class _Teller:
    """Progress of one stage after the other, stopped on request."""

    def __init__(self, progress: ProgressCallback, cancel: CancelToken) -> None:
        self._progress = progress
        self._cancel = cancel

    def stage(self, name: str, total: int | None) -> _Stage:
        """Begin a stage."""
        return _Stage(name, total, self._progress, self._cancel)


class _Stage:
    def __init__(self, name: str, total: int | None, progress: ProgressCallback, cancel: CancelToken) -> None:
        self._name = name
        self._total = total
        self._progress = progress
        self._cancel = cancel
        self._meter = RateMeter()

    def __call__(self, done: int) -> None:
        self._cancel.raise_if_cancelled()
        self._progress(Progress(self._name, done, self._total, self._meter.update(done)))
