"""Labels, marks, classes, history and pace on a real project, without threads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from semgui.catalogue.batches import ActionState
from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.marks import MarkStore
from semgui.catalogue.pace import labelled_since
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery, LabelState
from semgui.domain.ids import ClassId, ImageId
from semgui.review.history import History
from semgui.review.import_labels import ImportedLabel, ImportLabels
from semgui.services.classes import start_with_preset
from semgui.viewmodels.classes import ClassModel, tree_rows
from semgui.viewmodels.history import START, HistoryModel
from semgui.viewmodels.labelling import Advance, LabelModel
from semgui.viewmodels.marks import MarkModel
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.pace import PaceModel
from semgui.viewmodels.project_sink import ProjectSink
from semgui.viewmodels.unlabelled import UnlabelledModel
from semgui.viewmodels.writer import Writer
from tests.label_projects import ids, project_with_rows
from tests.viewmodels.runner import ManualRunner

TIPS, POWDER, FIBRES = ClassId("nffa.tips"), ClassId("nffa.powder"), ClassId("nffa.fibres")


class Hand:
    """The models of one project, as the session ties them."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.runner, self.notices, self.said = ManualRunner(), Notices(), []
        self.notices.posted.connect(lambda notice: self.said.append(notice.text))
        self.writer = Writer(self.runner, self.notices)
        self.labels = LabelModel(self.writer, self.notices, advance=Advance.STAY)
        self.marks = MarkModel(self.writer, self.runner, self.notices)
        self.classes = ClassModel(self.writer, self.labels, self.runner, self.notices)
        self.history = HistoryModel(self.writer, self.runner, self.notices)
        self.refused: list[str] = []
        self.classes.refused.connect(self.refused.append)
        self.marks.refused.connect(self.refused.append)
        self.writer.attach(ProjectSink(project, "ann"))
        self.marks.attach(MarkStore(project))
        self.classes.attach(LabelStore(project).counts)
        self.history.attach(History(project, "ann").batches)
        self.read()

    def read(self) -> None:
        """Let everything that was begun end, and read what is in force."""
        self.runner.drain()
        self.labels.set_taxonomy(ClassStore(self.project).taxonomy())
        self.marks.refresh()
        self.classes.refresh()
        self.history.refresh()
        self.runner.drain()

    def label_of(self, image: int) -> ClassId | None:
        return LabelStore(self.project).current(ids(image)).get(ImageId(image))

    def order(self) -> list[str]:
        return [row.sem_class.name for row in tree_rows(self.labels.taxonomy)]


@pytest.fixture
def hand(tmp_path: Path):
    with project_with_rows(tmp_path / "p.semgui", 20) as project:
        start_with_preset(project, "nffa10", "ann")
        yield Hand(project)


def test_a_repetition_does_to_others_what_was_done_last(hand):
    hand.labels.set_label(ids(1), TIPS)
    hand.labels.repeat(ids(2, 3))
    hand.marks.add_tag(ids(4), "charging")
    hand.labels.repeat(ids(5))
    hand.read()
    assert [hand.label_of(i) for i in (1, 2, 3)] == [TIPS] * 3
    assert MarkStore(hand.project).current(ids(5))[ImageId(5)].tags == ("charging",)


def test_nothing_to_repeat_is_said(hand):
    hand.labels.repeat(ids(1))
    hand.read()
    assert "Nothing to repeat" in hand.said[-1]


def test_one_key_flags_and_takes_the_flag_off_behind_a_quick_hand(hand):
    for _ in range(3):  # before the first is on the disk
        hand.marks.toggle_flag(ids(1))
    hand.marks.toggle_excluded(ids(1, 2))
    hand.marks.toggle_excluded(ids(1))
    hand.read()
    marks = MarkStore(hand.project).current(ids(1, 2))
    assert [(m.flagged, m.excluded) for m in marks.values()] == [(True, False), (False, True)]


def test_some_flagged_of_a_selection_means_flag_all(hand):
    hand.marks.toggle_flag(ids(1))
    hand.marks.toggle_flag(ids(1, 2))
    hand.read()
    assert all(m.flagged for m in MarkStore(hand.project).current(ids(1, 2)).values())


def test_the_summary_of_a_selection_counts_tags_and_joins_equal_notes(hand):
    hand.marks.add_tag(ids(1, 2), "charging")
    hand.marks.add_tag(ids(2), "Drift")
    hand.marks.set_note(ids(1, 2), "again tomorrow")
    hand.marks.show(ids(1, 2))
    hand.read()
    assert hand.marks.summary.tags == (("charging", 2), ("Drift", 1))
    assert hand.marks.summary.note == "again tomorrow"
    assert hand.marks.known_tags == ("charging", "Drift")
    hand.marks.set_note(ids(1), "no")
    hand.read()
    assert (hand.marks.summary.note, hand.marks.summary.noted) == ("", 2)


def test_one_note_on_many_images_is_one_undo(hand):
    hand.marks.set_note(ids(1, 2, 3), "astigmatism")
    hand.writer.undo()
    hand.read()
    assert not any(m.note for m in MarkStore(hand.project).current(ids(1, 2, 3)).values())


def test_a_tag_that_cannot_be_is_a_sentence_beside_the_field_and_not_a_failed_save(hand):
    hand.marks.add_tag(ids(1), "a, b")
    hand.read()
    assert "comma" in hand.refused[0]
    assert str(hand.writer.saved) == "saved"
    assert not hand.said


def test_classes_are_made_renamed_and_changed_and_all_of_it_is_undone(hand):
    before = ClassStore(hand.project).taxonomy()
    hand.classes.add("Grain boundaries")
    hand.read()
    made = hand.labels.taxonomy.by_name("grain boundaries")
    hand.classes.rename(made.id, "Boundaries")
    hand.classes.recolour(made.id, "#112233")
    hand.classes.set_shortcut(made.id, "B")
    hand.classes.describe(made.id, "Lines between grains.")
    hand.classes.set_parent(made.id, POWDER)
    hand.classes.add_examples(made.id, ids(3, 4))
    hand.read()
    now = hand.labels.taxonomy.by_id(made.id)
    assert (now.name, now.colour, now.shortcut) == ("Boundaries", "#112233", "b")
    assert (now.description, now.parent, now.examples) == ("Lines between grains.", POWDER, (3, 4))
    for _ in range(7):
        hand.writer.undo()
    hand.read()
    assert hand.labels.taxonomy == before
    assert not hand.refused


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda classes: classes.add("tips"), "There is a class Tips already; choose another name."),
        (lambda classes: classes.set_shortcut(POWDER, "0"), "Tips"),
        (lambda classes: classes.rename(POWDER, " "), "cannot be the name"),
    ],
)
def test_what_cannot_be_is_a_sentence(hand, change, sentence):
    change(hand.classes)
    hand.read()
    assert sentence in hand.refused[0]


def test_a_key_of_the_window_says_what_it_does_there(hand):
    hand.classes.key_owner = {"f": "Fit picture"}.get
    hand.classes.set_shortcut(POWDER, "F")
    hand.read()
    assert hand.labels.taxonomy.by_id(POWDER).shortcut == "f"
    assert "Fit picture" in hand.said[-1]


def test_moving_goes_among_the_classes_that_lie_beside_it(hand):
    first, second, third = hand.order()[:3]
    classes = {c.name: c.id for c in hand.labels.taxonomy}
    hand.classes.set_parent(classes[second], classes[first])
    hand.read()
    hand.classes.move(classes[third], -1)
    hand.read()
    assert hand.order()[:3] == [third, first, second]
    hand.classes.place_before(classes[first], None)
    hand.read()
    assert hand.order()[-2:] == [first, second]
    for _ in range(3):
        hand.writer.undo()
    hand.read()
    assert hand.order()[:3] == [first, second, third]


def test_merging_moves_the_images_and_is_taken_back(hand):
    hand.labels.set_label(ids(1, 2), TIPS)
    hand.labels.set_label(ids(3), POWDER)
    hand.classes.watch(on=True)
    hand.classes.merge(TIPS, POWDER)
    hand.read()
    assert hand.classes.counts[POWDER] == 3
    assert "Tips" not in hand.order()
    hand.writer.undo()
    hand.read()
    assert [hand.label_of(i) for i in (1, 2, 3)] == [TIPS, TIPS, POWDER]


def test_archived_classes_follow_when_they_are_asked_for(hand):
    hand.classes.archive_or_restore(TIPS)
    hand.read()
    assert "Tips" not in hand.order()
    assert tree_rows(hand.labels.taxonomy, archived=True)[-1].sem_class.id == TIPS
    hand.classes.archive_or_restore(TIPS)
    hand.read()
    assert "Tips" in hand.order()


def test_a_preset_adds_what_is_missing_as_one_action(hand):
    hand.classes.add_preset("lattices")
    hand.read()
    assert len(hand.order()) == 15
    hand.writer.undo()
    hand.read()
    assert len(hand.order()) == 10


def test_classes_come_from_a_list_and_go_into_one(hand, tmp_path):
    hand.classes.add("Grain")
    hand.read()
    hand.classes.export_list(tmp_path / "out.csv")
    hand.read()
    hand.writer.undo()
    hand.read()
    hand.classes.import_list(tmp_path / "out.csv")
    hand.read()
    assert hand.order()[-1] == "Grain"
    hand.classes.import_list(tmp_path / "missing.csv")
    hand.read()
    assert "missing.csv" in hand.said[-1]


def test_the_history_goes_back_to_a_point_and_forward_again(hand):
    hand.history.watch(on=True)
    for image in (1, 2, 3):
        hand.labels.set_label(ids(image), TIPS)
    hand.read()
    newest, middle, oldest = hand.history.actions[:3]
    hand.history.go_to(oldest.id)
    hand.read()
    assert [hand.label_of(i) for i in (1, 2, 3)] == [TIPS, None, None]
    assert hand.history.here == oldest.id
    assert hand.history.actions[0].state is ActionState.UNDONE
    hand.history.go_to(middle.id)
    hand.read()
    assert [hand.label_of(i) for i in (1, 2, 3)] == [TIPS, TIPS, None]
    hand.history.redo_all()
    hand.read()
    assert hand.label_of(3) == TIPS
    assert hand.history.here == newest.id
    hand.history.go_to(START)
    hand.read()
    assert not any(hand.label_of(i) for i in (1, 2, 3))


def test_the_history_forgets_what_can_no_longer_be_redone(hand):
    hand.history.watch(on=True)
    hand.labels.set_label(ids(1), TIPS)
    hand.writer.undo()
    hand.labels.set_label(ids(2), POWDER)
    hand.read()
    assert [a.title for a in hand.history.actions if a.can_be_undone] == ["Label 1 image as Powder"]


def test_nobody_looking_reads_no_history_and_counts_no_classes(hand):
    hand.labels.set_label(ids(1), TIPS)
    hand.read()
    assert hand.history.actions == ()
    assert hand.classes.counts == {}


def test_the_next_unlabelled_is_known_before_the_label_is_on_the_disk(hand):
    images = ImageStore(hand.project)
    unlabelled = UnlabelledModel(hand.runner, hand.notices)
    unlabelled.attach(lambda: images.ids(ImageQuery(label_state=LabelState.UNLABELLED)))
    hand.read()
    every = np.arange(1, 21, dtype=np.int64)
    unlabelled.drop(ids(1, 2, 4))
    assert unlabelled.next_after(0, every) == 2
    assert unlabelled.next_after(2, every) == 4
    assert unlabelled.next_after(19, every) == 2  # from the start again
    unlabelled.drop([ImageId(int(i)) for i in every])
    assert unlabelled.next_after(0, every) == -1


def test_what_was_not_written_is_unlabelled_again(hand):
    unlabelled = UnlabelledModel(hand.runner, hand.notices)
    unlabelled.attach(lambda: np.array([1, 2, 3]))
    hand.read()
    unlabelled.drop(ids(1))
    hand.runner.rest()
    unlabelled.refresh()
    hand.runner.drain()
    assert unlabelled.count == 3


def test_the_count_of_today_is_of_images_with_my_label_of_today(hand):
    start = datetime.now(UTC) - timedelta(seconds=1)
    hand.labels.set_label(ids(1, 2), TIPS)
    hand.labels.set_label(ids(2), POWDER)
    hand.labels.set_label(ids(3), POWDER)
    hand.writer.undo()
    hand.read()
    History(hand.project, "ann").do(ImportLabels([ImportedLabel(ImageId(3), TIPS)], "labels.csv"))
    assert labelled_since(hand.project, "ann", start) == 2, "an import is no work of today"
    assert labelled_since(hand.project, "bob", start) == 0
    assert labelled_since(hand.project, "ann", datetime.now(UTC) + timedelta(hours=1)) == 0


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_the_pace_is_that_of_a_run_without_a_pause():
    runner, clock, today = ManualRunner(), Clock(), [7]
    pace = PaceModel(runner, Notices(), clock, lambda: datetime(2026, 3, 1, 15, tzinfo=UTC))
    pace.attach(lambda since: today[0])
    runner.drain()
    assert (pace.today, pace.in_a_row, pace.per_minute()) == (7, 0, None)
    for _ in range(30):
        clock.at += 2
        today[0] += 1
        pace.refresh()
        runner.drain()
    assert pace.in_a_row == 30
    assert pace.per_minute() == pytest.approx(31, abs=0.1)  # 30 images in 58 seconds
    assert pace.seconds_for(310) == pytest.approx(600, rel=0.02)
    today[0] -= 1  # an undo
    pace.refresh()
    runner.drain()
    assert pace.in_a_row == 29
    clock.at += 121
    assert pace.per_minute() is None
    today[0] += 1
    pace.refresh()
    runner.drain()
    assert pace.in_a_row == 1


def test_examples_given_and_taken_one_right_after_the_other_all_count(hand):
    hand.classes.add_examples(TIPS, ids(1))
    hand.classes.add_examples(TIPS, ids(2, 3))
    hand.read()
    assert hand.labels.class_of(TIPS).examples == (1, 2, 3)
    hand.classes.remove_example(TIPS, ImageId(1))
    hand.classes.remove_example(TIPS, ImageId(3))
    hand.read()
    assert hand.labels.class_of(TIPS).examples == (2,)


def test_every_step_of_a_class_that_is_moved_counts(hand):
    before = hand.order()
    first = hand.labels.taxonomy.active[0].id
    for _ in range(3):
        hand.classes.move(first, 1)
    hand.read()
    assert hand.order() == [*before[1:4], before[0], *before[4:]]
