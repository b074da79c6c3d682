"""The keys as a document: the sheet, its text, its pages and the user guide are made from the same lines."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from semgui.texts import mark, tr
from semgui.ui.actions import MENUS, ActionInfo, Actions, shown_keys

# What lists and the picture do by themselves.
_BY_HAND = (
    (mark("Ctrl + click"), mark("add to the selection")),
    (mark("Shift + click, Shift + arrows"), mark("select a range")),
    (mark("Up, Down, Page Up, Page Down"), mark("move among the thumbnails")),
    (mark("Wheel, drag"), mark("zoom and move the picture")),
)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One action and its keys.

    Parameters
    ----------
    action_id
        Empty for what is no action.
    changed
        Whether the keys are the user's choice.
    """

    words: str
    keys: str
    action_id: str = ""
    tip: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class KeySection:
    """The lines of one menu."""

    title: str
    lines: tuple[KeyLine, ...]


def key_sheet(actions: Actions, *, all_actions: bool = False) -> list[KeySection]:
    """Return what there is, by menu; what has no keys only if `all_actions`."""
    sections = []
    for menu in MENUS:
        lines = tuple(
            _line(actions, info)
            for info in actions.table
            if info.menu.partition("/")[0] == menu and info.visible() and (all_actions or actions.keys(info))
        )
        if lines:
            sections.append(KeySection(tr(menu), lines))
    by_hand = tuple(KeyLine(tr(words), tr(keys)) for keys, words in _BY_HAND)
    return [*sections, KeySection(tr("Mouse and lists"), by_hand)]


def sheet_text(sections: Sequence[KeySection]) -> str:
    """Return the sheet as text with tabs, for a table or an e-mail."""
    parts = ["\n".join([s.title, *(f"{line.keys}\t{line.words}" for line in s.lines)]) for s in sections]
    return "\n\n".join(parts) + "\n"


def sheet_html(sections: Sequence[KeySection]) -> str:
    """Return the sheet as a page to print."""
    parts = [f"<h2>{html.escape(tr('SEMGui: keys'))}</h2>"]
    for section in sections:
        rows = "".join(
            f"<tr><td width='200'><b>{html.escape(line.keys)}</b></td><td>{html.escape(line.words)}</td></tr>"
            for line in section.lines
        )
        parts.append(f"<h4>{html.escape(section.title)}</h4><table cellpadding='2'>{rows}</table>")
    return "".join(parts)


def sheet_markdown(sections: Sequence[KeySection]) -> str:
    """Return the sheet as a table for the user guide."""
    rows = ["| Keys | What | Menu |", "|---|---|---|"]
    rows += [f"| {line.keys} | {line.words} | {s.title} |" for s in sections for line in s.lines]
    return "\n".join(rows)


def _line(actions: Actions, info: ActionInfo) -> KeyLine:
    return KeyLine(
        info.plain_words,
        shown_keys(actions.keys(info)),
        info.id,
        info.sentence,
        not info.is_class_key and actions.keymap.is_changed(info.id),
    )
