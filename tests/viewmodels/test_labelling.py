from __future__ import annotations

import pytest

from semgui.domain.errors import ProjectError
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.taxonomy import SemClass, Taxonomy
from semgui.review.commands import SetLabels
from semgui.viewmodels.labelling import Advance, LabelModel
from semgui.viewmodels.notices import Notices, Severity
from semgui.viewmodels.tasks import Lane
from semgui.viewmodels.writer import Action, Saved, Writer
from tests.viewmodels.runner import ManualRunner

TIPS = SemClass(ClassId("nffa.tips"), "Tips", "#000000", "0")


class Sink:
    """Keeps what it is told; `answer` is what it makes of it."""

    def __init__(self, log: list[str]) -> None:
        self.log = log
        self.error: Exception | None = None
        self.nothing = False

    def do(self, command):
        if self.error:
            raise self.error
        self.log.append(f"commit {list(command.image_ids)}")
        return None if self.nothing else Action("Label images as Tips", tuple(command.image_ids))

    def repeat(self, ids):
        return self.do(SetLabels(ids, TIPS.id))

    def undo(self):
        return None

    def redo(self):
        return None


def images(*numbers: int) -> list[ImageId]:
    return [ImageId(n) for n in numbers]


@pytest.fixture
def parts():
    runner, notices, log = ManualRunner(), Notices(), []
    writer = Writer(runner, notices)
    labels = LabelModel(writer, notices, advance=Advance.NEXT)
    sink = Sink(log)
    writer.attach(sink)
    labels.attach(None, Taxonomy((TIPS,)))
    writer.committed.connect(lambda action: log.append(f"acknowledged {list(action.ids)}"))
    writer.saved_changed.connect(lambda: log.append(f"{writer.said} {writer.saved}"))
    notices.posted.connect(lambda notice: log.append(f"{notice.severity}: {notice.text}"))
    return labels, writer, runner, sink, log


def test_a_label_is_acknowledged_after_the_commit_only(parts):
    labels, _, runner, _, log = parts
    labels.set_label(images(5), TIPS.id)
    assert log == ["Tips saving"]
    assert runner.tasks[0].lane is Lane.WRITE
    runner.drain()
    assert log == ["Tips saving", "commit [5]", "Tips saved", "acknowledged [5]"]


def test_what_was_asked_for_is_known_before_the_commit(parts):
    labels, _, _, _, log = parts
    labels.asked.connect(lambda ids, class_id: log.append(f"asked {list(ids)} {class_id}"))
    labels.set_label(images(5), TIPS.id)
    assert log[0] == "asked [5] nffa.tips"


def test_a_failed_commit_is_a_sentence_and_no_label(parts):
    labels, writer, runner, sink, log = parts
    sink.error = ProjectError("p.semgui: the disk is full; free some space and try again.")
    labels.set_label(images(5), TIPS.id)
    runner.drain()
    assert writer.saved is Saved.FAILED
    assert not any("acknowledged" in line for line in log)
    assert log[-1].startswith(Severity.ERROR)
    assert "the disk is full" in log[-1]


def test_saved_stays_away_until_the_last_of_several_is_written(parts):
    labels, writer, runner, _, _ = parts
    labels.set_label(images(1), TIPS.id)
    labels.set_label(images(2), TIPS.id)
    runner.finish()
    assert writer.saved is Saved.WRITING
    runner.finish()
    assert writer.saved is Saved.YES


def test_going_on_does_not_wait_for_the_disk(parts):
    labels, _, runner, _, _ = parts
    steps = []
    labels.advance_asked.connect(lambda advance: steps.append((advance, len(runner.tasks))))
    labels.set_label(images(1), TIPS.id)
    labels.repeat(images(2))
    assert steps == [(Advance.NEXT, 1), (Advance.NEXT, 2)]


@pytest.mark.parametrize(("ids", "advance"), [((1, 2), Advance.NEXT), ((1,), Advance.STAY)])
def test_a_bulk_label_or_a_switched_off_advance_stays(parts, ids, advance):
    labels = parts[0]
    labels.advance = advance
    steps = []
    labels.advance_asked.connect(lambda _: steps.append(1))
    labels.set_label(images(*ids), TIPS.id)
    assert not steps


def test_a_bulk_label_is_one_write_and_says_how_to_take_it_back(parts):
    labels, _, runner, _, log = parts
    labels.set_label(images(1, 2, 3), TIPS.id)
    assert len(runner.tasks) == 1
    runner.drain()
    assert "Ctrl+Z" in log[-1]


def test_nothing_to_do_is_said(parts):
    labels, writer, runner, sink, log = parts
    sink.nothing = True
    labels.set_label(images(1), TIPS.id)
    writer.undo()
    runner.drain()
    assert not any("acknowledged" in line for line in log)
    assert any("Nothing to change" in line for line in log)
    assert "Nothing to undo" in log[-1]


def test_without_a_project_nothing_is_written():
    runner, notices = ManualRunner(), Notices()
    labels = LabelModel(Writer(runner, notices), notices, advance=Advance.NEXT)
    labels.set_label(images(1), TIPS.id)
    labels.repeat(images(1))
    assert not labels.possible
    assert not runner.tasks
