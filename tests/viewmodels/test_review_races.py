"""Review while answers come late, fail, or come when something else is looked at."""

from __future__ import annotations

import pytest

from tests.ui.review_project import plant
from tests.viewmodels.sitting import SaysNothing, Sitting


@pytest.fixture
def planted(tmp_path):
    return plant(tmp_path, SaysNothing(), each=4, wrong=2)


@pytest.fixture
def sitting(planted):
    made = Sitting()
    made.open(planted.place)
    yield made
    made.close()


def test_pictures_of_the_project_before_are_not_shown_beside_images_of_the_next(sitting, planted, tmp_path):
    session = sitting.session
    session.review.enter()
    sitting.work(until=lambda: session.case.shown is not None)
    sides = session.case.shown.case.sides
    like = next(like.image_id for side in sides for like in side.nearest)
    assert session.case.picture(like) is None  # it is on its way
    other = plant(tmp_path / "other", SaysNothing(), each=4, wrong=2, seed=4)
    sitting.open(other.place)
    assert session.place == other.place
    assert session.case.picture(like) is None
