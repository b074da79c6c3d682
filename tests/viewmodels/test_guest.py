"""An image by itself, and what is opened after it."""

from __future__ import annotations

import pytest

from semgui.catalogue.query import ImageQuery
from semgui.domain.errors import ProjectError
from semgui.viewmodels import live, opening
from semgui.viewmodels.memory import Place, keep_place
from tests.ui.review_project import draw, plant
from tests.viewmodels.sitting import SaysNothing, Sitting


@pytest.fixture
def sitting():
    made = Sitting()
    yield made
    made.close()


def test_a_folder_that_could_not_be_taken_in_is_sought_in_no_other_project(sitting, tmp_path, monkeypatch):
    planted = plant(tmp_path, SaysNothing(), each=4, wrong=0)
    fifth = tmp_path / "images" / "img0004.png"
    keep_place(planted.place, Place(ImageQuery(), fifth))
    draw(tmp_path / "elsewhere" / "one.png", 0, 1)
    sitting.session.open_image(tmp_path / "elsewhere" / "one.png")
    sitting.settle()

    def fail(*arguments):
        raise ProjectError("it is of a later version.")

    with monkeypatch.context() as patch:
        patch.setattr(opening, "open_for", fail)
        sitting.session.take_in_folder()
        sitting.settle()
    sitting.open(planted.place)
    assert sitting.session.inspector.detail.path == fifth


def test_a_folder_taken_in_while_others_are_looked_through_is_looked_through_after_them(sitting, tmp_path):
    planted = plant(tmp_path, SaysNothing(), each=4, wrong=0)
    draw(tmp_path / "elsewhere" / "one.png", 0, 1)
    session, runner = sitting.session, sitting.runner
    sitting.open(planted.place)
    session.work.scan()
    scanning = runner.tasks.pop()
    found = scanning.work()  # what takes minutes on a disk far away
    session.open_image(tmp_path / "elsewhere" / "one.png")
    sitting.settle()
    session.take_in_folder()
    sitting.settle()
    scanning.done(found)
    sitting.settle()
    assert session.gallery.ids.size == 13
    assert session.inspector.detail.path == tmp_path / "elsewhere" / "one.png"


def test_a_folder_taken_in_is_watched_like_the_others(sitting, tmp_path, monkeypatch):
    planted = plant(tmp_path, SaysNothing(), each=4, wrong=0)
    draw(tmp_path / "elsewhere" / "one.png", 0, 1)
    watched = []
    monkeypatch.setattr(live, "watch_project", lambda project, folders, **others: watched.append(folders))
    session = sitting.session
    sitting.open(planted.place)
    session.live.toggle()
    sitting.settle()
    session.open_image(tmp_path / "elsewhere" / "one.png")
    sitting.settle()
    session.take_in_folder()
    sitting.settle()
    assert session.live.watching
    assert watched[-1] == [tmp_path / "images", tmp_path / "elsewhere"]
