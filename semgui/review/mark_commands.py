"""What a user can mark on images; see `semgui.review.commands` for what a command is."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from semgui.catalogue.marks import Mark, read_marked, spelling_in_use
from semgui.domain.errors import UsageError
from semgui.domain.ids import ImageId
from semgui.domain.marks import MarkKind
from semgui.review.commands import Changes, counted, image_ids

_LONGEST_TAG = 60
_LONGEST_NOTE = 10_000
_SEPARATORS = ",;"  # between tags, where several are written in one place


@dataclass(frozen=True, slots=True)
class SetFlag:
    """Flag images to look at them again, or take the flag off."""

    image_ids: Sequence[ImageId]
    on: bool

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per image that changes."""
        marks = _wanted(self.image_ids, MarkKind.FLAG, self.on, annotator, at)
        news = only_new_marks(connection, marks)
        return Changes(f"{'Flag' if self.on else 'Unflag'} {counted(news)}", marks=news)


@dataclass(frozen=True, slots=True)
class SetExcluded:
    """Leave images out of training and queues, or take them in again; labels stay."""

    image_ids: Sequence[ImageId]
    on: bool

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per image that changes."""
        marks = _wanted(self.image_ids, MarkKind.EXCLUDED, self.on, annotator, at)
        news = only_new_marks(connection, marks)
        title = f"Exclude {counted(news)}" if self.on else f"Include {counted(news)} again"
        return Changes(title, marks=news)


@dataclass(frozen=True, slots=True)
class SetNote:
    """Write one note on images in the place of those they had; an empty one takes them away."""

    image_ids: Sequence[ImageId]
    text: str

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per image whose note changes."""
        text = checked_note(self.text)
        notes = [
            Mark(image_id, MarkKind.NOTE, "", bool(text), text, annotator, at)
            for image_id in image_ids(self.image_ids)
        ]
        news = only_new_marks(connection, notes)
        return Changes(f"{'Write' if text else 'Remove'} the note of {counted(news)}", marks=news)


@dataclass(frozen=True, slots=True)
class AddTag:
    """Give images a tag; one that is in use keeps its spelling, whatever the case it is typed in."""

    image_ids: Sequence[ImageId]
    tag: str

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per image that lacks the tag."""
        tag = spelling_in_use(connection, checked_tag(self.tag))
        marks = _wanted(self.image_ids, MarkKind.TAG, True, annotator, at, tag)
        news = only_new_marks(connection, marks)
        return Changes(f"Tag {counted(news)} with {tag}", marks=news)


@dataclass(frozen=True, slots=True)
class RemoveTag:
    """Take a tag off images."""

    image_ids: Sequence[ImageId]
    tag: str

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per image that has the tag."""
        tag = spelling_in_use(connection, checked_tag(self.tag))
        marks = _wanted(self.image_ids, MarkKind.TAG, False, annotator, at, tag)
        news = only_new_marks(connection, marks)
        return Changes(f"Remove the tag {tag} from {counted(news)}", marks=news)


def checked_tag(tag: str) -> str:
    """Return a tag in the form in which it is kept.

    Raises
    ------
    UsageError
        It is empty, too long, or holds a comma, a semicolon or characters that cannot be shown.
    """
    tag = " ".join(unicodedata.normalize("NFC", tag).split())
    if not tag or not tag.isprintable():
        raise UsageError(f"{tag!r} cannot be a tag; give it a word.")
    if any(separator in tag for separator in _SEPARATORS):
        raise UsageError(f"the tag {tag!r} holds a comma or a semicolon; add its words one by one.")
    if len(tag) > _LONGEST_TAG:
        raise UsageError(f"the tag {tag[:30]!r}… has {len(tag)} characters; {_LONGEST_TAG} is the limit.")
    return tag


def checked_note(text: str) -> str:
    """Return a note in the form in which it is kept.

    Raises
    ------
    UsageError
        It is too long or holds control characters.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if not all(letter.isprintable() or letter in "\n\t" for letter in text):
        raise UsageError("the note holds characters that cannot be shown; remove them.")
    if len(text) > _LONGEST_NOTE:
        raise UsageError(f"the note has {len(text):,} characters; {_LONGEST_NOTE:,} is the limit.")
    return text


def only_new_marks(connection: sa.Connection, wanted: Sequence[Mark]) -> list[Mark]:
    """Return those of `wanted` that change what an image has now."""
    images_of: dict[tuple[MarkKind, str], list[ImageId]] = defaultdict(list)
    for mark in wanted:
        images_of[mark.kind, mark.word].append(mark.image_id)
    now = {key: read_marked(connection, *key, ids) for key, ids in images_of.items()}
    return [
        mark
        for mark in wanted
        if now[mark.kind, mark.word].get(mark.image_id) != (mark.text if mark.present else None)
    ]


def _wanted(
    ids: Sequence[ImageId], kind: MarkKind, on: bool, annotator: str, at: datetime, word: str = ""
) -> list[Mark]:
    return [Mark(image_id, kind, word, on, "", annotator, at) for image_id in image_ids(ids)]
