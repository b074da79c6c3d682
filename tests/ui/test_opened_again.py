"""A project that is opened again so quickly that no page had to give way."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from semgui.ui.review_page import ReviewPage
from semgui.viewmodels import confusion_learning
from semgui.viewmodels.desk import Mode
from tests.ui.review_project import plant
from tests.ui.test_review import go_to_review


@pytest.fixture
def reviewing(open_window, tmp_path, find_brain):
    """A window in Review on eighteen images, which never says that it is opening something."""
    planted = plant(tmp_path, find_brain(), each=6, wrong=2)
    window = open_window(planted.place)
    window.until_open(18)
    window.until_idle()
    go_to_review(window)
    window.window.stage._opening_shown.setInterval(60_000)
    return window


def open_again(window) -> None:
    """Open the project once more, as a change of the settings does."""
    before = window.session.opened
    window.session.open_again()
    window.until(lambda: window.session.opened is not before and window.session.mode is Mode.PROJECT)
    window.until_open(18)
    window.until_idle()


def test_review_goes_on_with_a_project_that_was_opened_again(reviewing):
    open_again(reviewing)
    assert reviewing.window.modes.current.id == "review"
    reviewing.until(lambda: reviewing.session.review.reviewing)


def test_the_pages_of_review_read_a_project_that_was_opened_again(reviewing):
    page = reviewing.window.findChild(ReviewPage)
    page.show_view("people")
    reviewing.until(lambda: reviewing.session.people.report is not None)
    open_again(reviewing)
    assert page.people.isVisible()
    reviewing.until(lambda: reviewing.session.people.report is not None)
    page.show_view("accept")
    reviewing.until(lambda: reviewing.session.accept.audit is not None)
    open_again(reviewing)
    assert page.accept.isVisible()
    reviewing.until(lambda: reviewing.session.accept.audit is not None)


def test_a_new_model_that_cannot_be_used_takes_nobody_to_its_page_later(reviewing, monkeypatch, tmp_path):
    modes, learning = reviewing.window.modes, reviewing.session.learning
    modes.show("confusions")
    reviewing.until_idle()
    learning.run = SimpleNamespace(path=tmp_path / "run", model=tmp_path / "run")
    monkeypatch.setattr(confusion_learning, "add_model", lambda run: SimpleNamespace(name="gone already"))
    learning.promote()
    reviewing.until_idle()
    modes.show("browse")
    open_again(reviewing)
    assert modes.current.id == "browse"


def test_a_run_is_named_after_the_project_that_is_open(reviewing, tmp_path):
    modes = reviewing.window.modes
    modes.show("train")
    form = modes.page("train").form
    assert form.name.text() == "images"
    modes.show("browse")
    reviewing.session.open_folder(tmp_path / "images", tmp_path / "other.semgui")
    reviewing.until(lambda: reviewing.session.title == "other")
    reviewing.until_idle()
    modes.show("train")
    assert form.name.text() == "other"
    form.name.setText("mine")
    modes.show("browse")
    modes.show("train")
    assert form.name.text() == "mine"
