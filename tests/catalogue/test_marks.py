"""Marks: what is on an image now, who put it there, and that nothing is ever lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from semgui.catalogue.batches import Batch
from semgui.catalogue.label_tables import mark_events
from semgui.catalogue.marks import MarkStore
from semgui.catalogue.project import Project
from semgui.catalogue.tables import images
from semgui.domain.errors import UsageError
from semgui.domain.marks import MarkKind, Marks
from semgui.services import label, marks
from tests.label_projects import ids, project_with_rows


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with project_with_rows(tmp_path / "p.semgui", 9) as opened:
        yield opened


def test_every_mark_comes_and_goes_by_itself(project: Project) -> None:
    store = MarkStore(project)
    marks.flag(project, ids(1, 2), "ann")
    marks.exclude(project, ids(2), "ann")
    marks.set_note(project, ids(1)[0], " dust?\r\nlook again ", "ann")
    marks.add_tag(project, ids(1, 2, 3), "SE2", "ann")
    marks.add_tag(project, ids(1), "cracked", "ann")
    assert store.current(ids(1, 2, 3, 4)) == {
        1: Marks(flagged=True, note="dust?\nlook again", tags=("cracked", "SE2")),
        2: Marks(flagged=True, excluded=True, tags=("SE2",)),
        3: Marks(tags=("SE2",)),
        4: Marks(),
    }
    assert (store.flagged(), store.excluded(), store.tagged("SE2")) == ([1, 2], [2], [1, 2, 3])
    assert store.tag_counts() == {"cracked": 1, "SE2": 3}
    assert list(store.counts().values()) == [2, 1, 1, 3], "an image with two tags has tags once"
    marks.unflag(project, ids(1, 2, 3), "ann")
    marks.set_note(project, ids(1)[0], "", "ann")
    marks.remove_tag(project, ids(1), "SE2", "ann")
    marks.include(project, ids(2), "ann")
    assert store.current(ids(1, 2)) == {1: Marks(tags=("cracked",)), 2: Marks(tags=("SE2",))}
    assert (store.flagged(), store.excluded()) == ([], [])


def test_each_action_is_one_undo_however_many_images_it_touched(project: Project) -> None:
    store, everyone = MarkStore(project), ids(*range(1, 10))
    marks.add_tag(project, ids(3), "odd", "ann")
    actions: list[Callable[[], Batch | None]] = [
        lambda: marks.flag(project, everyone, "ann"),
        lambda: marks.add_tag(project, everyone, "odd", "ann"),
        lambda: marks.unflag(project, ids(1, 2), "ann"),
        lambda: marks.exclude(project, ids(4, 5), "ann"),
        lambda: marks.set_note(project, ids(1)[0], "first", "ann"),
        lambda: marks.set_note(project, ids(1)[0], "second", "ann"),
        lambda: marks.remove_tag(project, everyone, "odd", "ann"),
    ]
    states = [store.current(everyone)]
    for action in actions:
        assert action() is not None
        states.append(store.current(everyone))
    for state in reversed(states[:-1]):
        label.undo(project, "bob")
        assert store.current(everyone) == state
    for state in states[1:]:
        label.redo(project, "bob")
        assert store.current(everyone) == state


def test_what_is_so_already_is_no_action(project: Project) -> None:
    marks.flag(project, ids(1), "ann")
    marks.set_note(project, ids(1)[0], "look", "ann")
    marks.add_tag(project, ids(1), "odd", "ann")
    assert marks.flag(project, ids(1), "bob") is None
    assert marks.include(project, ids(1), "bob") is None
    assert marks.set_note(project, ids(1)[0], " look\n", "bob") is None
    assert marks.set_note(project, ids(2)[0], "", "bob") is None
    assert marks.add_tag(project, ids(1), "Odd", "bob") is None
    assert marks.remove_tag(project, ids(2), "odd", "bob") is None
    batch = marks.flag(project, ids(1, 2, 2), "bob")
    assert batch is not None
    assert batch.title == "Flag 1 image"


def test_a_mark_that_an_undo_brings_back_stays_its_authors(project: Project) -> None:
    marks.set_note(project, ids(1)[0], "mine", "ann")
    marks.set_note(project, ids(1)[0], "", "bob")
    label.undo(project, "cyd")
    with project.read() as connection:
        row = connection.exec_driver_sql("SELECT annotator, text FROM current_marks").one()
    assert tuple(row) == ("ann", "mine")
    events = MarkStore(project).history(ids(1)[0])
    assert [(e.mark.annotator, e.mark.text, e.undoes) for e in events] == [
        ("ann", "mine", None),
        ("bob", "", None),
        ("cyd", "mine", 2),
    ]


def test_a_tag_keeps_the_spelling_in_use(project: Project) -> None:
    marks.add_tag(project, ids(1), "Cracked  tip", "ann")
    marks.add_tag(project, ids(2), "cracked Tip", "ann")
    assert MarkStore(project).tag_counts() == {"Cracked tip": 2}
    marks.remove_tag(project, ids(1, 2), "CRACKED TIP", "ann")
    assert MarkStore(project).tag_counts() == {}
    marks.add_tag(project, ids(3), "cracked tip", "ann")
    assert MarkStore(project).tag_counts() == {"cracked tip": 1}, "a spelling that nothing has is forgotten"


def test_missing_files_keep_their_marks_and_are_not_counted(project: Project) -> None:
    marks.add_tag(project, ids(1, 2), "odd", "ann")
    marks.flag(project, ids(1), "ann")
    with project.write() as connection:
        connection.execute(sa.update(images).where(images.c.id == 1).values(status="missing"))
    store = MarkStore(project)
    assert (store.tag_counts(), store.counts()[MarkKind.FLAG]) == ({"odd": 1}, 0)
    assert store.current(ids(1)) == {1: Marks(flagged=True, tags=("odd",))}


@pytest.mark.parametrize(
    ("tag", "sentence"),
    [
        ("  ", "cannot be a tag"),
        ("a,b", "one by one"),
        ("a;b", "one by one"),
        ("x" * 61, "60 is the limit"),
        ("a\x07b", "cannot be a tag"),
    ],
)
def test_bad_tags_are_a_sentence(project: Project, tag: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        marks.add_tag(project, ids(1), tag, "ann")
    assert MarkStore(project).history(ids(1)[0]) == []


@pytest.mark.parametrize(("note", "sentence"), [("x" * 10_001, "10,000 is the limit"), ("a\0b", "cannot be")])
def test_bad_notes_are_a_sentence(project: Project, note: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        marks.set_note(project, ids(1)[0], note, "ann")


def test_an_unknown_image_leaves_nothing_behind(project: Project) -> None:
    with pytest.raises(UsageError, match="nothing was written"):
        marks.flag(project, ids(1, 999), "ann")
    assert MarkStore(project).flagged() == []
    assert label.undo(project, "ann") is None


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(mark_events).values(present=False),
        sa.delete(mark_events),
        sa.insert(mark_events)
        .prefix_with("OR REPLACE")
        .from_select(["id", *mark_events.c.keys()[1:]], sa.select(mark_events)),
    ],
    ids=["update", "delete", "replace"],
)
def test_the_database_refuses_to_change_an_event(project: Project, statement: sa.UpdateBase) -> None:
    marks.flag(project, ids(1), "ann")
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), project.write() as connection:
        connection.execute(statement)
    assert MarkStore(project).flagged() == [1]


def test_no_question_reads_all_that_was_ever_marked(project: Project) -> None:
    plans = []
    with project.read() as connection:
        for question in (
            "SELECT image_id FROM current_marks WHERE kind = 'tag' AND word = 'x'",
            "SELECT image_id FROM current_marks WHERE kind = 'excluded'",
            "SELECT * FROM current_marks WHERE image_id IN (1, 2, 3)",
        ):
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}").all()
            plans += [row.detail for row in plan if row.detail.startswith(("SCAN", "SEARCH"))]
    assert len(plans) >= 6
    assert not [step for step in plans if step.startswith("SCAN")]
