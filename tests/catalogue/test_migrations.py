"""A project that an earlier version made opens and keeps all it held.

``made_by_0002.sql`` is the dump of a project that the version with schema 0002 made itself.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.marks import MarkStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import DATABASE, open_project
from semgui.catalogue.tables import metadata_obj
from semgui.domain.ids import ClassId, ModelId
from semgui.domain.marks import Marks
from semgui.review.history import History
from semgui.services import classes, marks
from tests.label_projects import ids

SQUARE, HEXAGONAL = ClassId("lattice.square"), ClassId("lattice.hexagonal")
RODS = ClassId("user.7c65e0636e8c")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / "old.semgui"
    folder.mkdir()
    connection = sqlite3.connect(folder / DATABASE)
    connection.executescript(Path(__file__).with_name("made_by_0002.sql").read_text(encoding="utf-8"))
    connection.close()
    return folder


def test_labels_classes_history_and_predictions_are_kept(old: Path) -> None:
    with open_project(old) as project:
        labels = LabelStore(project)
        assert labels.current(ids(1, 2, 3, 4, 5, 6)) == {1: SQUARE, 3: SQUARE, 4: RODS}
        assert [e.annotator for e in labels.history(ids(5)[0])] == ["ann", "cyd"]
        taxonomy = ClassStore(project).taxonomy()
        assert {c.name: c.archived for c in taxonomy} == {
            "Square": False,
            "Rectangular": False,
            "Centred rectangular": False,
            "Hexagonal": False,
            "Oblique": True,
            "Rods": False,
        }
        assert all((c.parent, c.merged_into, c.examples) == (None, None, ()) for c in taxonomy)
        assert PredictionStore(project).get(ModelId("m@1"), ids(1))[ids(1)[0]].predicted == HEXAGONAL
        past = [(p.title, p.state.value) for p in History(project, "ann").batches()]
        assert past[:2] == [("Label 1 image as Hexagonal", "undone"), ("Remove the label of 1 image", "done")]
    assert len(list(old.glob("project-before-*-from-0002-*.db"))) == 1, "a copy of what was before"


def test_its_history_goes_on_and_takes_the_new_actions(old: Path) -> None:
    with open_project(old) as project:
        history = History(project, "ann")
        assert history.redo() is not None
        assert LabelStore(project).current(ids(5)) == {5: HEXAGONAL}
        marks.flag(project, ids(1, 5), "ann")
        classes.merge_classes(project, SQUARE, RODS, "ann")
        assert LabelStore(project).current(ids(1, 3)) == {1: RODS, 3: RODS}
        while history.undo() is not None:
            pass
        assert LabelStore(project).current(ids(1, 2, 3, 4, 5)) == {}
        assert MarkStore(project).current(ids(1)) == {1: Marks()}
        assert [c.name for c in ClassStore(project).taxonomy()][-1] == "Oblique", "what it was set up with"


def test_the_schema_is_that_of_a_new_project(old: Path) -> None:
    with open_project(old) as project, project.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata_obj) == []
        new = {row.name for row in connection.exec_driver_sql("SELECT name FROM sqlite_master")}
    with open_project(old.with_name("new.semgui"), create=True) as project, project.read() as connection:
        assert new == {row.name for row in connection.exec_driver_sql("SELECT name FROM sqlite_master")}
