"""The crop line between the hand and the disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from semgui.domain.ids import ImageId
from semgui.domain.metadata import ContrastLimits, Databar, SemMetadata
from semgui.viewmodels.crop import CropModel
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.picture import Picture
from semgui.viewmodels.writer import Action, Writer
from tests.viewmodels.runner import ManualRunner


class Sink:
    """Answers what the test says."""

    def __init__(self) -> None:
        self.answer: Action | None = None

    def do(self, command):
        return self.answer


@pytest.fixture
def runner() -> ManualRunner:
    return ManualRunner()


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def crop(runner: ManualRunner, sink: Sink) -> CropModel:
    writer = Writer(runner, Notices())
    writer.attach(sink)
    made = CropModel(writer)
    made.set_picture(
        Picture(
            Path("a.tif"),
            None,
            np.zeros((100, 80), np.uint8),
            ContrastLimits(0, 1),
            Databar(90, "user"),
            SemMetadata(),
            image=ImageId(1),
        )
    )
    return made


def test_a_line_put_where_it_was_is_applied_already(crop, runner):
    crop.step(-1)
    crop.step(1)
    crop.apply()
    runner.drain()
    assert not crop.is_moved


def test_a_line_that_only_others_took_over_is_applied_here(crop, runner, sink):
    sink.answer = Action("Databar from row 90 for 1 image", (ImageId(2),), (ImageId(2),))
    crop.drag(90)
    crop.apply()
    runner.drain()
    assert not crop.is_moved


def test_a_line_stays_where_it_was_put_until_its_picture_is_there(crop, runner, sink):
    sink.answer = Action("Databar from row 80 for 1 image", (ImageId(1),), (ImageId(1),))
    crop.drag(80)
    crop.apply()
    runner.drain()
    assert crop.row == 80
