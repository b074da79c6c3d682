"""Blind verdicts on audited images, and what settles a disagreement; see `semgui.review.commands`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from semgui.catalogue.classes import read_taxonomy
from semgui.catalogue.labels import Label, read_labels
from semgui.catalogue.verdicts import NONE_OF_THESE, Verdict, VerdictKind, read_verdicts
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.labels import LabelSource
from semgui.review.commands import Changes, counted, only_news
from semgui.review.naming import usable_class


@dataclass(frozen=True, slots=True)
class JudgeAudit:
    """Say blind what images are: their label, and evidence on what was said of them before.

    Parameters
    ----------
    verdicts
        Images and their classes, or `semgui.catalogue.verdicts.NONE_OF_THESE`: then they have no label.
    """

    verdicts: Sequence[tuple[ImageId, ClassId]]

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan a verdict per image, and a label where it is news."""
        planned = _planned(connection, VerdictKind.AUDIT, self.verdicts, annotator, at)
        title = f"Judge {counted(planned.verdicts)} of the audit"
        return Changes(title, planned.labels, verdicts=planned.verdicts)


@dataclass(frozen=True, slots=True)
class Adjudicate:
    """Settle what annotators disagree on, whoever said what.

    Parameters
    ----------
    verdicts
        Images and what they are.
    """

    verdicts: Sequence[tuple[ImageId, ClassId]]

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan a verdict per image, and a label where it is news."""
        planned = _planned(connection, VerdictKind.ADJUDICATION, self.verdicts, annotator, at)
        return Changes(f"Adjudicate {counted(planned.verdicts)}", planned.labels, verdicts=planned.verdicts)


@dataclass(frozen=True, slots=True)
class _Planned:
    labels: Sequence[Label]
    verdicts: Sequence[Verdict]


def _planned(
    connection: sa.Connection,
    kind: VerdictKind,
    verdicts: Sequence[tuple[ImageId, ClassId]],
    annotator: str,
    at: datetime,
) -> _Planned:
    taxonomy = read_taxonomy(connection)
    usable = {c: c if c == NONE_OF_THESE else usable_class(taxonomy, c).id for c in {c for _, c in verdicts}}
    said = {ImageId(int(i)): usable[c] for i, c in verdicts}
    in_force, earlier = read_labels(connection, list(said)), read_verdicts(connection, kind)
    labels = [Label(i, c or None, annotator, at, LabelSource.USER) for i, c in said.items()]
    new = []
    for image_id, class_id in said.items():
        label, before = in_force.get(image_id), earlier.get(image_id)
        if before is not None and before.class_id == class_id and before.annotator == annotator:
            continue  # is so already
        in_use = None if label is None else label.class_id
        first = in_use if before is None else before.label_before
        new.append(Verdict(image_id, kind, class_id, first, annotator, at))
    return _Planned(only_news(connection, labels), new)
