"""Groups that look alike, named faster than they can be read again."""

from __future__ import annotations

import pytest

from semgui.services.groups import Grouped
from semgui.viewmodels.proposals import GroupState, ProposalModel
from semgui.viewmodels.tasks import Lane
from tests.ui.review_project import plant
from tests.viewmodels.sitting import SaysNothing, Sitting


@pytest.fixture
def sitting(tmp_path):
    made = Sitting()
    made.open(plant(tmp_path, SaysNothing(), each=4, wrong=0, unlabelled=11).place)
    yield made
    made.close()


@pytest.fixture
def proposals(sitting) -> ProposalModel:
    """Two groups of twelve images, looked at."""
    model = ProposalModel(sitting.runner, sitting.session)
    model.attach(sitting.session.opened, sitting.session.brain)
    model.watch(on=True)
    model.which, model.count = Grouped.ALL, 2
    model.propose()
    sitting.settle()
    assert model.state is GroupState.READY
    return model


def write(sitting: Sitting) -> None:
    """Let what was asked for be written, and nothing be read."""
    tasks = sitting.runner.tasks
    while any(task.lane is Lane.WRITE for task in tasks):
        sitting.runner.finish(next(n for n, task in enumerate(tasks) if task.lane is Lane.WRITE))


def test_a_second_name_is_seen_though_the_groups_are_still_read_after_the_first(sitting, proposals):
    proposals.choose([0])
    proposals.name("Nanowires")
    write(sitting)
    reading = [task for task in sitting.runner.tasks if task.lane is Lane.READ]
    sitting.runner.tasks.clear()
    found = [task.work() for task in reading]  # before the second name
    proposals.choose([1])
    proposals.name("Particles")
    write(sitting)
    for task, answer in zip(reading, found, strict=True):
        task.done(answer)
    sitting.settle()
    assert [group.unlabelled for group in proposals.groups] == [0, 0]
    assert proposals.waiting == 0
