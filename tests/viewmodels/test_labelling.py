from __future__ import annotations

import pytest

from semgui.domain.errors import ProjectError
from semgui.domain.taxonomy import SemClass, Taxonomy
from semgui.viewmodels.labelling import Action, LabelModel, Saved
from semgui.viewmodels.notices import Notices, Severity
from semgui.viewmodels.tasks import Lane
from tests.viewmodels.runner import ManualRunner

TIPS = SemClass("nffa.tips", "Tips", "#000000", "0")


class Sink:
    def __init__(self, log: list[str]) -> None:
        self.log = log
        self.error: Exception | None = None
        self.nothing = False

    def set_label(self, ids, class_id):
        if self.error:
            raise self.error
        self.log.append(f"commit {list(ids)}")
        return None if self.nothing else Action(f"Label {len(ids)} images as Tips", tuple(ids))

    def clear_label(self, ids):
        return Action("Remove", tuple(ids))

    def accept(self, ids):
        return Action("Accept", tuple(ids))

    def undo(self):
        return None

    def redo(self):
        return None


@pytest.fixture
def parts():
    runner, notices, log = ManualRunner(), Notices(), []
    labels = LabelModel(runner, notices, auto_advance=True)
    sink = Sink(log)
    labels.attach(sink, Taxonomy((TIPS,)))
    labels.committed.connect(lambda ids: log.append(f"acknowledged {list(ids)}"))
    labels.saved_changed.connect(lambda: log.append(str(labels.saved)))
    notices.posted.connect(lambda notice: log.append(f"{notice.severity}: {notice.text}"))
    return labels, runner, sink, log


def test_a_label_is_acknowledged_after_the_commit_only(parts):
    labels, runner, _, log = parts
    labels.set_label([5], TIPS.id)
    assert log == ["saving"]
    assert runner.tasks[0].lane is Lane.WRITE
    runner.drain()
    assert log == ["saving", "commit [5]", "saved", "acknowledged [5]"]


def test_a_failed_commit_is_a_sentence_and_no_label(parts):
    labels, runner, sink, log = parts
    sink.error = ProjectError("p.semgui: the disk is full; free some space and try again.")
    labels.set_label([5], TIPS.id)
    runner.drain()
    assert labels.saved is Saved.FAILED
    assert not any("acknowledged" in line for line in log)
    assert log[-1].startswith(Severity.ERROR)
    assert "the disk is full" in log[-1]


def test_saved_stays_away_until_the_last_of_several_is_written(parts):
    labels, runner, _, _ = parts
    labels.set_label([1], TIPS.id)
    labels.set_label([2], TIPS.id)
    runner.finish()
    assert labels.saved is Saved.WRITING
    runner.finish()
    assert labels.saved is Saved.YES


def test_going_on_does_not_wait_for_the_disk(parts):
    labels, runner, _, _ = parts
    steps = []
    labels.advance_asked.connect(lambda: steps.append(len(runner.tasks)))
    labels.set_label([1], TIPS.id)
    assert steps == [1]


@pytest.mark.parametrize(("ids", "auto"), [([1, 2], True), ([1], False)])
def test_a_bulk_label_or_a_switched_off_advance_stays(parts, ids, auto):
    labels, _, _, _ = parts
    labels.auto_advance = auto
    steps = []
    labels.advance_asked.connect(lambda: steps.append(1))
    labels.set_label(ids, TIPS.id)
    assert not steps


def test_a_bulk_label_is_one_write_and_says_how_to_take_it_back(parts):
    labels, runner, _, log = parts
    labels.set_label([1, 2, 3], TIPS.id)
    assert len(runner.tasks) == 1
    runner.drain()
    assert "Ctrl+Z" in log[-1]


def test_nothing_to_do_is_said(parts):
    labels, runner, sink, log = parts
    sink.nothing = True
    labels.set_label([1], TIPS.id)
    labels.undo()
    runner.drain()
    assert not any("acknowledged" in line for line in log)
    assert "Nothing to undo" in log[-1]


def test_without_a_project_nothing_is_written():
    runner = ManualRunner()
    labels = LabelModel(runner, Notices(), auto_advance=True)
    labels.set_label([1], TIPS.id)
    assert not labels.possible
    assert not runner.tasks
