"""Which labels no training has seen."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.project import Project
from semgui.domain.ids import ClassId
from semgui.jobs.prepare import JobSpec
from semgui.jobs.supervisor import create_run
from semgui.review.class_commands import MergeClasses
from semgui.review.commands import ClearLabels, LabelAsNamed, SetLabels
from semgui.review.history import History
from semgui.review.import_labels import ImportedLabel, ImportLabels
from semgui.services.corrections import corrections
from semgui.services.runs import new_run_folder
from tests.label_projects import ids, project_with_rows


@pytest.fixture
def labelled(tmp_path: Path):
    """A project of six images, of which four are labelled, and who labels it."""
    with project_with_rows(tmp_path / "p.semgui", 6) as project:
        history = History(project, "ann")
        history.do(LabelAsNamed(ids(1, 2), "tips"))
        history.do(LabelAsNamed(ids(3, 4), "films"))
        yield project, history


def _train(project: Project) -> None:
    """Make the run folder of a training that begins now."""
    run = create_run(new_run_folder("run"), JobSpec(name="run", kind="project", data=project.path.resolve()))
    # The clock of files runs some milliseconds late.
    now = datetime.now(UTC).timestamp()
    os.utime(run.run.job, (now, now))


def _class(project: Project, name: str) -> ClassId:
    return next(c.id for c in ClassStore(project).taxonomy() if c.name == name)


def test_before_the_first_training_all_labels_count(labelled):
    project, _ = labelled
    assert corrections(project).labels == 4
    _train(project)
    assert corrections(project).labels == 0


def test_what_is_imported_after_a_training_counts_whenever_it_was_said(labelled):
    project, history = labelled
    _train(project)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    rows = [ImportedLabel(i, "tips", "bob", long_ago) for i in ids(1, 3, 5)]
    history.do(ImportLabels(rows, "other.csv"))
    assert corrections(project).labels == 2  # the first was called so before


def test_a_label_counts_while_it_is_another_than_at_the_training(labelled):
    project, history = labelled
    history.do(SetLabels(ids(2), _class(project, "films")))
    _train(project)
    history.do(ClearLabels(ids(4)))
    assert corrections(project).labels == 0
    history.do(SetLabels(ids(1), _class(project, "films")))
    assert corrections(project).labels == 1
    history.undo()
    assert corrections(project).labels == 0
    history.undo()
    history.undo()  # to before the training
    assert corrections(project).labels == 1


def test_classes_that_are_merged_are_no_corrections(labelled):
    project, history = labelled
    _train(project)
    history.do(MergeClasses(_class(project, "films"), _class(project, "tips")))
    assert corrections(project).labels == 0
    history.do(LabelAsNamed(ids(3), "fibres"))
    assert corrections(project).labels == 1
