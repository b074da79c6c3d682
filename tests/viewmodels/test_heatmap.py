from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from semgui.domain.errors import UsageError
from semgui.domain.metadata import ContrastLimits, Databar, SemMetadata
from semgui.viewmodels.heatmap import HeatmapModel, Method, Question
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.picture import Picture
from tests.viewmodels.runner import ManualRunner


def picture(name: str) -> Picture:
    pixels = np.zeros((4, 4), np.uint8)
    return Picture(Path(name), None, pixels, ContrastLimits(0, 1), Databar(), SemMetadata())


@pytest.fixture
def parts():
    runner, asked, said = ManualRunner(), [], []
    notices = Notices()
    notices.posted.connect(lambda notice: said.append(notice.text))

    def explain(shown, question):
        asked.append((shown.path.name, question))
        if question.against == "unknown":
            raise UsageError("the model does not know this class.")
        return np.full((2, 2), len(asked), np.float32)

    heatmap = HeatmapModel(runner, notices)
    heatmap.attach(explain)
    return heatmap, runner, asked, said


def test_nothing_is_computed_while_it_is_off(parts):
    heatmap, runner, _, _ = parts
    heatmap.set_picture(picture("a"))
    assert not runner.tasks
    heatmap.toggle()
    assert heatmap.computing
    runner.drain()
    assert heatmap.heat is not None
    heatmap.toggle()
    assert heatmap.heat is None


def test_a_heatmap_of_the_picture_before_is_never_shown(parts):
    heatmap, runner, asked, _ = parts
    heatmap.toggle()
    heatmap.set_picture(picture("a"))
    late = runner.tasks[0].work()
    heatmap.set_picture(picture("b"))
    runner.tasks.pop(0).done(late)
    assert heatmap.heat is None
    assert heatmap.computing
    runner.drain()
    assert [name for name, _ in asked] == ["a", "b"]
    assert heatmap.heat is not None


def test_what_is_out_of_date_before_it_begins_is_not_computed(parts):
    heatmap, runner, asked, _ = parts
    heatmap.toggle()
    for name in "abc":
        heatmap.set_picture(picture(name))
    runner.drain()
    assert [name for name, _ in asked] == ["c"]


def test_asking_switches_it_on_and_an_error_is_a_sentence(parts):
    heatmap, runner, asked, said = parts
    heatmap.set_picture(picture("a"))
    heatmap.ask(Question(against="unknown", method=Method.GRADCAM))
    runner.drain()
    assert asked[0][1].method is Method.GRADCAM
    assert not heatmap.computing
    assert "does not know this class" in said[0]


def test_without_a_model_it_says_so(parts):
    heatmap, runner, _, said = parts
    heatmap.attach(None)
    heatmap.toggle()
    assert "model" in said[0]
    assert not runner.tasks
