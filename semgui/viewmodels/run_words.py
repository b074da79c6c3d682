"""How far a training run is, in words."""

from __future__ import annotations

from collections.abc import Mapping

from semgui.domain.progress import Progress as Pace
from semgui.jobs.turn import QUEUED
from semgui.texts import mark, tr
from semgui.viewmodels.activity import duration
from trainer.events import Progress

_STAGES: Mapping[str, str] = {
    QUEUED: mark("waiting for another run"),
    "images": mark("looking at the images"),
    "pixels": mark("preparing pixels"),
    "groups": mark("grouping near-duplicates"),
    "features": mark("computing features"),
    "epochs": mark("training"),
    "epoch": mark("training"),
}


def progress_words(progress: Progress) -> list[str]:
    """Say which stage a run is in, and how far that is, in parts."""
    words = [tr(_STAGES.get(progress.stage, progress.stage))]
    if progress.stage != QUEUED:
        words.append(tr("{done:,} of {total:,}", done=progress.done, total=progress.total))
    if progress.rate > 0:
        words.append(tr("{rate:.3g}/s", rate=progress.rate))
    left = Pace(progress.stage, progress.done, progress.total, progress.rate).seconds_left
    if left is not None:
        words.append(tr("{time} left", time=duration(left)))
    return words
