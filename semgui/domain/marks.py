"""Marks: what people say about an image beside its class."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MarkKind(StrEnum):
    """What a mark is."""

    FLAG = "flag"  # to look at again
    EXCLUDED = "excluded"  # never trained on, in no queue
    NOTE = "note"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks that an image has now.

    Parameters
    ----------
    flagged
        Somebody wants to look at it again.
    excluded
        It is never trained on and comes in no queue; label and picture stay.
    note
        Plain text, may have several lines; empty: none.
    tags
        Free words in the order of the alphabet.
    """

    flagged: bool = False
    excluded: bool = False
    note: str = ""
    tags: tuple[str, ...] = ()


NO_MARKS = Marks()
