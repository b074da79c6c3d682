from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from semgui.catalogue.facets import Facets
from semgui.catalogue.grouping import ImageGroup
from semgui.catalogue.query import ImageQuery, Key, LabelState
from semgui.catalogue.sorting import Listing
from semgui.viewmodels.gallery import GalleryModel, RowsChange
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane
from semgui.viewmodels.tiles import Tile
from tests.viewmodels.runner import ManualRunner


class Source:
    def __init__(self, *ids: int) -> None:
        self.now = list(ids)
        self.unlabelled: list[int] = []
        self.tile_calls: list[list[int]] = []
        self.label = None
        self.facet_calls = 0

    def listing(self, wanted: ImageQuery) -> Listing:
        shown = self.unlabelled if wanted.label_state is LabelState.UNLABELLED else self.now
        ids = np.array(sorted(shown, reverse=True) if wanted.descending else shown, dtype=np.int64)
        if wanted.group is None:
            return Listing(ids)
        half = ids.size // 2
        return Listing(ids, (ImageGroup("a", half), ImageGroup("b", ids.size - half)))

    def tiles(self, ids):
        self.tile_calls.append(list(ids))
        return [Tile(i, Path(f"{i}.tif"), label=self.label) for i in ids]

    def facets(self, wanted: ImageQuery) -> Facets:
        self.facet_calls += 1
        return Facets(total=len(self.now))


@pytest.fixture
def runner() -> ManualRunner:
    return ManualRunner()


def opened(runner: ManualRunner, source: Source) -> GalleryModel:
    gallery = GalleryModel(runner, Notices())
    gallery.attach(source)
    runner.drain()
    return gallery


def test_the_first_image_is_shown_when_the_first_rows_arrive(runner):
    gallery = opened(runner, Source(7, 8, 9))
    assert gallery.current == 7
    assert gallery.targets == (7,)


def test_rows_that_are_added_at_the_end_keep_everything(runner):
    source = Source(1, 2)
    gallery = opened(runner, source)
    gallery.go_to(2)
    changes = []
    gallery.rows_changed.connect(changes.append)
    source.now = [1, 2, 3]
    runner.rest()
    gallery.refresh()
    runner.drain()
    assert changes == [RowsChange.APPENDED]
    assert gallery.current == 2


def test_rows_in_between_keep_the_current_image_and_the_selection(runner):
    source = Source(1, 3, 5)
    gallery = opened(runner, source)
    gallery.go_to(5)
    gallery.stretch(1)
    assert gallery.selection == (3, 5)
    source.now = [1, 2, 3, 4]
    runner.rest()
    gallery.refresh()
    runner.drain()
    assert gallery.current == 3
    assert gallery.selection == (3,)
    assert gallery.current_row == 2


def test_an_image_that_leaves_the_filter_makes_way_for_the_one_after_it(runner):
    source = Source(1, 2, 3, 4)
    source.unlabelled = [1, 2, 3, 4]
    gallery = opened(runner, source)
    gallery.narrow(ImageQuery(label_state=LabelState.UNLABELLED))
    runner.rest()
    gallery.go_to(2)
    source.unlabelled = [1, 3, 4]
    gallery.refresh()
    runner.rest()
    runner.rest()
    assert gallery.current == 3


def test_many_refreshes_become_two_readings(runner):
    gallery = opened(runner, Source(1))
    runner.rest()
    for _ in range(50):
        gallery.refresh()
    assert len(runner.tasks) == 1
    runner.drain()
    runner.rest()
    assert not runner.tasks


def test_only_tiles_in_view_are_read_and_each_once(runner):
    source = Source(*range(1000))
    gallery = opened(runner, source)
    assert gallery.tile(500) is None
    gallery.tile(501)
    runner.drain()
    assert len(source.tile_calls) == 1
    assert len(source.tile_calls[0]) < 100
    assert gallery.tile(500).path == Path("500.tif")


def test_a_reading_begun_before_a_change_does_not_pass_for_the_truth(runner):
    source = Source(1, 2)
    gallery = opened(runner, source)
    gallery.tile(0)
    old = runner.tasks[0].work()
    source.label = "nffa.tips"
    gallery.forget_tiles([1])
    runner.tasks.pop(0).done(old)
    assert gallery.tile(0).label is None  # shown meanwhile, and asked for again
    runner.drain()
    assert gallery.tile(0).label == "nffa.tips"


def test_steps_stop_at_the_ends(runner):
    gallery = opened(runner, Source(1, 2, 3))
    gallery.step(-1)
    assert gallery.current == 1
    gallery.step(10)
    assert gallery.current == 3


def test_neighbours_ahead_come_first(runner):
    gallery = opened(runner, Source(1, 2, 3, 4, 5))
    gallery.go_to(3)
    assert gallery.around() == [4, 5, 2]


def test_what_arrives_for_a_closed_project_is_dropped(runner):
    gallery = GalleryModel(runner, Notices())
    gallery.attach(Source(1, 2))
    gallery.attach(None)
    runner.drain()
    assert gallery.ids.size == 0
    assert gallery.current is None


def test_a_failed_reading_is_a_sentence_and_the_next_one_works(runner):
    source = Source(1)
    said = []
    notices = Notices()
    notices.posted.connect(said.append)
    gallery = GalleryModel(runner, notices)
    gallery.attach(source)
    assert runner.tasks[0].lane is Lane.READ
    runner.tasks.pop(0).failed(OSError("the disk is gone"))
    assert "the disk is gone" in said[0].text
    gallery.refresh()
    runner.drain()
    assert gallery.current == 1


def test_a_selection_survives_another_order_and_a_filter(runner):
    source = Source(1, 2, 3, 4, 5, 6)
    source.unlabelled = [2, 4, 6]
    gallery = opened(runner, source)
    gallery.go_to_row(1)
    gallery.toggle(3)
    gallery.toggle(4)
    assert gallery.selection == (2, 4, 5)
    gallery.narrow(ImageQuery(descending=True))
    runner.rest()
    assert gallery.selection == (5, 4, 2)
    assert gallery.current == 5
    gallery.narrow(ImageQuery(label_state=LabelState.UNLABELLED))
    runner.rest()
    assert gallery.selection == (2, 4)
    assert gallery.current == 2  # the current image is gone: one of those still selected is as near


def test_another_filter_does_not_wait_for_the_one_before(runner):
    source = Source(*range(1, 100))
    source.unlabelled = [7]
    gallery = opened(runner, source)
    gallery.narrow(ImageQuery(label_state=LabelState.LABELLED))
    gallery.narrow(ImageQuery(label_state=LabelState.UNLABELLED))
    runner.drain()
    assert gallery.ids.tolist() == [7]


def test_selections_of_every_kind(runner):
    gallery = opened(runner, Source(*range(10, 20)))
    gallery.go_to_row(2)
    gallery.stretch(5)
    assert gallery.selection == (12, 13, 14, 15)
    gallery.stretch(1)  # from the same beginning
    assert gallery.selection == (11, 12)
    gallery.toggle(8)
    gallery.stretch(9, keep=True)
    assert gallery.selection == (11, 12, 18, 19)
    gallery.invert_selection()
    assert gallery.selection == (10, 13, 14, 15, 16, 17)
    gallery.select_all()
    assert gallery.selected_count == 10
    gallery.select_current()
    assert gallery.selection == gallery.targets == (19,)
    gallery.toggle(9)
    assert gallery.selection == ()
    assert gallery.targets == (19,)  # without a selection the current image is meant


def test_groups_are_stepped_through_folded_and_selected(runner):
    gallery = opened(runner, Source(1, 2, 3, 4, 5))
    gallery.narrow(ImageQuery(group=Key.CLASS))
    runner.rest()
    assert [group.value for group in gallery.groups] == ["a", "b"]
    gallery.step_group(1)
    assert gallery.current == 3
    gallery.step_group(1)
    assert gallery.current == 3
    gallery.step_group(-1)
    assert gallery.current == 1
    gallery.fold(1)
    assert [gallery.is_folded(group) for group in range(2)] == [False, True]
    gallery.fold_all()
    assert all(gallery.is_folded(group) for group in range(2))
    gallery.fold_all()
    assert not any(gallery.is_folded(group) for group in range(2))
    gallery.select_group(1)
    assert gallery.selection == (3, 4, 5)


def test_another_order_is_not_counted_again_but_what_changed_is(runner):
    source = Source(1, 2, 3)
    gallery = opened(runner, source)
    counted = []
    gallery.counts_changed.connect(lambda: counted.append(gallery.ids.tolist()))
    gallery.narrow(ImageQuery(descending=True, order=Key.HV))
    runner.rest()
    assert counted == [[3, 2, 1]]
    assert source.facet_calls == 1
    gallery.refresh()
    runner.rest()
    gallery.narrow(ImageQuery(tag="x"))
    runner.rest()
    assert source.facet_calls == 3


def test_a_list_of_its_own_stays_whatever_the_filter_until_all_are_shown_again(runner):
    source = Source(1, 2, 3, 4)
    gallery = opened(runner, source)
    gallery.show_only(np.array([4, 2]), 2)
    assert (gallery.current, gallery.targets) == (2, (2,))
    gallery.narrow(ImageQuery(descending=True))
    gallery.refresh()
    runner.rest()
    assert gallery.ids.tolist() == [4, 2]
    gallery.show_all()
    runner.drain()
    assert gallery.ids.tolist() == [4, 3, 2, 1]
    assert gallery.current == 2


def test_a_list_of_its_own_may_begin_with_no_image_chosen(runner):
    gallery = opened(runner, Source(1, 2, 3))
    gallery.show_only(np.array([3, 1]), None)
    gallery.refresh()
    runner.rest()
    assert (gallery.current, gallery.targets) == (None, ())
    gallery.toggle(1)
    assert gallery.targets == (1,)
