from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from semgui.viewmodels.gallery import GalleryModel, RowsChange
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane
from semgui.viewmodels.tiles import Counts, GalleryFilter, Show, Tile
from tests.viewmodels.runner import ManualRunner


class Source:
    def __init__(self, *ids: int) -> None:
        self.now = list(ids)
        self.unlabelled: list[int] = []
        self.tile_calls: list[list[int]] = []
        self.label = None

    def ids(self, wanted: GalleryFilter) -> np.ndarray:
        return np.array(self.unlabelled if wanted.show is Show.UNLABELLED else self.now, dtype=np.int64)

    def tiles(self, ids):
        self.tile_calls.append(list(ids))
        return [Tile(i, Path(f"{i}.tif"), label=self.label) for i in ids]

    def counts(self) -> Counts:
        return Counts({Show.ALL: len(self.now)})


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
    gallery.set_current_and_selection(3, [3, 5])
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
    gallery.narrow(GalleryFilter(Show.UNLABELLED))
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
