"""``report.html``: what a classification found, on one page without outside parts."""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PIL import Image

from semgui.exchange.atomic import atomic_text

_MOST_PICTURES = 24  # in one section: the page stays quick to open and good to print
_PICTURE_EDGE = 240
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
body { color: #222; background: #fff; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; } th, td { padding: .25rem .75rem; text-align: right; }
th:first-child, td:first-child { text-align: left; } thead th { border-bottom: 1px solid #999; }
.note { color: #666; } .pictures { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; width: 240px; break-inside: avoid; } figure img { display: block; width: 100%; }
figcaption { font-size: 13px; line-height: 1.35; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { body { background: #1b1b1b; color: #ddd; } .note { color: #999; } }
"""


@dataclass(frozen=True, slots=True)
class ReportedImage:
    """One line of what was found.

    Parameters
    ----------
    path
        The image.
    status
        ``ok``, ``uncertain``, ``not_sem`` or ``error``.
    predicted, confidence, novelty
        The model's answer; ``None`` where there is none.
    label
        Name of the class that people gave it, or ``None``.
    error
        Why it could not be read, or ``None``.
    figure
        The picture with its heatmap, or ``None``.
    """

    path: Path
    status: str
    predicted: str | None
    confidence: float | None
    novelty: float | None
    label: str | None
    error: str | None
    figure: Path | None

    @property
    def contradicts_label(self) -> bool:
        """Whether people and model disagree."""
        return None not in (self.label, self.predicted) and self.label != self.predicted


def write_classification_report(path: Path, title: str, model: str, images: Sequence[ReportedImage]) -> None:
    """Write the page.

    Parameters
    ----------
    path
        The file; replaced as a whole.
    title
        Heading.
    model
        What classified them: a name and its own words about how good it is.
    images
        Everything that was looked at.

    Raises
    ------
    SemguiError
        If it cannot be written.
    """
    by_confidence = sorted(images, key=lambda i: i.confidence or 0.0)
    sections = [
        _counts(images),
        _pictures(
            "Labels that the model contradicts",
            "The surest contradictions first. Each is either a wrong label or a mistake of the model: look.",
            [i for i in reversed(by_confidence) if i.contradicts_label],
        ),
        _pictures(
            "Uncertain", "The least certain first.", [i for i in by_confidence if i.status == "uncertain"]
        ),
        _pictures(
            "Perhaps no SEM image",
            "Unlike anything that the model was trained on; the strangest first.",
            sorted((i for i in images if i.status == "not_sem"), key=lambda i: -(i.novelty or 0.0)),
        ),
        _unreadable([i for i in images if i.error is not None]),
    ]
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f'<h1>{escape(title)}</h1><p class="note">{escape(model)}</p>{"".join(sections)}</html>\n'
    )
    with atomic_text(path) as file:
        file.write(page)


def _counts(images: Sequence[ReportedImage]) -> str:
    statuses = Counter(i.status for i in images)
    words = {"ok": "ok", "uncertain": "uncertain", "not_sem": "perhaps no SEM image", "error": "unreadable"}
    said = ", ".join(f"{statuses[s]:,} {word}" for s, word in words.items() if statuses[s])
    predicted = Counter(i.predicted for i in images if i.predicted)
    labelled = Counter(i.label for i in images if i.label)
    agreed = Counter(i.label for i in images if i.label and i.label == i.predicted)
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{predicted[name]:,}</td><td>{labelled[name]:,}</td>"
        f"<td>{agreed[name]:,}</td></tr>"
        for name in sorted({*predicted, *labelled})
    )
    head = "<th>class</th><th>predicted</th><th>labelled</th><th>both say so</th>"
    agreement = ""
    if labelled.total():
        share = agreed.total() / labelled.total()
        both = f"{agreed.total():,} ({share:.0%})"
        agreement = f"<p>Of {labelled.total():,} labelled images the model agrees with {both}.</p>"
    return (
        f"<h2>{len(images):,} images: {said}</h2>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{agreement}"
    )


def _pictures(title: str, note: str, images: Sequence[ReportedImage]) -> str:
    if not images:
        return ""
    shown = images[:_MOST_PICTURES]
    more = f" The first {len(shown)} of {len(images):,}." if len(images) > len(shown) else ""
    figures = "".join(_figure(i) for i in shown)
    return (
        f"<h2>{escape(title)} ({len(images):,})</h2>"
        f'<p class="note">{escape(note + more)}</p><div class="pictures">{figures}</div>'
    )


def _figure(image: ReportedImage) -> str:
    picture = ""
    if image.figure is not None and image.figure.is_file():
        with Image.open(image.figure, formats=("PNG",)) as opened:
            small = opened.convert("RGB")
            small.thumbnail((_PICTURE_EDGE, _PICTURE_EDGE))
        encoded = io.BytesIO()
        small.save(encoded, "JPEG", quality=80)
        data = base64.b64encode(encoded.getvalue()).decode()
        picture = f'<img alt="" src="data:image/jpeg;base64,{data}">'
    says = f"{image.predicted} {image.confidence:.0%}" if image.confidence is not None else ""
    label = f", labelled {image.label}" if image.label else ""
    return (
        f"<figure>{picture}<figcaption>{escape(says + label)}<br>"
        f'<span class="note">{escape(_shown(image.path.name))}</span></figcaption></figure>'
    )


def _unreadable(images: Sequence[ReportedImage]) -> str:
    if not images:
        return ""
    rows = "".join(f"<li>{escape(_shown(str(i.path)))}: {escape(i.error or '')}</li>" for i in images)
    return f"<h2>Unreadable ({len(images):,})</h2><ul>{rows}</ul>"


def _shown(name: str) -> str:
    """Make a file name with bytes that are no text printable."""
    return name.encode("utf-8", "backslashreplace").decode()
