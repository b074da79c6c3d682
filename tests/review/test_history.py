"""Undo and redo: without limit, after a restart, in bulk, from several processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from semgui.catalogue.batches import Action, Batch
from semgui.catalogue.classes import ClassStore
from semgui.catalogue.label_tables import batches, label_events
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.marks import MarkStore
from semgui.catalogue.project import Project, open_project
from semgui.domain.errors import ProjectError, UsageError
from semgui.domain.ids import BatchId, ClassId
from semgui.domain.labels import LabelSource
from semgui.domain.marks import Marks
from semgui.review.class_commands import AddClasses, CreateClass, MergeClasses
from semgui.review.commands import ClearLabels, LabelAsNewClass, SetLabels
from semgui.review.history import History
from semgui.review.mark_commands import AddTag, SetExcluded, SetFlag, SetNote
from tests.label_projects import ids, project_with_rows

A, B, C = ClassId("user.a"), ClassId("user.b"), ClassId("user.c")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with project_with_rows(tmp_path / "p.semgui", 30) as opened:
        History(opened, "setup").set_up(AddClasses([(A, "A"), (B, "B"), (C, "C")]))
        yield opened


def test_there_is_nothing_to_undo_at_first_and_setup_cannot_be_undone(project: Project) -> None:
    history = History(project, "ann")
    assert history.undo() is None
    assert history.redo() is None
    assert len(ClassStore(project).taxonomy()) == 3


def test_an_undo_gives_back_the_label_with_its_annotator_time_and_source(project: Project) -> None:
    History(project, "ann").do(SetLabels(ids(1), A))
    before = LabelStore(project).labels(ids(1))
    History(project, "bob").do(SetLabels(ids(1), B))
    undone = History(project, "cyd").undo()
    assert undone is not None
    assert (undone.action, undone.title, undone.annotator) == (Action.UNDO, "Label 1 image as B", "cyd")
    assert LabelStore(project).labels(ids(1)) == before
    last = LabelStore(project).history(ids(1)[0])[-1]
    assert (last.annotator, last.class_id, last.source) == ("cyd", A, LabelSource.USER)


def test_each_undo_event_names_the_event_that_it_takes_back(project: Project) -> None:
    history = History(project, "ann")
    history.do(SetLabels(ids(1, 2), A))
    history.undo()
    history.redo()
    history.undo()
    first, undo, redo, again = LabelStore(project).history(ids(2)[0])
    assert [undo.undoes, redo.undoes, again.undoes] == [first.id, undo.id, redo.id]
    assert [e.class_id for e in (first, undo, redo, again)] == [A, None, A, None]


def test_a_bulk_action_is_one_undo(project: Project) -> None:
    history = History(project, "ann")
    history.do(SetLabels(ids(3), B))
    history.do(SetLabels(ids(*range(1, 31)), A))
    history.undo()
    assert LabelStore(project).current(ids(*range(1, 31))) == {3: B}


def test_a_new_action_after_undos_leaves_nothing_to_redo(project: Project) -> None:
    history = History(project, "ann")
    history.do(SetLabels(ids(1), A))
    history.do(SetLabels(ids(2), A))
    history.undo()
    history.do(SetLabels(ids(3), C))
    assert history.redo() is None
    history.undo()
    history.undo()
    assert history.undo() is None
    assert LabelStore(project).current(ids(1, 2, 3)) == {}


def test_what_changes_nothing_is_no_action_and_keeps_the_redo(project: Project) -> None:
    history = History(project, "ann")
    history.do(SetLabels(ids(1), A))
    history.do(SetLabels(ids(2), A))
    history.undo()
    assert history.do(SetLabels(ids(1), A)) is None
    assert history.do(ClearLabels(ids(2, 5))) is None
    assert history.do(SetLabels([], A)) is None
    assert history.redo() is not None
    assert LabelStore(project).current(ids(1, 2)) == {1: A, 2: A}


def test_the_same_class_from_another_person_is_an_event(project: Project) -> None:
    History(project, "ann").do(SetLabels(ids(1), A))
    assert History(project, "bob").do(SetLabels(ids(1), A)) is not None
    assert LabelStore(project).labels(ids(1))[ids(1)[0]].annotator == "bob"


def test_undo_and_redo_go_on_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "r.semgui"
    with project_with_rows(path, 5) as opened:
        history = History(opened, "ann")
        history.do(CreateClass("Grains"))
        grains = ClassStore(opened).taxonomy().classes[0].id
        for i in range(1, 6):
            history.do(SetLabels(ids(i), grains))
        history.undo()
    for steps in (1, 2):
        with open_project(path) as opened:
            for _ in range(steps):
                History(opened, "ann").undo()
    with open_project(path) as opened:
        assert LabelStore(opened).current(ids(1, 2, 3, 4, 5)) == {1: grains}
        for _ in range(4):
            assert History(opened, "ann").redo() is not None
        assert History(opened, "ann").redo() is None
        assert len(LabelStore(opened).current(ids(1, 2, 3, 4, 5))) == 5


def test_a_class_and_the_labels_made_with_it_are_one_undo(project: Project) -> None:
    history = History(project, "ann")
    history.do(LabelAsNewClass(ids(1, 2), "Whiskers"))
    whiskers = ClassStore(project).taxonomy().by_name("Whiskers")
    assert whiskers is not None
    history.undo()
    assert ClassStore(project).taxonomy().by_name("Whiskers") is None
    assert LabelStore(project).current(ids(1, 2)) == {}
    history.redo()
    assert ClassStore(project).taxonomy().by_name("Whiskers") == whiskers
    assert LabelStore(project).current(ids(1, 2)) == {1: whiskers.id, 2: whiskers.id}


def test_an_unknown_class_is_refused_and_nothing_is_written(project: Project) -> None:
    history = History(project, "ann")
    before = history.last_batch_id()
    with pytest.raises(UsageError, match=r"no class user\.x"):
        history.do(SetLabels(ids(1), ClassId("user.x")))
    assert history.last_batch_id() == before


def test_an_action_that_fails_half_way_leaves_nothing_behind(project: Project) -> None:
    history = History(project, "ann")
    before = history.last_batch_id()
    with pytest.raises(UsageError, match="nothing was written"):
        history.do(SetLabels(ids(1, 2, 999), A))  # the project has 30 images
    assert history.last_batch_id() == before
    assert LabelStore(project).current(ids(1, 2)) == {}


def test_the_menu_knows_what_comes_next(project: Project) -> None:
    history = History(project, "ann")
    history.do(SetLabels(ids(1), A))
    history.do(SetLabels(ids(2, 3), B))
    history.undo()
    stacks = history.stacks()
    assert stacks.undo is not None
    assert stacks.redo is not None
    assert (stacks.undo.title, stacks.redo.title) == ("Label 1 image as A", "Label 2 images as B")
    log = [(b.state.value, b.title) for b in history.batches(2)]
    assert log == [("undone", "Label 2 images as B"), ("done", "Label 1 image as A")]


def test_actions_of_many_threads_and_connections_form_one_history(project: Project) -> None:
    def work(image: int) -> None:
        with open_project(project.path) as own:
            for class_id in (A, B, C):
                History(own, f"t{image}").do(SetLabels(ids(image), class_id))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everyone = ids(*range(1, 7))
    assert LabelStore(project).current(everyone) == dict.fromkeys(everyone, C)
    undone = 0
    while History(project, "ann").undo() is not None:
        undone += 1
    assert undone == 18
    assert LabelStore(project).current(everyone) == {}


@pytest.mark.parametrize("table", ["batches", "label_events", "class_events"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {t} SET id = id + 1000",
        "DELETE FROM {t}",
        "INSERT OR REPLACE INTO {t} SELECT * FROM {t}",
    ],
)
def test_the_database_refuses_to_change_the_past(project: Project, table: str, statement: str) -> None:
    History(project, "ann").do(SetLabels(ids(1), A))
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), project.write() as connection:
        connection.exec_driver_sql(statement.format(t=table))


def test_the_writing_connection_waits_for_the_disk(project: Project) -> None:
    with project.write() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_a_full_disk_is_a_sentence_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    with project_with_rows(tmp_path / "full.semgui", 5_000) as opened:
        history = History(opened, "ann")
        history.do(CreateClass("Grains"))
        grains = ClassStore(opened).taxonomy().classes[0].id
        history.do(SetLabels(ids(1), grains))

        @sa.event.listens_for(opened.engine, "checkout")
        def no_more_pages(connection: object, *_: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
            connection.execute(f"PRAGMA max_page_count = {pages + 8}")  # type: ignore[attr-defined]

        with pytest.raises(ProjectError, match="the disk is full"):
            history.do(SetLabels(ids(*range(1, 5_001)), grains))
    with open_project(tmp_path / "full.semgui") as again, again.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert LabelStore(again).current(ids(*range(1, 5_001))) == {1: grains}


def test_undoing_twenty_thousand_images_is_quick(tmp_path: Path) -> None:
    with project_with_rows(tmp_path / "big.semgui", 20_000) as opened:
        history = History(opened, "ann")
        history.do(CreateClass("Grains"))
        grains = ClassStore(opened).taxonomy().classes[0].id
        history.do(SetLabels(ids(*range(1, 20_001)), grains))
        started = time.perf_counter()
        history.undo()
        seconds = time.perf_counter() - started
        assert LabelStore(opened).counts() == {None: 20_000}
    assert seconds < 20, f"{seconds:.1f} s; a loop in Python over the rows would take this long"


def test_finding_what_to_undo_does_not_read_the_whole_log(project: Project) -> None:
    with project.read() as connection:
        for query in (
            sa.select(batches.c.undo_top).order_by(batches.c.id.desc()).limit(1),
            sa.select(label_events.c.id).where(label_events.c.batch_id == 1),
        ):
            text = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
            plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
            # The newest row by id is the end of the table; everything else must go through an index.
            assert all("USING" in step or "SCAN batches" in step for step in plan), plan
            assert not any("TEMP B-TREE" in step for step in plan), plan


def done(batch: Batch | None) -> Batch:
    assert batch is not None
    return batch


def states(project: Project) -> list[tuple[str, str]]:
    """Return titles and states of all user actions, oldest first."""
    past = History(project, "ann").batches(100)
    return [(p.title, p.state.value) for p in reversed(past) if p.can_be_undone]


def test_the_list_of_the_history_says_what_is_undone_and_what_is_lost(project: Project) -> None:
    history = History(project, "ann")
    history.do(SetLabels(ids(1), A))
    history.do(SetFlag(ids(1, 2), True))
    history.do(AddTag(ids(3), "cracked"))
    history.undo()
    history.undo()
    history.redo()
    assert states(project) == [
        ("Label 1 image as A", "done"),
        ("Flag 2 images", "done"),
        ("Tag 1 image with cracked", "undone"),
    ]
    history.do(SetExcluded(ids(5), True))
    assert states(project)[2:] == [("Tag 1 image with cracked", "dropped"), ("Exclude 1 image", "done")]
    assert [p.can_be_undone for p in history.batches(100)] == [True] * 4 + [False]


def test_going_back_undoes_all_that_came_after_and_redo_brings_it_back(project: Project) -> None:
    history, labels, marks = History(project, "ann"), LabelStore(project), MarkStore(project)
    first = done(history.do(SetLabels(ids(1, 2), A)))
    history.do(SetLabels(ids(2, 3), B))
    history.undo()
    history.redo()
    history.do(SetNote(ids(2), "look"))
    last = done(history.do(MergeClasses(B, C)))
    after = labels.current(ids(1, 2, 3)), marks.current(ids(2)), ClassStore(project).taxonomy()
    assert len(history.go_back_to(first.id)) == 3
    assert labels.current(ids(1, 2, 3)) == {1: A, 2: A}
    assert marks.current(ids(2)) == {2: Marks()}
    assert [s for _, s in states(project)] == ["done", "undone", "undone", "undone"]
    with open_project(project.path) as again:  # another process, or after a restart
        assert len(History(again, "bob").go_forward_to(last.id)) == 3
    assert (labels.current(ids(1, 2, 3)), marks.current(ids(2)), ClassStore(project).taxonomy()) == after
    assert history.go_back_to(last.id) == []
    assert len(history.go_back_to(BatchId(0))) == 4
    assert labels.current(ids(1, 2, 3)) == {}
    for _ in range(4):
        assert history.redo() is not None
    assert labels.current(ids(1, 2, 3)) == after[0]


def test_one_cannot_go_to_what_is_undone_or_lost(project: Project) -> None:
    history = History(project, "ann")
    first = done(history.do(SetLabels(ids(1), A)))
    second = done(history.do(SetLabels(ids(2), A)))
    history.undo()
    before = history.last_batch_id()
    with pytest.raises(UsageError, match="go forward"):
        history.go_back_to(second.id)
    history.do(SetLabels(ids(3), A))
    with pytest.raises(UsageError, match="no longer be redone"):
        history.go_forward_to(second.id)
    assert history.go_forward_to(first.id) == []
    assert history.last_batch_id() == before + 1
