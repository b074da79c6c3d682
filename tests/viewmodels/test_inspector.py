"""Details of an image that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from semgui.domain.ids import ImageId
from semgui.viewmodels.inspector import Detail, InspectorModel
from semgui.viewmodels.notices import Notices
from tests.viewmodels.runner import ManualRunner


class Source:
    """Knows every image, until it fails."""

    def __init__(self) -> None:
        self.fails = False

    def detail(self, image_id, neighbours):
        if self.fails:
            raise OSError("the disk is gone")
        return Detail(Path(f"{image_id}.tif"), id=image_id)


@pytest.fixture
def runner() -> ManualRunner:
    return ManualRunner()


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def inspector(runner: ManualRunner, source: Source) -> InspectorModel:
    made = InspectorModel(runner, Notices())
    made.attach(source)
    made.read(ImageId(1))
    runner.drain()
    return made


def test_what_is_known_of_one_image_is_not_shown_for_another_that_cannot_be_read(inspector, runner, source):
    source.fails = True
    inspector.read(ImageId(2))
    runner.drain()
    assert inspector.detail is None


def test_what_is_known_of_an_image_stays_when_it_cannot_be_read_again(inspector, runner, source):
    source.fails = True
    inspector.read(ImageId(1))
    runner.drain()
    assert inspector.detail.path == Path("1.tif")
