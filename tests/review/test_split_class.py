"""Making two classes of one."""

from __future__ import annotations

import pytest

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.labels import LabelStore
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId
from semgui.services.classes import set_parent, split_class, start_with_classes
from semgui.services.label import set_labels, undo
from tests.label_projects import ids, project_with_rows

A, B, C = (ClassId(f"user.{letter}") for letter in "abc")


@pytest.fixture
def project(tmp_path):
    with project_with_rows(tmp_path / "p.semgui", 6) as opened:
        start_with_classes(opened, [(A, "A"), (B, "B"), (C, "C")], "setup")
        set_parent(opened, B, A, "ann")
        set_labels(opened, ids(1, 2, 3), B, "ann")
        set_labels(opened, ids(4), C, "ann")
        yield opened


def test_chosen_images_of_the_class_get_the_new_one_and_undo_is_exact(project):
    before = ClassStore(project).taxonomy(), LabelStore(project).labels(ids(1, 2, 3, 4, 5))
    batch = split_class(project, B, "B fine", ids(2, 3, 4, 5), "bob")
    assert batch.title == "Split B fine off B (2 images)"
    taxonomy = ClassStore(project).taxonomy()
    assert [c.name for c in taxonomy] == ["A", "B", "B fine", "C"]
    new = taxonomy.by_name("B fine")
    assert new.parent == A
    assert LabelStore(project).current(ids(1, 2, 3, 4, 5)) == {1: B, 2: new.id, 3: new.id, 4: C}
    undo(project, "bob")
    assert (ClassStore(project).taxonomy(), LabelStore(project).labels(ids(1, 2, 3, 4, 5))) == before


def test_what_makes_no_sense_is_a_sentence(project):
    with pytest.raises(UsageError, match="none of these images is labelled B"):
        split_class(project, B, "D", ids(4, 5), "bob")
    with pytest.raises(UsageError, match="there is a class C already"):
        split_class(project, B, "c", ids(1), "bob")
