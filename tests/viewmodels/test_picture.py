from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from semgui.domain.errors import UnreadableImageError
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageRecord
from semgui.domain.metadata import ContrastLimits, Databar, SemMetadata
from semgui.viewmodels.picture import Picture, PictureCache, PictureKey, PictureModel
from semgui.viewmodels.tasks import Lane
from tests.viewmodels.runner import ManualRunner


def key(name: str) -> PictureKey:
    return PictureKey(Path(name))


def picture(name: str, edge: int = 4) -> Picture:
    pixels = np.zeros((edge, edge), np.uint8)
    return Picture(Path(name), None, pixels, ContrastLimits(0, 1), Databar(), SemMetadata())


class Loads:
    def __init__(self) -> None:
        self.loaded: list[str] = []

    def __call__(self, wanted: PictureKey) -> Picture:
        self.loaded.append(wanted.path.name)
        if wanted.path.name == "bad":
            raise UnreadableImageError(wanted.path, "the file is empty")
        return picture(wanted.path.name)


def model(cache_bytes: int = 1000) -> tuple[PictureModel, ManualRunner, Loads]:
    runner, loads = ManualRunner(), Loads()
    return PictureModel(runner, loads, cache_bytes), runner, loads


def test_the_picture_before_stays_until_the_new_one_is_there():
    pictures, runner, _ = model()
    pictures.show(key("a"))
    runner.drain()
    pictures.show(key("b"))
    assert pictures.loading
    assert pictures.shown.path.name == "a"
    runner.drain()
    assert not pictures.loading
    assert pictures.shown.path.name == "b"


def test_a_late_picture_is_not_shown():
    pictures, runner, _ = model()
    pictures.show(key("slow"))
    pictures.show(key("quick"))
    runner.finish(1)
    runner.finish(0)
    assert pictures.shown.path.name == "quick"


def test_what_a_quick_hand_left_behind_is_not_even_decoded():
    pictures, runner, loads = model()
    for name in "abcdef":
        pictures.show(key(name))
    runner.drain()
    assert loads.loaded == ["f"]


def test_a_picture_left_and_asked_for_again_arrives():
    pictures, runner, _ = model()
    pictures.show(key("a"))
    pictures.show(key("b"))
    first = runner.tasks[0].work()  # dropped: "b" is wanted now
    pictures.show(key("a"))
    runner.tasks.pop(0).done(first)
    runner.drain()
    assert pictures.shown.path.name == "a"


def test_neighbours_are_ready_before_they_are_asked_for():
    pictures, runner, loads = model()
    pictures.show(key("a"), [key("b"), key("c")])
    runner.drain()
    assert loads.loaded == ["a", "b", "c"]
    pictures.show(key("b"))
    assert pictures.shown.path.name == "b"
    assert not runner.tasks
    assert all(task.lane is Lane.PICTURE for task in runner.tasks)


def test_an_unreadable_file_says_why_and_shows_nothing():
    pictures, runner, _ = model()
    pictures.show(key("a"))
    runner.drain()
    pictures.show(key("bad"))
    runner.drain()
    assert pictures.shown is None
    assert pictures.error == "the file is empty"


def test_an_unreadable_neighbour_is_no_news():
    pictures, runner, _ = model()
    pictures.show(key("a"), [key("bad")])
    runner.drain()
    assert pictures.shown.path.name == "a"
    assert pictures.error is None


def test_the_cache_keeps_to_its_bytes_and_drops_the_oldest():
    cache = PictureCache(max_bytes=40)
    for name in "abc":
        cache.put(key(name), picture(name))  # 16 bytes each
    assert cache.get(key("a")) is None
    assert cache.get(key("b")) is not None
    assert len(cache) == 2


def test_a_moved_crop_line_is_another_picture():
    assert PictureKey(Path("a"), user_row=1) != PictureKey(Path("a"), user_row=2)
    assert PictureKey(Path("a"), databar=Databar(5, "pixels")) == PictureKey(Path("a"))


def test_no_databar_as_the_user_says_is_another_picture_than_with_the_one_that_was_found():
    found = ImageRecord(ImageId(1), Path("a"), 1, 1, "f", databar=Databar(5, "pixels"))
    pictures, runner, loads = model()
    pictures.show(PictureKey.of(found))
    runner.drain()
    pictures.show(PictureKey.of(replace(found, databar=Databar(None, "user"))))
    runner.drain()
    assert loads.loaded == ["a", "a"]
    pictures.show(PictureKey.of(found))  # undone
    assert not runner.busy
