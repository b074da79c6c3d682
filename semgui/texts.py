"""What the user reads passes through here, so that it can be said in another language; knows no Qt.

``tr("Copied {n:,} path(s).", "", len(paths))`` or ``tr("{path} is gone.", path=path)``: the text is a
literal that ``make texts`` finds; values have names and are filled in after translating. A text in a table
at the top of a module is marked with `mark` and goes through `tr` where it is shown.
"""

from __future__ import annotations

import re
from typing import Protocol


class Translator(Protocol):
    """Says a text in another language."""

    def __call__(self, text: str, comment: str, n: int) -> str:
        """Return `text` in another language, or as it is; `n` below 0 where nothing is counted."""


def _as_it_is(text: str, comment: str, n: int) -> str:
    return text


class _Seam:
    translate: Translator = staticmethod(_as_it_is)


def use_translator(translator: Translator | None) -> None:
    """Say everything through `translator` from now on; ``None`` for English."""
    _Seam.translate = staticmethod(translator or _as_it_is)


def tr(text: str, comment: str = "", n: int | None = None, /, **values: object) -> str:
    """Return a text in the user's language.

    Parameters
    ----------
    text
        A literal, in English; ``(s)`` after a word stands for its plural.
    comment
        For the translator, or to tell two equal texts apart.
    n
        What is counted; chooses the form of the plural and fills in ``{n}``.
    values
        Fill in the other ``{names}``.
    """
    said = _Seam.translate(text, comment, -1 if n is None else n)
    if n is not None:
        values["n"] = n
        if said == text:
            said = _english(text, n)
    if not values:
        return said
    try:
        return said.format(**values)
    except (KeyError, IndexError, ValueError):  # a translator misspelt a name: better English than nothing
        return (text if n is None else _english(text, n)).format(**values)


def mark(text: str) -> str:
    """Return `text` as it is; `tr` says it later."""
    return text


def _english(text: str, n: int) -> str:
    return re.sub(r"\(s\)", "" if n == 1 else "s", text)
