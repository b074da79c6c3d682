"""Judging the images of a queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo, Context

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_MENU = "Label/" + mark("Review")


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what is done in Review beside what is done to images anywhere."""
    review, gallery = w.session.review, w.session.gallery
    return (
        ActionInfo(
            "review.keep",
            tr("Keep label"),
            _MENU,
            lambda: w.session.labels.confirm(gallery.targets),
            ("Y",),
            "check_all",
            enabled=lambda: review.reviewing and not review.blind and _has_label(w),
            context=(Context.THUMBNAILS, Context.PICTURE),
            separator=True,
            tip=tr("Say that the label is right, and go on; it counts as confirmed"),
        ),
        ActionInfo(
            "review.skip",
            tr("Skip"),
            _MENU,
            review.go_on,
            ("S",),
            "skip_next_outline",
            enabled=lambda: review.reviewing,
            tip=tr("Say nothing, and go to the next image that waits"),
        ),
        ActionInfo(
            "review.begin_again",
            tr("Go over skipped images again"),
            _MENU,
            review.begin_again,
            ("Shift+S",),
            enabled=lambda: review.reviewing and bool(review.order.open),
            tip=tr("Begin at the first image of the queue that was not judged"),
        ),
    )


def _has_label(w: MainWindow) -> bool:
    detail = w.session.inspector.detail
    return len(w.session.gallery.targets) > 1 or bool(detail and detail.label)
