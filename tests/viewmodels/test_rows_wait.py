"""Rows among which the current image is no more, while something is typed about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from semgui.catalogue.query import LabelState
from semgui.domain.ids import ImageId
from semgui.viewmodels.labelling import Advance
from tests.ui.review_project import KINDS, plant
from tests.viewmodels.sitting import SaysNothing, Sitting


@pytest.fixture
def sitting(tmp_path):
    made = Sitting()
    made.open(plant(tmp_path, SaysNothing(), each=4, wrong=0, unlabelled=6).place)
    made.session.labels.advance = Advance.STAY
    yield made
    made.close()


def test_an_image_that_left_the_filter_stays_while_its_note_is_typed(sitting):
    gallery, labels = sitting.session.gallery, sitting.session.labels
    gallery.narrow(replace(gallery.filter, label_state=LabelState.UNLABELLED))
    sitting.settle()
    labelled = ImageId(int(gallery.ids[1]))
    sitting.go_to(labelled)
    busy = True
    gallery.wait_for(lambda: busy)
    labels.set_label(gallery.targets, KINDS[0])
    for _ in range(3):
        sitting.runner.rest()
    assert gallery.current == labelled
    busy = False
    sitting.settle()
    assert labelled not in gallery.ids
    assert gallery.current != labelled
