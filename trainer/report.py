"""The result of a run for people and programs: page, text, figures and tables."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.card import Card
from trainer.charts import curves
from trainer.evaluation import Evaluation, classification_report
from trainer.evaluation_report import evaluation_sections
from trainer.events import Epoch, EventReader, Warned
from trainer.examples import example_sections
from trainer.files import write_atomically
from trainer.html import bullets, cells, charts, facts_table, note, page, table
from trainer.run_folder import ManifestRow, RunFolder, SplitName
from trainer.strip_audit import StripAudit
from trainer.tables import confusion_csv, predictions_csv


@dataclass(frozen=True, slots=True)
class Judged:
    """A model on images of its run.

    Parameters
    ----------
    evaluation
        The figures.
    rows
        (N,) index of each image in the manifest.
    """

    evaluation: Evaluation
    rows: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Findings:
    """What there is to say about a finished run.

    Parameters
    ----------
    card
        Of its model.
    manifest
        Its images.
    judged
        The model on the test images, on those of sources left out, on both or none.
    audit
        Of its databars; ``None`` where the run does not know them.
    """

    card: Card
    manifest: Sequence[ManifestRow]
    judged: Sequence[Judged]
    audit: StripAudit | None


def write_report(run: RunFolder, findings: Findings) -> None:
    """Write everything; without images to judge the model on, the page alone.

    Raises
    ------
    StoppedError
        If the run was asked to stop.
    """
    card = findings.card
    if findings.judged:
        first = findings.judged[0].evaluation
        rows = [findings.manifest[row] for row in findings.judged[0].rows]
        images, groups = [(row.image_id, row.name) for row in rows], [row.group for row in rows]
        table_of_all = predictions_csv(first, ["image_id", "name"], images, groups)
        metrics = first.as_dict() | {"set": first.measurement.name, "databar": _audit_figures(findings)}
        write_atomically(run.metrics, (json.dumps(metrics, indent=2) + "\n").encode())
        write_atomically(run.report_text, classification_report(first).encode())
        write_atomically(run.confusion, confusion_csv(first).encode())
        write_atomically(run.predictions, table_of_all.encode())
    parts = [
        f"<h1>{escape(card.name)}</h1><p>{escape(card.summary)}</p>",
        *_warnings(run),
        *(part for judged in findings.judged for part in evaluation_sections(judged.evaluation)),
        *_examples(run, findings),
        *_databar(findings),
        *_training(run),
        _counts(card, findings.manifest),
        f"<h2>Thresholds</h2><p>{escape(card.thresholds.promise)} Temperature {card.temperature:.3f}.</p>",
        *_origin(card),
    ]
    write_atomically(run.report, page(card.name, parts))


def _warnings(run: RunFolder) -> list[str]:
    said = dict.fromkeys(event.text for event in EventReader(run.events).new() if isinstance(event, Warned))
    return ["<h2>Warnings</h2>", bullets(list(said))] if said else []


def _examples(run: RunFolder, findings: Findings) -> list[str]:
    if not findings.judged:
        return []
    first = findings.judged[0]
    return example_sections(run, first.evaluation, [findings.manifest[i] for i in first.rows])


def _audit_figures(findings: Findings) -> dict[str, Any] | None:
    if findings.audit is None:
        return None
    on_test = _bar_on_test(findings)
    return findings.audit.as_dict() | {"accuracy_on_this_set": None if on_test is None else on_test[1]}


def _bar_on_test(findings: Findings) -> tuple[int, float] | None:
    """Return the number of images judged first, and in what share of them the bar was right."""
    if findings.audit is None or findings.audit.right is None or not findings.judged:
        return None
    told = [findings.audit.right[row] for row in findings.judged[0].rows.tolist()]
    return len(told), sum(told) / len(told)


def _databar(findings: Findings) -> list[str]:
    audit = findings.audit
    if audit is None:
        text = "This run does not know the databars of its images: prepare it again to have them judged."
        return ["<h2>Databar</h2>", note(text)]
    parts = ["<h2>Databar</h2>", f"<p>{escape(audit.sentence())}</p>"]
    on_test = _bar_on_test(findings)
    if on_test is not None:
        first = findings.judged[0].evaluation.measurement
        parts.append(
            table(
                [f"on {on_test[0]:,} images ({escape(first.name)})", "accuracy"],
                [
                    cells(["databar alone", f"{on_test[1]:.3f}"]),
                    cells(["the model, which never sees the databar", f"{first.accuracy.value:.3f}"]),
                ],
            )
        )
        how = (
            "The bar alone: ridge regression on coarse strips, a fifth of the groups left out at a time. "
            "Intervals are drawn by group."
        )
        parts.append(note(how))
    return parts


def _training(run: RunFolder) -> list[str]:
    epochs = _epochs(run)
    if not epochs:
        return []
    best = max((e.epoch for e in epochs if e.best), default=0)
    loss = curves(
        "epoch",
        "loss",
        {"training": [e.train_loss for e in epochs], "validation": [e.valid_loss for e in epochs]},
        best,
    )
    drawings = [loss]
    if any(e.valid_accuracy is not None for e in epochs):
        right = {
            "accuracy": [e.valid_accuracy for e in epochs],
            "macro-F1": [e.valid_macro_f1 for e in epochs],
        }
        drawings.append(curves("epoch", "on validation images", right, best, top=1.0))
    about = (
        f"The dashed line is the epoch that was kept ({best}). The validation loss is taken after its best "
        "temperature, the training loss with class weights and changed images: only their courses compare."
    )
    return ["<h2>Training</h2>", charts(drawings), note(about)]


def _epochs(run: RunFolder) -> list[Epoch]:
    """Return the epochs that led to the model: one that was trained again goes before what it replaces."""
    found: dict[int, Epoch] = {}
    for event in EventReader(run.events).new():
        if isinstance(event, Epoch):
            found = {number: epoch for number, epoch in found.items() if number < event.epoch}
            found[event.epoch] = event
    return list(found.values())


def _counts(card: Card, manifest: Sequence[ManifestRow]) -> str:
    counted = Counter((row.class_id, row.split) for row in manifest)
    kinds: list[tuple[str | None, str]] = [(c.id, c.name) for c in card.classes]
    if any(row.class_id is None for row in manifest):
        kinds.append((None, "none of them (for novelty)"))
    splits: tuple[SplitName, ...] = ("train", "valid", "test")
    rows = [cells([name, *(counted[class_id, split] for split in splits)]) for class_id, name in kinds]
    return "<h2>Images</h2>" + table(["class", *splits], rows)


def _origin(card: Card) -> list[str]:
    made = card.provenance
    packages = ", ".join(f"{name} {version}" for name, version in made.packages.items())
    network = f"{card.backbone.architecture}, input {card.input.views[0].edge} pixels"
    if card.backbone.stages is not None:
        network += f", features after {card.backbone.stages} stages"
    facts = [
        ("network", network),
        ("began with", f"weights {made.parent_sha256[:12]}" if made.parent_sha256 else "random weights"),
        ("manifest, configuration", f"{made.manifest_sha256[:12]}, {made.config_sha256[:12]} (SHA-256)"),
        *((f"data: {name}", value) for name, value in _flat(made.job)),
        ("made", made.created),
        ("on", made.machine),
        ("with", packages),
        *((f"source: {s.name}", f"{s.images} images, {s.licence}. {s.citation}") for s in made.sources),
    ]
    return [
        "<h2>Origin</h2>",
        facts_table(facts),
        "<h2>Settings</h2>",
        facts_table(_used(made.settings)),
    ]


def _used(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the settings that had a meaning: where the backbone was not trained, none of its training."""
    tuned = settings.get("mode") != "head"
    return list(_flat({name: value for name, value in settings.items() if tuned or name != "finetune"}))


def _flat(settings: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield every setting with its dotted name."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        elif value not in (None, []):
            yield f"{before}{name}", ", ".join(map(str, value)) if isinstance(value, list) else str(value)
