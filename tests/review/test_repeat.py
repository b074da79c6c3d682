"""The last action, read from the history and done to other images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from semgui.catalogue.labels import LabelStore
from semgui.catalogue.marks import MarkStore
from semgui.catalogue.project import Project, open_project
from semgui.domain.ids import ClassId
from semgui.domain.marks import Marks
from semgui.review.class_commands import AddClasses, ArchiveClass, RenameClass
from semgui.review.commands import ClearLabels, Command, LabelAsNewClass, SetLabels
from semgui.review.history import History
from semgui.review.import_labels import ImportedLabel, ImportLabels
from semgui.review.mark_commands import AddTag, RemoveTag, SetExcluded, SetFlag, SetNote
from tests.label_projects import ids, project_with_rows

A, B = ClassId("user.a"), ClassId("user.b")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with project_with_rows(tmp_path / "p.semgui", 9) as opened:
        History(opened, "setup").set_up(AddClasses([(A, "A"), (B, "B")]))
        yield opened


@pytest.mark.parametrize(
    ("command", "title"),
    [
        (SetLabels(ids(1, 2), A), "Label as A"),
        (LabelAsNewClass(ids(1), "New"), "Label as New"),
        (SetFlag(ids(1), True), "Flag"),
        (SetExcluded(ids(1), True), "Exclude"),
        (AddTag(ids(1), "cracked"), "Tag with cracked"),
        (SetNote(ids(1), "dust"), "Write the same note"),
    ],
)
def test_the_last_action_can_be_done_to_other_images(project: Project, command: Command, title: str) -> None:
    history = History(project, "ann")
    history.do(command)
    history.do(RenameClass(B, "Bees"))  # nothing that images can be given
    with open_project(project.path) as again:
        last = History(again, "ann").last_action()
    assert last is not None
    assert last.title == title
    history.do(last.on(ids(7, 8)))
    labels, marks = LabelStore(project).current(ids(1, 7, 8)), MarkStore(project).current(ids(1, 7, 8))
    assert labels.get(ids(1)[0]) == labels.get(ids(7)[0]) == labels.get(ids(8)[0])
    assert marks[ids(1)[0]] == marks[ids(7)[0]] == marks[ids(8)[0]]


def test_taking_away_is_repeated_as_taking_away(project: Project) -> None:
    history = History(project, "ann")
    everyone = ids(1, 2)
    assert history.last_action() is None
    pairs: list[tuple[Command, Command]] = [
        (SetLabels(everyone, A), ClearLabels(ids(1))),
        (SetFlag(everyone, True), SetFlag(ids(1), False)),
        (AddTag(everyone, "x"), RemoveTag(ids(1), "x")),
    ]
    for put, take in pairs:
        history.do(put)
        history.do(take)
        last = history.last_action()
        assert last is not None
        history.do(last.on(ids(2)))
    assert LabelStore(project).current(everyone) == {}
    assert set(MarkStore(project).current(everyone).values()) == {Marks()}


def test_what_cannot_be_repeated_is_passed_over(project: Project) -> None:
    history = History(project, "ann")
    history.do(SetFlag(ids(1), True))
    rows = [ImportedLabel(image, key, "bob") for image, key in zip(ids(2, 3), ("A", "B"), strict=True)]
    history.do(ImportLabels(rows, "labels.csv"))
    history.do(SetLabels(ids(4), B))
    history.do(ArchiveClass(B))
    last = history.last_action()
    assert last is not None
    assert last.title == "Flag"
