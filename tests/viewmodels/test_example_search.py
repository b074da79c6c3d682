"""A search whose answer comes when something else is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from semgui.catalogue.query import LabelState
from semgui.domain.ids import ImageId
from tests.ui.review_project import plant
from tests.viewmodels.sitting import SaysNothing, Sitting


@pytest.fixture
def sitting(tmp_path):
    made = Sitting()
    made.open(plant(tmp_path, SaysNothing(), each=4, wrong=2).place)
    made.session.search.watch(on=True)
    yield made
    made.close()


def test_images_found_before_the_filter_was_changed_are_not_listed_in_other_modes(sitting):
    search, gallery = sitting.session.search, sitting.session.gallery
    search.like_image(ImageId(1), "a")
    sitting.settle()
    assert gallery.is_pinned
    gallery.narrow(replace(gallery.filter, label_state=LabelState.LABELLED))
    assert search.searching
    search.watch(on=False)
    assert not gallery.is_pinned
    sitting.settle()
    search.watch(on=True)
    assert gallery.is_pinned
