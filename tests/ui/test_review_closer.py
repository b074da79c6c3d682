"""The closer look in Review: asked for, stopped, gone through with, and there again after a restart."""

from __future__ import annotations

import shutil

import pytest

from semgui.registry.store import user_models
from semgui.viewmodels import closer as closer_module
from semgui.viewmodels.closer import Stage
from tests.ui.review_project import plant
from tests.ui.screens import save_screen
from tests.ui.test_review import go_to_review, page

COUNT = 30


@pytest.fixture
def reviewing(open_window, tmp_path, find_brain, model_folder, monkeypatch):
    monkeypatch.setattr(closer_module, "_AT_ONCE_SECONDS", -1)  # always ask
    shutil.copytree(model_folder, user_models() / "small", dirs_exist_ok=True)
    planted = plant(tmp_path, find_brain(), each=COUNT // 3, wrong=3)
    window = open_window(planted.place)
    window.until_open(COUNT)
    window.until_idle()
    go_to_review(window)
    return window


def test_a_closer_look_is_offered_stopped_and_gone_through_with_and_lasts(reviewing, open_window):
    session, closer, switch = reviewing.session, reviewing.session.closer, page(reviewing).chooser.closer
    seen = session.gallery.current
    in_sight = session.review.order.ids[:6].tolist()
    reviewing.press(switch.switch)
    reviewing.until(lambda: closer.stage is Stage.OFFERED)
    assert 0 < closer.missing < COUNT
    assert str(closer.missing) in switch.words.text()
    save_screen(reviewing.window, "review-closer-offered-1366")
    reviewing.press(switch.stop)
    reviewing.until(lambda: closer.stage is Stage.RESTING and not switch.switch.isChecked())
    assert not closer.on

    reviewing.press(switch.switch)
    reviewing.until(lambda: closer.stage is Stage.OFFERED)
    reviewing.press(switch.go)
    assert closer.stage is Stage.LOOKING
    assert session.review.reviewing
    reviewing.until(lambda: closer.on and closer.missing == 0)
    reviewing.until(lambda: len(session.review.source.evidence.features) == 4)
    reviewing.until_idle()
    assert session.gallery.current == seen
    assert session.review.order.ids[:6].tolist() == in_sight
    assert switch.switch.isChecked()
    assert not switch.words.isVisible()
    place = session.place
    reviewing.close()

    again = open_window(place)
    again.until_open(COUNT)
    again.until(lambda: again.session.closer.on)
    again.until_idle()
    go_to_review(again)
    assert len(again.session.review.source.evidence.features) == 4
    again.press(page(again).chooser.closer.switch)
    again.until(lambda: len(again.session.review.source.evidence.features) == 1)
    again.until_idle()
    assert not again.session.closer.on
