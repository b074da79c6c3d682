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
    review, sheet, gallery = w.session.review, w.session.sheet, w.session.gallery

    def one_by_one() -> bool:
        return review.reviewing and not sheet.on

    return (
        ActionInfo(
            "review.keep",
            tr("Keep label"),
            _MENU,
            lambda: w.session.labels.confirm(gallery.targets),
            ("Y",),
            "check_all",
            enabled=lambda: one_by_one() and not review.blind and _has_label(w),
            context=(Context.THUMBNAILS, Context.PICTURE),
            separator=True,
            tip=tr("Say that the label is right, and go on; it counts as confirmed"),
        ),
        ActionInfo(
            "review.none",
            tr("None of these classes"),
            _MENU,
            lambda: w.session.labels.judge_none(gallery.targets),
            ("Shift+X",),
            "help_circle_outline",
            enabled=lambda: one_by_one() and review.blind,
            tip=tr("In an audit: say that the image is of no class that there is"),
        ),
        ActionInfo(
            "review.skip",
            tr("Skip"),
            _MENU,
            review.go_on,
            ("S",),
            "skip_next_outline",
            enabled=one_by_one,
            tip=tr("Say nothing, and go to the next image that waits"),
        ),
        ActionInfo(
            "review.begin_again",
            tr("Go over skipped images again"),
            _MENU,
            review.begin_again,
            ("Shift+S",),
            enabled=lambda: one_by_one() and bool(review.order.open),
            tip=tr("Begin at the first image of the queue that was not judged"),
        ),
        ActionInfo(
            "review.sheet",
            tr("Thirty at a time"),
            _MENU,
            lambda: sheet.show(on=not sheet.on),
            ("Shift+G",),
            "view_grid_outline",
            enabled=lambda: review.reviewing and not review.blind,
            checked=lambda: sheet.on,
            separator=True,
            tip=tr("Click what is wrong, and confirm the rest as one action"),
        ),
        ActionInfo(
            "review.accept_page",
            tr("Accept predictions unseen"),
            _MENU,
            lambda: _show(w, "accept"),
            enabled=w.in_project,
            separator=True,
            tip=tr("What can be accepted, on what evidence, and how many labels are wrong"),
        ),
        ActionInfo(
            "review.people",
            tr("Agreement of annotators"),
            _MENU,
            lambda: _show(w, "people"),
            enabled=w.in_project,
            tip=tr("How well people agree, class by class, and what they disagree on"),
        ),
        ActionInfo(
            "review.confirm",
            tr("Confirm the rest"),
            _MENU,
            sheet.confirm,
            ("Shift+Y",),
            "check_all",
            enabled=lambda: review.reviewing and sheet.on,
            tip=tr("Say that all images of the sheet but those chosen are what they are said to be"),
        ),
    )


def _show(w: MainWindow, view: str) -> None:
    w.modes.show("review")
    w.modes.page("review").show_view(view)


def _has_label(w: MainWindow) -> bool:
    detail = w.session.inspector.detail
    return len(w.session.gallery.targets) > 1 or bool(detail and detail.label)
