"""Two models on the same held-out images: what the second mends and what it breaks."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.thumbnails import make_thumbnail
from semgui.domain.errors import UnreadableImageError, UsageError
from semgui.domain.progress import CancelToken, ProgressCallback, ignore_progress
from semgui.exchange.atomic import atomic_text
from semgui.imaging.analyse import analyse
from semgui.imaging.limits import DecodeLimits
from semgui.inference.classifier import Classifier
from semgui.inference.prepare import Source
from semgui.registry.training_set import trained_on
from semgui.services.evaluate import Evaluated, TestSet, evaluate_on
from semgui.services.example_pictures import TestImage, example
from semgui.services.explain import Heatmaps
from trainer.comparison import Compared, compare
from trainer.evaluation_report import confused_table
from trainer.html import cells, note, page, pictures, table
from trainer.tables import confusion_csv

_MOST_PICTURES = 16  # of each kind


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the images that neither was trained on.

    Parameters
    ----------
    first, second
        Each model on those images.
    compared
        Which of them differ; indices into the images of both.
    dropped
        Images left out because one of the models was trained on them.
    unrecorded
        Names of models that do not say what they were trained on: nothing could be left out for them.
    """

    first: Evaluated
    second: Evaluated
    compared: Compared
    dropped: int
    unrecorded: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return everything for ``comparison.json``."""
        test = self.compared.test
        return {
            "n": len(self.first.images),
            "dropped_trained_on": self.dropped,
            "training_unknown": list(self.unrecorded),
            "mended": test.mended,
            "broken": test.broken,
            "mcnemar_p": test.p_value,
            "first": self.first.evaluation.as_dict(),
            "second": self.second.evaluation.as_dict(),
        }

    def verdict(self) -> str:
        """Say in a sentence what the comparison shows."""
        first, second = self.first.evaluation, self.second.evaluation
        test, count = self.compared.test, len(self.first.images)
        said = (
            f"{second.card.name} is right on {second.right.sum():,} of {count:,} images, "
            f"{first.card.name} on {first.right.sum():,}; it mends {test.mended:,} and breaks {test.broken:,}"
        )
        if test.p_value >= 0.05:
            return f"{said}. So few differences may well be chance (McNemar p = {test.p_value:.2g})."
        better = second.card.name if test.mended > test.broken else first.card.name
        return f"{said}. {better} is better by more than chance (McNemar p = {test.p_value:.2g})."


def compare_on(
    first: Classifier,
    second: Classifier,
    folders: tuple[Path, Path],
    images: TestSet,
    mapping: Mapping[str, str] | None = None,
    *,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> Comparison:
    """Run both models over labelled images and compare them on what neither has seen.

    Parameters
    ----------
    first, second
        The models.
    folders
        Where they lie, for the record of what they were trained on.
    images
        See `semgui.services.evaluate.folder_set` and `project_set`.
    mapping
        See `semgui.services.evaluate.evaluate_on`; it must serve both.

    Raises
    ------
    UsageError
        If no image is left to compare on.
    Cancelled
        On request.
    """
    records = [trained_on(folder) for folder in folders]
    seen = frozenset().union(*(r for r in records if r is not None))
    unrecorded = tuple(
        c.card.name for c, record in zip((first, second), records, strict=True) if record is None
    )
    both = [
        evaluate_on(classifier, images, mapping, progress=progress, cancel=cancel)
        for classifier in (first, second)
    ]
    judged = [{image.sample.image_id: image for image in evaluated.images} for evaluated in both]
    common = judged[0].keys() & judged[1].keys()
    kept = {i for i in common if not judged[0][i].was_in(seen)}
    if not kept:
        raise UsageError(
            f"{images.name}: there is no image that both models can judge and neither was trained on."
        )
    a, b = (evaluated.only(kept) for evaluated in both)
    compared = compare(_true_names(a), _predicted_names(a), _predicted_names(b))
    return Comparison(a, b, compared, len(common) - len(kept), unrecorded)


@dataclass(frozen=True, slots=True)
class Difference:
    """An image that one model gets right and the other wrong.

    Parameters
    ----------
    path
        The image.
    mended
        Whether the second model is the one that is right.
    true, first, second
        Names of its class and of what each model says.
    thumbnail
        JPEG; empty if the file cannot be read any more.
    """

    path: Path
    mended: bool
    true: str
    first: str
    second: str
    thumbnail: bytes


def differences(comparison: Comparison, limit: int, classifier: Classifier) -> list[Difference]:
    """Return the images on which exactly one model is right, up to `limit` of each kind, with thumbnails.

    Parameters
    ----------
    classifier
        One of the two, for its limits and its decoder.
    """
    names = [c.name for c in comparison.first.evaluation.card.classes]
    a, b = _said(comparison.first), _said(comparison.second)
    found = []
    for mended, rows in ((True, comparison.compared.mended), (False, comparison.compared.broken)):
        for row in rows[:limit]:
            image = comparison.first.images[int(row)]
            small = _thumbnail(image, classifier)
            path = image.sample.source.path
            found.append(Difference(path, mended, names[image.label], a[row], b[row], small))
    return found


def _thumbnail(image: TestImage, classifier: Classifier) -> bytes:
    source = image.sample.source
    try:
        return classifier.decoder.run(source.path, _small, source, classifier.limits)
    except UnreadableImageError:
        return b""


def _small(source: Source, limits: DecodeLimits) -> bytes:
    with analyse(source.path, root=source.root, contrast=source.contrast, limits=limits) as analysed:
        return make_thumbnail(analysed.pixels, analysed.contrast)


def write_comparison(
    comparison: Comparison, classifiers: tuple[Classifier, Classifier], folder: Path
) -> None:
    """Write ``comparison.json``, ``differences.csv``, ``confusion-{first,second}.csv`` and ``report.html``.

    Raises
    ------
    SemguiError
        If something cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: the folder cannot be made ({error.strerror}).") from None
    _write(folder / "comparison.json", json.dumps(comparison.as_dict(), indent=2) + "\n")
    _write(folder / "differences.csv", _differences(comparison))
    for name, evaluated in (("first", comparison.first), ("second", comparison.second)):
        _write(folder / f"confusion-{name}.csv", confusion_csv(evaluated.evaluation))
    title = f"{classifiers[0].card.name} and {classifiers[1].card.name}"
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{escape(comparison.verdict())}</p>", *_notes(comparison)]
    parts.append(_figures(comparison))
    for name, rows in (("Mended", comparison.compared.mended), ("Broken", comparison.compared.broken)):
        heatmaps = Heatmaps(classifiers[1])
        shown = [example(comparison.second.images[int(i)], heatmaps) for i in rows[:_MOST_PICTURES]]
        parts += [f"<h2>{name} ({len(rows):,})</h2>", pictures([s for s in shown if s])]
    for evaluated in (comparison.first, comparison.second):
        card = evaluated.evaluation.card
        parts += [
            f"<h2>Confused by {escape(card.name)}</h2>",
            confused_table(card.classes, evaluated.evaluation.pairs),
        ]
    _write(folder / "report.html", page(title, parts).decode())


def _figures(comparison: Comparison) -> str:
    def row(name: str, figure: str) -> list[str]:
        a, b = (getattr(e.evaluation.measurement, figure) for e in (comparison.first, comparison.second))
        return cells(
            [name]
            + [f"{f.value:.3f} ({f.low:.2f} – {f.high:.2f})" for f in (a, b)]
            + [f"{b.value - a.value:+.3f}"]
        )

    names = [escape(e.evaluation.card.name) for e in (comparison.first, comparison.second)]
    rows = [
        row("accuracy", "accuracy"),
        row("balanced accuracy", "balanced_accuracy"),
        row("macro-F1", "macro_f1"),
    ]
    return table(["figure", *names, "difference"], rows)


def _notes(comparison: Comparison) -> list[str]:
    notes = [f"{len(comparison.first.images):,} images that neither model was trained on."]
    if comparison.dropped:
        notes.append(f"{comparison.dropped:,} were left out because one of the models was trained on them.")
    notes += [
        f"{name} does not say what it was trained on: its figures may be too good."
        for name in comparison.unrecorded
    ]
    return [note(text) for text in notes]


def _true_names(evaluated: Evaluated) -> NDArray[np.str_]:
    return np.array([str(image.sample.class_id) for image in evaluated.images])


def _predicted_names(evaluated: Evaluated) -> NDArray[np.str_]:
    """Name a right prediction as the truth is named: models may call one class differently."""
    said = np.array(_said(evaluated))
    return np.where(evaluated.evaluation.right, _true_names(evaluated), said)


def _differences(comparison: Comparison) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["path", "change", "true", "first", "second"])
    names = [c.name for c in comparison.first.evaluation.card.classes]
    truth = [names[image.label] for image in comparison.first.images]
    a, b = (_said(evaluated) for evaluated in (comparison.first, comparison.second))
    compared = comparison.compared
    for change, rows in (
        ("mended", compared.mended),
        ("broken", compared.broken),
        ("both wrong", compared.both_wrong_differently),
    ):
        writer.writerows(
            [str(comparison.first.images[i].sample.source.path), change, truth[i], a[i], b[i]] for i in rows
        )
    return buffer.getvalue()


def _said(evaluated: Evaluated) -> list[str]:
    classes = evaluated.evaluation.card.classes
    return [classes[k].name for k in evaluated.evaluation.probabilities.argmax(axis=1)]


def _write(path: Path, text: str) -> None:
    with atomic_text(path) as file:
        file.write(text)
