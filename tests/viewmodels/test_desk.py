"""What is left on the desk when a project is left: the next one's images bear the same numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from semgui.domain.ids import ImageId
from semgui.domain.metadata import ContrastLimits, Databar, SemMetadata
from semgui.imaging.decoders import InThisProcess
from semgui.settings import Settings
from semgui.viewmodels.desk import Desk
from semgui.viewmodels.picture import Picture, PictureKey
from tests.viewmodels.runner import ManualRunner


@pytest.fixture
def desk() -> Desk:
    made = Desk(ManualRunner(), Settings(), InThisProcess())
    made.picture.load = lambda key: Picture(
        key.path, None, np.zeros((4, 4), np.uint8), ContrastLimits(0, 1), Databar(), SemMetadata()
    )
    return made


def test_an_image_of_another_project_is_not_shown_for_one_of_the_same_number(desk):
    one = PictureKey(Path("of the project before.tif"), image=ImageId(1))
    desk.picture.show(one)
    desk._runner.drain()
    desk.clear()
    desk.picture.show(None)
    desk.picture.show_image(ImageId(1))
    assert desk.picture.wanted is None
