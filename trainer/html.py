"""Pieces of a report: one page without outside parts, good on screen and on paper."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
body { color: #222; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; } th, td { padding: .25rem .6rem; text-align: right; }
th:first-child, td:first-child { text-align: left; } thead th { border-bottom: 1px solid #999; }
.facts td { text-align: left; vertical-align: top; padding-top: 0; padding-bottom: 0; }
.facts { break-inside: auto; font-size: 13px; }
td.hit { font-weight: 600; }
th.up { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; }
.note { color: #666; } .wide { overflow-x: auto; }
.pictures, .charts { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; width: 200px; break-inside: avoid; } figure img { display: block; width: 100%; }
figcaption { font-size: 13px; line-height: 1.35; overflow-wrap: anywhere; }
svg text { font: 12px system-ui, sans-serif; fill: currentColor; } svg { max-width: 100%; height: auto; }
h2, h3 { break-after: avoid; } table, svg { break-inside: avoid; }
@media print {
  body { max-width: none; margin: 0; padding: 0; font-size: 11px; } .wide { overflow: visible; }
  th, td { padding: .1rem .5rem; } figure { width: 23%; } figcaption, .facts { font-size: 9px; }
  svg { max-width: 45%; } .charts svg { width: 47%; max-width: 47%; } .pictures, .charts { gap: .5rem; } }
@media (prefers-color-scheme: dark) { @media screen {
  body { background: #1b1b1b; color: #ddd; } .note { color: #999; } } }
"""


def page(title: str, parts: Sequence[str]) -> bytes:
    """Return a whole page; the parts are HTML already."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>{''.join(parts)}</html>\n"
    ).encode("utf-8", "backslashreplace")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; cells of `rows` are whole ``<td>`` elements, those of `head` HTML."""
    header = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table></div>'


def matrix(corner: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of narrow columns, their names written upwards; cells are whole ``<td>`` elements."""
    header = "".join(f'<th class="up">{escape(name)}</th>' for name in names)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return (
        f'<div class="wide"><table><thead><tr><th>{escape(corner)}</th>{header}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def facts_table(facts: Sequence[tuple[str, str]]) -> str:
    """Return names with what is to say about them, in a table without a head."""
    rows = "".join(f"<tr>{''.join(cells(fact))}</tr>" for fact in facts)
    return f'<div class="wide"><table class="facts"><tbody>{rows}</tbody></table></div>'


def cells(values: Sequence[object]) -> list[str]:
    """Return one ``<td>`` for each value."""
    return [f"<td>{escape(str(value))}</td>" for value in values]


def note(text: str) -> str:
    """Return a paragraph in a quiet colour."""
    return f'<p class="note">{escape(text)}</p>'


def picture(jpeg: bytes, caption: Sequence[str]) -> str:
    """Return a picture, embedded, with the lines of its caption."""
    data = base64.b64encode(jpeg).decode()
    lines = "<br>".join(escape(line) for line in caption)
    return (
        f'<figure><img alt="" src="data:image/jpeg;base64,{data}"><figcaption>{lines}</figcaption></figure>'
    )


def pictures(figures: Sequence[str]) -> str:
    """Return pictures beside each other."""
    return f'<div class="pictures">{"".join(figures)}</div>'


def charts(drawings: Sequence[str]) -> str:
    """Return drawings beside each other."""
    return f'<div class="charts">{"".join(drawings)}</div>'


def bullets(sentences: Sequence[str]) -> str:
    """Return a list of sentences."""
    return f"<ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in sentences)}</ul>"
