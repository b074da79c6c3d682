"""What the verbs of labelling add to the commands behind them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.project import Project
from semgui.domain.ids import ClassId
from semgui.services import classes, label
from tests.label_projects import ids, project_with_rows


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with project_with_rows(tmp_path / "p.semgui", 3) as opened:
        yield opened


def test_the_classes_of_a_card_are_added_where_they_are_missing(project: Project) -> None:
    classes.create_class(project, "Tips", "ann")
    card = [(ClassId("nffa.tips"), "Tips"), (ClassId("user.rods"), "Rods")]
    classes.start_with_classes(project, card, "setup")
    assert [(c.id, c.name) for c in ClassStore(project).taxonomy()] == card
    assert classes.start_with_classes(project, card, "setup") is None


def test_an_undo_goes_back_over_a_setup(project: Project) -> None:
    label.label_as_new_class(project, ids(1), "Wires", "ann")
    classes.start_with_preset(project, "lattices", "setup")
    undone = label.undo(project, "ann")
    assert undone is not None
    assert undone.title == "Label 1 image as Wires, a new class"
    assert ClassStore(project).taxonomy().by_name("Wires") is None
    assert len(ClassStore(project).taxonomy()) == 5
