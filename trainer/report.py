"""``report.html``: what a run reached, on one page without outside parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from trainer.card import Card, Interval, Measurement
from trainer.files import write_atomically
from trainer.run_folder import ManifestRow, SplitName

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
body { color: #222; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; } th, td { padding: .25rem .6rem; text-align: right; }
th:first-child, td:first-child { text-align: left; } thead th { border-bottom: 1px solid #999; }
td.hit { font-weight: 600; } .note { color: #666; }
@media (prefers-color-scheme: dark) { body { background: #1b1b1b; color: #ddd; } .note { color: #999; } }
"""


def write_report(path: Path, card: Card, manifest: Sequence[ManifestRow]) -> None:
    """Write the report of a finished run."""
    parts = [
        f"<h1>{escape(card.name)}</h1><p>{escape(card.summary)}</p>",
        _counts(card, manifest),
        *(_measurement(card, m) for m in card.measurements),
        f"<h2>Thresholds</h2><p>{escape(card.thresholds.promise)} Temperature {card.temperature:.3f}.</p>",
        _origin(card),
    ]
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{escape(card.name)}</title><style>{_STYLE}</style>{''.join(parts)}</html>\n"
    )
    write_atomically(path, page.encode())


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Cells are HTML already."""
    header = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f"<table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"


def _cells(values: Sequence[object]) -> list[str]:
    return [f"<td>{escape(str(value))}</td>" for value in values]


def _counts(card: Card, manifest: Sequence[ManifestRow]) -> str:
    counted = Counter((row.class_id, row.split) for row in manifest)
    kinds: list[tuple[str | None, str]] = [(c.id, c.name) for c in card.classes]
    if any(row.class_id is None for row in manifest):
        kinds.append((None, "none of them (for novelty)"))
    splits: tuple[SplitName, ...] = ("train", "valid", "test")
    rows = [_cells([name, *(counted[class_id, split] for split in splits)]) for class_id, name in kinds]
    return "<h2>Images</h2>" + _table(["class", *splits], rows)


def _measurement(card: Card, m: Measurement) -> str:
    def line(name: str, figure: Interval) -> list[str]:
        return _cells([name, f"{figure.value:.3f}", f"{figure.low:.3f} – {figure.high:.3f}"])

    figures = _table(
        ["figure", "value", f"{m.confidence_level:.0%} interval"],
        [
            line("accuracy", m.accuracy),
            line("balanced accuracy", m.balanced_accuracy),
            line("macro-F1", m.macro_f1),
            _cells(["expected calibration error", f"{m.ece:.3f}", ""]),
        ],
    )
    names = {c.id: c.name for c in card.classes}
    classes = _table(
        ["class", "precision", "recall", "F1", "images"],
        [
            _cells([names[c.class_id], *(f"{v:.3f}" for v in (c.precision, c.recall, c.f1)), c.support])
            for c in m.classes
        ],
    )
    confusion = _table(
        ["true ↓ predicted →", *(escape(c.name) for c in card.classes)],
        [
            [f"<td>{escape(c.name)}</td>", *(_confusion_cell(row, i, j) for j in range(len(row)))]
            for i, (c, row) in enumerate(zip(card.classes, m.confusion, strict=True))
        ],
    )
    return (
        f"<h2>{escape(m.name.capitalize())}: {m.images} images in {m.groups} groups</h2>"
        f'<p class="note">{escape(m.how)} Intervals: bootstrap over groups.</p>{figures}'
        f"<h2>Classes</h2>{classes}<h2>Confusion</h2>{confusion}"
    )


def _confusion_cell(row: Sequence[int], true: int, predicted: int) -> str:
    share = row[predicted] / sum(row) if sum(row) else 0.0
    colour = "0, 114, 178" if true == predicted else "213, 94, 0"  # Okabe–Ito blue and vermilion
    kind = ' class="hit"' if true == predicted else ""
    return f'<td{kind} style="background: rgba({colour}, {0.7 * share:.2f})">{row[predicted]}</td>'


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
