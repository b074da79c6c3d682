"""Classes of a list in a project: what is new, what is there, what makes no sense."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.project import Project
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId
from semgui.review.history import History
from semgui.review.import_classes import ImportClasses, ListedClass
from semgui.services import classes
from tests.label_projects import project_with_rows


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with project_with_rows(tmp_path / "p.semgui", 1) as opened:
        classes.create_class(opened, "Rods", "ann")
        yield opened


def take_over(project: Project, *listed: ListedClass) -> list[tuple[str, str, str]]:
    """Import classes; return name, id and key of all."""
    History(project, "ann").do(ImportClasses(listed, "list.csv"))
    return [(c.name, c.id, c.shortcut) for c in ClassStore(project).taxonomy()]


def test_what_is_there_stays_and_the_rest_is_added_in_order(project: Project) -> None:
    rods = ClassStore(project).taxonomy().classes[0]
    found = take_over(
        project,
        ListedClass("Tips", description="Sharp ends.", colour="#AABBCC", shortcut="T"),
        ListedClass("rods", colour="#000000", shortcut="r"),
        ListedClass("Own", id=ClassId("lab.own"), shortcut="t"),
        ListedClass("Own again", id=ClassId("lab.own")),
    )
    assert found == [("Rods", rods.id, "1"), ("Tips", "nffa.tips", "t"), ("Own", "lab.own", "2")]
    tips = ClassStore(project).taxonomy().by_id(ClassId("nffa.tips"))
    assert (tips.colour, tips.description) == ("#aabbcc", "Sharp ends.")
    assert ClassStore(project).taxonomy().by_id(rods.id) == rods
    assert History(project, "ann").do(ImportClasses([ListedClass("TIPS")], "x")) is None
    undone = History(project, "ann").undo()
    assert undone is not None
    assert undone.title == "Add 2 classes from list.csv"
    assert list(ClassStore(project).taxonomy()) == [rods]


def test_parents_are_found_wherever_they_stand(project: Project) -> None:
    take_over(
        project,
        ListedClass("Bent", parent="Thin"),
        ListedClass("Thin", parent="Rods"),
        ListedClass("Whiskers", parent="thin"),
    )
    taxonomy = ClassStore(project).taxonomy()
    rods = taxonomy.by_name("Rods")
    assert rods is not None
    assert {taxonomy.by_id(i).name for i in taxonomy.below(rods.id)} == {"Bent", "Thin", "Whiskers"}


def test_a_merged_class_is_known_as_the_other(project: Project) -> None:
    classes.create_class(project, "Wires", "ann")
    rods, wires = (c.id for c in ClassStore(project).taxonomy())
    classes.merge_classes(project, wires, rods, "ann")
    assert History(project, "ann").do(ImportClasses([ListedClass("Wires")], "x")) is None


@pytest.mark.parametrize(
    ("listed", "sentence"),
    [
        ([ListedClass("")], "cannot be the name"),
        ([ListedClass("A", colour="red")], "no colour"),
        ([ListedClass("A", shortcut="F1")], "cannot be the key"),
        ([ListedClass("A", id=ClassId("a b"))], "the id 'a b'"),
        ([ListedClass("A", parent="Nothing")], "A lies under Nothing, which is no class"),
        ([ListedClass("A", parent="B"), ListedClass("B", parent="A")], "under itself"),
    ],
)
def test_nothing_is_imported_where_one_class_makes_no_sense(
    project: Project, listed: list[ListedClass], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        take_over(project, ListedClass("Good"), *listed)
    assert len(ClassStore(project).taxonomy()) == 1
