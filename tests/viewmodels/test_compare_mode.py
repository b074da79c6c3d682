"""Where one goes after a label, chosen while images are compared."""

from __future__ import annotations

import pytest

from semgui.domain.ids import ImageId
from semgui.viewmodels.labelling import Advance
from tests.ui.review_project import KINDS, plant
from tests.viewmodels.sitting import SaysNothing, Sitting


@pytest.fixture
def sitting(tmp_path):
    made = Sitting()
    made.open(plant(tmp_path, SaysNothing(), each=4, wrong=2).place)
    yield made
    made.close()


def test_going_on_that_was_chosen_while_images_are_compared_begins_after_it(sitting):
    session = sitting.session
    compare, labels, gallery = session.compare, session.labels, session.gallery
    labels.advance = Advance.STAY
    gallery.select([ImageId(1), ImageId(2)])
    compare.toggle()
    sitting.settle()
    labels.advance = Advance.NEXT  # by its key
    labels.set_label(gallery.targets, KINDS[0])
    sitting.settle()
    assert compare.on
    assert gallery.current == 1
    compare.close()
    assert labels.advance is Advance.NEXT
    before = gallery.current_row
    labels.set_label(gallery.targets, KINDS[0])
    assert gallery.current_row == before + 1
