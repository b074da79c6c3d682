"""Finding one of a few hundred texts by some of its letters, as command palettes do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# Whole pieces of text are what one usually types; scattered letters are the last resort.
_WORD_START, _INSIDE, _INITIALS, _SCATTERED = 100.0, 60.0, 50.0, 20.0


@dataclass(frozen=True, slots=True)
class Match:
    """How well a text was found, and where.

    Parameters
    ----------
    score
        Higher is better; comparable among the texts of one search.
    places
        Indexes of the letters found, in order.
    """

    score: float
    places: tuple[int, ...]


def match(query: str, text: str) -> Match | None:
    """Find every word of `query` in `text`: as a piece, by initials or as scattered letters.

    Returns
    -------
    Match or None
        ``None`` if a word is not in the text. An empty query is found everywhere.
    """
    folded = text.casefold()
    if len(folded) != len(text):  # "ß" folds to two letters; places must be those of the text
        folded = text.lower() if len(text.lower()) == len(text) else text
    score, places = 0.0, set[int]()
    for word in query.casefold().split():
        found = _find(word, folded)
        if found is None:
            return None
        score += found.score
        places.update(found.places)
    # Of texts found equally well the shorter one says more of what was typed.
    return Match(score - len(text) / 100, tuple(sorted(places)))


def _find(word: str, text: str) -> Match | None:
    starts = list(_word_starts(text))
    for start in starts:
        if text.startswith(word, start):
            return Match(_WORD_START - start / 10, tuple(range(start, start + len(word))))
    inside = text.find(word)
    if inside >= 0:
        return Match(_INSIDE - inside / 10, tuple(range(inside, inside + len(word))))
    if "".join(text[start] for start in starts).startswith(word):
        return Match(_INITIALS, tuple(starts[: len(word)]))
    return _scattered(word, text)


def _scattered(word: str, text: str) -> Match | None:
    places: list[int] = []
    for letter in word:
        at = text.find(letter, places[-1] + 1 if places else 0)
        if at < 0:
            return None
        places.append(at)
    return Match(_SCATTERED - (places[-1] - places[0] - len(word)) / 2, tuple(places))


def _word_starts(text: str) -> Iterator[int]:
    for index, letter in enumerate(text):
        if letter.isalnum() and (index == 0 or not text[index - 1].isalnum()):
            yield index
