"""``report.html``: what a run reached, on one page without outside parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from trainer.card import Card
from trainer.evaluation_report import measurement_sections
from trainer.files import write_atomically
from trainer.html import cells, page, table
from trainer.run_folder import ManifestRow, SplitName


def write_report(path: Path, card: Card, manifest: Sequence[ManifestRow]) -> None:
    """Write the report of a finished run."""
    parts = [
        f"<h1>{escape(card.name)}</h1><p>{escape(card.summary)}</p>",
        _counts(card, manifest),
        *(part for m in card.measurements for part in measurement_sections(card, m)),
        f"<h2>Thresholds</h2><p>{escape(card.thresholds.promise)} Temperature {card.temperature:.3f}.</p>",
        _origin(card),
    ]
    write_atomically(path, page(card.name, parts))


def _counts(card: Card, manifest: Sequence[ManifestRow]) -> str:
    counted = Counter((row.class_id, row.split) for row in manifest)
    kinds: list[tuple[str | None, str]] = [(c.id, c.name) for c in card.classes]
    if any(row.class_id is None for row in manifest):
        kinds.append((None, "none of them (for novelty)"))
    splits: tuple[SplitName, ...] = ("train", "valid", "test")
    rows = [cells([name, *(counted[class_id, split] for split in splits)]) for class_id, name in kinds]
    return "<h2>Images</h2>" + table(["class", *splits], rows)


def _origin(card: Card) -> str:
    made = card.provenance
    sources = "".join(
        f"<li>{escape(s.name)}: {s.images} images, {escape(s.licence)}. {escape(s.citation)}</li>"
        for s in made.sources
    )
    packages = ", ".join(f"{name} {version}" for name, version in made.packages.items())
    return (
        f"<h2>Origin</h2><p>{escape(card.backbone.architecture)}, embedded weights "
        f"{made.parent_sha256[:12]}, manifest {made.manifest_sha256[:12]}, seed {made.seed}, "
        f"made {escape(made.created)} with {escape(packages)}.</p><ul>{sources}</ul>"
    )
