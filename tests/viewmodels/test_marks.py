"""The marks of the images chosen, read while hand and disk are at different places."""

from __future__ import annotations

from semgui.domain.marks import Marks
from semgui.viewmodels.marks import MarkModel
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.writer import Writer
from tests.label_projects import ids
from tests.viewmodels.runner import ManualRunner


class Source:
    def current(self, image_ids):
        return {image_id: Marks(note=f"note of {image_id}") for image_id in image_ids}

    def tag_counts(self):
        return {}


def opened() -> tuple[MarkModel, ManualRunner]:
    runner, notices = ManualRunner(), Notices()
    marks = MarkModel(Writer(runner, notices), runner, notices)
    marks.attach(Source())
    return marks, runner


def test_what_is_written_meanwhile_does_not_bring_the_images_before_back():
    marks, runner = opened()
    marks.show(ids(1))
    marks.refresh()  # before anything was read
    runner.drain()
    assert marks.summary.note == "note of 1"
    marks.show(ids(2))
    marks.refresh()
    runner.drain()
    assert marks.summary.ids == (2,)


def test_it_is_told_from_when_to_when_the_marks_shown_are_of_other_images():
    marks, runner = opened()
    told = []
    marks.turned.connect(lambda: told.append("turned"))
    marks.changed.connect(lambda: told.append(marks.summary.ids))
    marks.show(ids(1))
    runner.drain()
    marks.show(ids(2))
    marks.show(ids(1))  # back before 2 was read
    runner.drain()
    marks.refresh()
    runner.drain()
    assert told == ["turned", (1,), "turned", "turned", (1,)]
