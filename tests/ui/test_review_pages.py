"""Around the queues: blind audit, accepting unseen, agreement, pairs, filters, and empty queues."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from semgui.catalogue.project import open_project
from semgui.domain.ids import ImageId
from semgui.review.audit import Part
from semgui.review.commands import SetLabels
from semgui.review.history import History
from semgui.viewmodels.review_accept import FIRST_SAMPLE
from semgui.viewmodels.review_words import Why
from tests.ui.review_project import KINDS, plant
from tests.ui.screens import save_screen
from tests.ui.test_review import KEY_OF, go_to_review, label_of, page

CTRL = Qt.KeyboardModifier.ControlModifier


def press(window, button) -> None:
    window.until(lambda: button.isVisible() and button.isEnabled())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def opened(open_window, place, count: int):
    window = open_window(place)
    window.until_open(count)
    window.until_idle()
    window.window.resize(1366, 768)
    return window


def trigger(window, action_id: str) -> None:
    action = window.window.actions_.by_id[action_id]
    assert action.isEnabled()
    action.trigger()


def test_a_blind_audit_proves_what_can_be_accepted_unseen(open_window, find_brain, tmp_path, monkeypatch):
    monkeypatch.setitem(FIRST_SAMPLE, Part.UNLABELLED, 24)
    planted = plant(tmp_path, find_brain(), each=20, wrong=0, unlabelled=48)
    window = opened(open_window, planted.place, 60)
    session, review = window.session, window.session.review
    trigger(window, "review.accept_page")
    accept = page(window).accept
    accept.precision.setValue(70)
    press(window, accept.ask)
    window.until(lambda: session.accept.problem)
    assert "sample" in accept.verdict.text()
    assert not window.window.actions_.by_id["label.key.5"].isEnabled()  # no image is seen
    window.until(accept.draw_unlabelled.isEnabled)
    press(window, accept.draw_unlabelled)
    window.until(lambda: review.reviewing and review.blind)
    window.until_idle()

    panel = page(window).panel
    assert not panel.label_line.isVisible()
    assert not page(window).likes.isVisible()
    actions = window.window.actions_
    actions.refresh()
    swaying = ("label.accept", "review.keep", "view.heatmap", "review.sheet", "label.repeat")
    assert not any(actions.by_id[name].isEnabled() for name in swaying)
    save_screen(window.window, "review-audit-1366")
    judged = []
    for _ in range(24):
        image = ImageId(int(session.gallery.current))
        judged.append(image)
        window.key(KEY_OF[planted.truth[image]])
    assert len(set(judged)) == 24
    window.until(lambda: review.why is Why.FINISHED)
    window.until_idle()
    press(window, page(window).waiting.buttons[0])
    press(window, accept.ask)
    window.until(lambda: session.accept.proposal is not None)
    window.until(accept.accept.isVisible)
    save_screen(window.window, "review-accept-1366")
    wanted = set(session.accept.proposal.ids)
    assert wanted
    assert not wanted & set(judged)
    press(window, accept.accept)
    window.until_idle()
    assert all(label_of(window, image) == planted.truth[image] for image in wanted)
    window.key(Qt.Key.Key_Z, CTRL)
    window.until_idle()
    assert not any(label_of(window, image) for image in wanted)


def test_what_annotators_disagree_on_is_counted_and_settled(open_window, find_brain, tmp_path):
    planted = plant(tmp_path, find_brain(), each=10, wrong=0)
    images = list(planted.truth)
    disputed = images[:3]
    with open_project(planted.place) as project:
        ann = History(project, "ann")
        ann.do(SetLabels([disputed[0], *images[3:9:3]], KINDS[1]))
        ann.do(SetLabels(disputed[1:], KINDS[0]))
    window = opened(open_window, planted.place, 30)
    session = window.session
    trigger(window, "review.people")
    people = page(window).people
    window.until(people.settle.isVisible)
    report = session.people.report
    assert people.pairs.item(0, 0).text() == "ann – bob"
    assert len(report.disputes) == int(people.settle.text().split()[1])
    save_screen(window.window, "review-people-1366")
    press(window, people.settle)
    window.until(lambda: session.review.reviewing and session.case.shown is not None)
    window.until_idle()
    first = ImageId(int(session.gallery.current))
    assert "ann says" in page(window).panel.reason.text()
    window.key(KEY_OF[planted.truth[first]])
    window.until_idle()
    assert label_of(window, first) == planted.truth[first]
    trigger(window, "review.people")
    window.until(lambda: session.people.report.settled == 1)


def test_pairs_filters_and_empty_queues(open_window, find_brain, tmp_path):
    planted = plant(tmp_path, find_brain(), each=12, wrong=4)
    window = opened(open_window, planted.place, 36)
    session, review = window.session, window.session.review
    go_to_review(window)
    chooser, waiting = page(window).chooser, page(window).waiting

    def choose(box, data) -> None:
        box.setCurrentIndex(box.findData(data))
        box.activated.emit(box.currentIndex())

    choose(chooser.strategy, "pair")
    window.until(lambda: review.why is Why.NO_PAIR)
    assert chooser.labelled.isVisible()
    choose(chooser.labelled, KINDS[1])
    choose(chooser.like, KINDS[0])
    window.until(lambda: review.reviewing and session.case.shown is not None)
    window.until_idle()
    assert {label_of(window, ImageId(int(i))) for i in review.order.ids} == {KINDS[1]}
    assert [side.class_id for side in session.case.shown.case.sides] == [KINDS[1], KINDS[0]]
    trigger(window, "view.heatmap")
    window.until(lambda: session.heatmap.question.target == KINDS[0])
    assert session.heatmap.question.against == KINDS[1]
    window.until_idle()
    trigger(window, "view.heatmap")

    choose(chooser.strategy, "label_issues")
    window.until(lambda: review.reviewing and review.order.ids.size == 36)
    window.window.sidebar.narrow(classes=frozenset({KINDS[2]}))
    window.until(lambda: review.reviewing and 0 < review.order.ids.size < 36)
    window.until_idle()
    assert {label_of(window, ImageId(int(i))) for i in review.order.ids} == {KINDS[2]}
    window.window.sidebar.narrow(text="no such name")
    window.until(lambda: review.why is Why.FILTERED)
    save_screen(window.window, "review-filtered-1366")
    press(window, waiting.buttons[0])  # clear all filters
    window.until(lambda: review.reviewing and review.order.ids.size == 36)
    choose(chooser.strategy, "audit")
    window.until(lambda: review.why is Why.NO_SAMPLE)
    save_screen(window.window, "review-no-sample-1366")
    choose(chooser.strategy, "uncertainty")
    window.until(lambda: review.reviewing)
    window.window.actions_.by_id["mode.browse"].trigger()
    window.until_idle()
    assert window.window.pane.isVisible()
    assert session.gallery.ids.size == 36
    window.window.actions_.by_id["mode.review"].trigger()
    window.until(lambda: review.reviewing)
    assert review.strategy == "uncertainty"


@pytest.mark.parametrize("classified", [True, False])
def test_without_labels_or_answers_it_says_what_to_do(open_window, find_brain, tmp_path, images, classified):
    if classified:
        window = opened(open_window, plant(tmp_path, find_brain(), 4, 0, unlabelled=12).place, 12)
    else:
        window = open_window(images)
        window.until_open(13)
        window.session.activities.cancel_all()
        window.until_idle()
    review = window.session.review
    window.window.actions_.by_id["mode.review"].trigger()
    window.until(lambda: review.why in {Why.NO_LABELS, Why.NOT_CLASSIFIED})
    if classified:
        assert review.why is Why.NO_LABELS
        press(window, page(window).waiting.buttons[0])
        window.until(lambda: review.reviewing)
        assert review.strategy == "margin"
        return
    if review.why is Why.NOT_CLASSIFIED:
        save_screen(window.window, "review-not-classified-1366")
        press(window, page(window).waiting.buttons[0])
        window.until(lambda: review.why is Why.NO_LABELS)
