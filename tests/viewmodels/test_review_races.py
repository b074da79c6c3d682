"""Review while answers come late, fail, or come when something else is looked at."""

from __future__ import annotations

import numpy as np
import pytest

from semgui.domain.ids import ImageId
from semgui.services.review import Reranker
from semgui.viewmodels import review_case, review_ranking
from semgui.viewmodels.heatmap import Question
from semgui.viewmodels.review_order import KEPT_AHEAD
from semgui.viewmodels.review_ranking import rank
from semgui.viewmodels.tasks import Lane
from tests.ui.review_project import KINDS, plant
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


def rank_fails(monkeypatch, error: Exception | None) -> None:
    """Let queues be put in order no more, or again."""

    def fail(wanted):
        if error is not None:
            raise error
        return rank(wanted)

    monkeypatch.setattr(review_ranking, "rank", fail)


def test_a_queue_that_could_not_be_put_in_order_says_so_and_can_be_tried_again(sitting, monkeypatch):
    review = sitting.session.review
    sitting.review()
    rank_fails(monkeypatch, OSError("the disk is gone"))
    review.choose("uncertainty")
    sitting.settle()
    assert not review.preparing
    assert "the disk is gone" in review.problem
    rank_fails(monkeypatch, None)
    review.prepare_again()
    sitting.settle()
    assert review.reviewing
    assert not review.problem


def test_a_stopped_preparation_is_made_up_for_by_the_next_label(sitting):
    session = sitting.session
    sitting.review()
    session.work.answers_changed.emit()  # everything is gathered anew
    assert session.review.source.gathering is False
    session.labels.set_label(session.gallery.targets, KINDS[0])
    session.activities.cancel_all()
    sitting.settle()
    session.review.choose("uncertainty")
    sitting.settle()
    assert session.review.reviewing


def test_corrections_that_could_not_be_taken_in_are_with_another_try(sitting, monkeypatch):
    session = sitting.session
    sitting.review()

    def fail(self, cancel=None):
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(Reranker, "again", fail)
        session.labels.set_label(session.gallery.targets, KINDS[0])
        sitting.settle()
        session.review.choose("uncertainty")
        sitting.settle()
        assert "the disk is gone" in session.review.problem
    session.review.prepare_again()
    sitting.settle()
    assert session.review.reviewing
    assert not session.review.source.problem


def test_comparing_with_an_image_beside_the_queue_outlasts_what_is_said_of_it(sitting, planted):
    session = sitting.session
    review, gallery, compare = session.review, session.gallery, session.compare
    review.review_only(np.arange(1, 10), "nine images")
    sitting.review()
    session.labels.confirm(gallery.targets)  # and on to the next
    sitting.settle()
    judged, rows = gallery.current, review.order.ids.tolist()
    sides = session.case.shown.case.sides
    beside = next(like.image_id for side in sides for like in side.nearest if like.image_id not in rows)
    session.case.compare(beside)
    sitting.settle()
    compare.step(1)
    session.labels.set_label(gallery.targets, KINDS[0])
    sitting.settle()
    assert compare.on
    assert gallery.current == beside
    compare.close()
    sitting.settle()
    assert gallery.current == judged
    assert review.order.ids.tolist()[:KEPT_AHEAD] == rows[:KEPT_AHEAD]


def test_the_heatmap_of_an_image_asks_nothing_that_was_asked_about_the_one_before(sitting, planted):
    session = sitting.session
    review, heatmap = session.review, session.heatmap
    stranger = planted.wrong[0]  # of a class that the model does not know
    session.labels.set_new_class([stranger], "Moon dust")
    sitting.settle()
    sitting.review()
    heatmap.toggle()
    for image_id in review.order.ids.tolist():
        if heatmap.question.against is None:
            sitting.go_to(ImageId(image_id))
    assert heatmap.question.against is not None
    sitting.go_to(stranger)
    assert session.case.shown.case.image_id == stranger
    assert heatmap.question == Question()


def test_an_empty_queue_that_comes_late_takes_nothing_from_the_mode_that_is_shown(sitting):
    session = sitting.session
    review, gallery = session.review, session.gallery
    sitting.review()
    review.review_only(np.zeros(0, np.int64), "no image")
    review.leave()
    gallery.show_only(np.array([1, 2], np.int64), ImageId(1))  # as the map does
    sitting.settle()
    assert gallery.is_pinned


def test_the_reason_of_one_image_is_not_given_for_another_that_could_not_be_judged(sitting, monkeypatch):
    session = sitting.session
    sitting.review()
    first, last = session.review.order.ids[[0, -1]].tolist()
    assert session.case.shown.case.image_id == first

    def fail(*arguments):
        raise OSError("the disk is gone")

    monkeypatch.setattr(review_case, "case_of", fail)
    sitting.go_to(ImageId(last))
    assert session.case.shown is None


def test_the_likes_of_an_image_have_pictures_though_more_was_known_before_they_were_found(sitting):
    session, tasks = sitting.session, sitting.runner.tasks
    session.review.enter()
    sitting.work(until=lambda: session.review.reviewing)
    tasks[:] = [task for task in tasks if task.lane is not Lane.CASE]
    sitting.work()
    session.gallery.go_to(ImageId(int(session.review.order.ids[-1])))
    finding = next(task for task in tasks if task.lane is Lane.CASE)
    tasks.remove(finding)
    found = finding.work()
    session.review.source.labels_changed()
    sitting.work()
    finding.done(found)
    sitting.settle()
    likes = [like.image_id for side in session.case.shown.case.sides for like in side.nearest]
    assert likes
    assert all(session.case.picture(image_id) for image_id in likes)


def test_what_can_be_accepted_without_a_model_is_said(sitting):
    sitting.session.take_brain(None, "")
    sitting.session.accept.ask(0.9)
    assert not sitting.session.accept.asking
    assert "no model" in sitting.session.accept.problem
