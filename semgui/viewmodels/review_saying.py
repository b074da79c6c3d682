"""What the key of a class says of an image in each queue."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from semgui.domain.ids import ClassId, ImageId
from semgui.review.audit_commands import Adjudicate, JudgeAudit
from semgui.review.commands import Command, SetLabels

DISPUTES = "disputes"
"""Name of the queue of disagreements between annotators (`semgui.viewmodels.review_people`)."""

Saying = Callable[[Sequence[ImageId], ClassId], Command]


def saying_in(strategy: str) -> Saying:
    """Return what a class key does in the queue of a strategy: a label, blind evidence, or a settlement."""
    return {"audit": _judged_blind, DISPUTES: _settled}.get(strategy, SetLabels)


def _judged_blind(ids: Sequence[ImageId], class_id: ClassId) -> Command:
    return JudgeAudit([(i, class_id) for i in ids])


def _settled(ids: Sequence[ImageId], class_id: ClassId) -> Command:
    return Adjudicate([(i, class_id) for i in ids])
