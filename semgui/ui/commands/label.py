"""Labelling by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo, Context
from semgui.ui.class_splitter import class_to_split
from semgui.ui.hand import mark_panel
from semgui.viewmodels.labelling import Advance

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_ADVANCES = {
    Advance.STAY: mark("Stays after labelling."),
    Advance.NEXT: mark("Goes on after labelling."),
    Advance.UNLABELLED: mark("Goes on to the next unlabelled image."),
}


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what gives and takes labels."""
    labels, marks, gallery = w.session.labels, w.session.hand.marks, w.session.gallery

    def can_write() -> bool:
        return w.can_label() and mark_panel(w) is not None

    return (
        ActionInfo(
            "label.accept",
            tr("Accept prediction"),
            "Label",
            lambda: labels.accept(gallery.targets),
            ("Return", "Enter", "A"),
            "check",
            enabled=w.can_accept,
            toolbar=True,
            context=(Context.THUMBNAILS, Context.PICTURE),
            separator=True,
            tip=tr("Label what is chosen as the model says"),
        ),
        ActionInfo(
            "label.clear",
            tr("Remove label"),
            "Label",
            lambda: labels.clear_label(gallery.targets),
            ("Delete", "Backspace"),
            "label_off_outline",
            enabled=lambda: w.can_label() and not labels.blind,
            toolbar=True,
            context=(Context.THUMBNAILS, Context.PICTURE),
            tip=tr("Take the labels of what is chosen away"),
        ),
        ActionInfo(
            "label.repeat",
            tr("Repeat the last action"),
            "Label",
            lambda: labels.repeat(gallery.targets),
            (".",),
            "repeat",
            enabled=lambda: w.can_label() and not labels.blind,
            context=(Context.THUMBNAILS, Context.PICTURE),
            tip=tr("Do to what is chosen what was done to images last: a class, a flag, a tag"),
        ),
        ActionInfo(
            "label.find_class",
            tr("Find class…"),
            "Label",
            w.class_finder.open,
            ("/",),
            enabled=w.can_label,
            tip=tr("Type some letters of a class and label with Enter"),
        ),
        ActionInfo(
            "label.split",
            tr("Split off as a new class…"),
            "Label",
            w.class_splitter.open,
            enabled=lambda: class_to_split(w) is not None,
            context=(Context.THUMBNAILS,),
            tip=tr("Give the chosen images of one class a new class, which comes after it"),
        ),
        ActionInfo(
            "label.flag",
            tr("Flag"),
            "Label",
            lambda: marks.toggle_flag(gallery.targets),
            ("P",),
            "flag_outline",
            enabled=w.can_label,
            context=(Context.THUMBNAILS, Context.PICTURE),
            separator=True,
            tip=tr("Flag what is chosen to look at it again; once more takes the flag off"),
        ),
        ActionInfo(
            "label.exclude",
            tr("Exclude from training"),
            "Label",
            lambda: marks.toggle_excluded(gallery.targets),
            ("X",),
            "cancel",
            enabled=w.can_label,
            context=(Context.THUMBNAILS, Context.PICTURE),
            tip=tr("Never train on what is chosen; once more takes it in again"),
        ),
        ActionInfo(
            "label.tag",
            tr("Add tag…"),
            "Label",
            lambda: mark_panel(w).type_tag(),
            ("T",),
            enabled=can_write,
            context=(Context.THUMBNAILS, Context.PICTURE),
        ),
        ActionInfo(
            "label.note",
            tr("Write note…"),
            "Label",
            lambda: mark_panel(w).type_note(),
            ("M",),
            enabled=can_write,
            context=(Context.THUMBNAILS, Context.PICTURE),
        ),
        ActionInfo(
            "label.advance",
            tr("Go on after labelling"),
            "Label",
            lambda: _toggle_advance(w),
            ("N",),
            checked=lambda: labels.advance is not Advance.STAY,
            separator=True,
            tip=tr("Whether a label goes on to another image"),
        ),
        ActionInfo(
            "label.advance_to_unlabelled",
            tr("Go on to the next unlabelled"),
            "Label",
            lambda: _toggle_unlabelled(w),
            ("Shift+N",),
            checked=lambda: labels.advance is Advance.UNLABELLED,
            tip=tr("After a label, pass over images that have one already"),
        ),
        ActionInfo(
            "view.pace",
            tr("Pace of labelling"),
            "View",
            lambda: _toggle_pace(w),
            checked=lambda: w.status.pace.on,
            tip=tr("Images a minute, today's count and the time to go, at the bottom"),
        ),
    )


def _toggle_pace(w: MainWindow) -> None:
    on = not w.status.pace.on
    w.status.pace.set_on(on=on)
    w.settings.window.pace = on
    w.preferences.save()


def _toggle_advance(w: MainWindow) -> None:
    on = w.session.labels.advance is Advance.STAY
    _set_advance(w, Advance.NEXT if on else Advance.STAY)


def _toggle_unlabelled(w: MainWindow) -> None:
    on = w.session.labels.advance is not Advance.UNLABELLED
    _set_advance(w, Advance.UNLABELLED if on else Advance.NEXT)


def _set_advance(w: MainWindow, advance: Advance) -> None:
    w.session.labels.advance = advance
    w.settings.window.advance = advance.value
    w.preferences.save()
    w.status.say(tr(_ADVANCES[advance]))
