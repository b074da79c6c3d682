"""The map of a real project, without a window."""

from __future__ import annotations

import numpy as np
import pytest

from semgui.viewmodels.map import MapModel, MapState
from tests.ui.review_project import plant
from tests.viewmodels.sitting import SaysNothing, Sitting


@pytest.fixture
def sitting(tmp_path):
    made = Sitting()
    made.open(plant(tmp_path, SaysNothing(), each=4, wrong=2).place)
    yield made
    made.close()


@pytest.fixture
def seen(sitting) -> MapModel:
    """A map of twelve images that is looked at."""
    model = MapModel(sitting.runner, sitting.session, sitting.session.review.source)
    model.attach(sitting.session.opened, sitting.session.brain)
    model.watch(on=True)
    sitting.settle()
    return model


def test_a_map_drawn_anew_is_there_and_keeps_what_was_chosen(sitting, seen):
    seen.pick(np.arange(12) < 3)
    chosen = seen.map.ids[seen.picked].tolist()
    seen.draw_anew()
    assert seen.state is MapState.READY  # the map that was there is seen meanwhile
    sitting.settle()
    assert seen.state is MapState.READY
    assert not seen.is_drawing
    assert len(seen.map) == 12
    assert seen.map.ids[seen.picked].tolist() == chosen
