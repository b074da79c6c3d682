"""Confusion tables of projects in which somebody goes on labelling."""

from __future__ import annotations

import numpy as np

from semgui.catalogue.predictions import PredictionStore
from semgui.services.confusions import Judge, Part, model_table, table_of
from semgui.services.label import clear_labels, label_as_new_class
from tests.label_projects import ids
from tests.review_projects import GRAINS, MODEL, TIPS, reviewed_project


def test_a_label_that_is_removed_while_the_table_is_made_is_not_counted(tmp_path, monkeypatch):
    with reviewed_project(tmp_path / "p.semgui") as project:
        judge = Judge(str(MODEL), "m")
        before = model_table(project, judge, Part.LABELLED)
        answers = PredictionStore.get

        def answer_and_clear(store, model_id, asked):
            clear_labels(project, ids(1, 2), "bob")
            return answers(store, model_id, asked)

        monkeypatch.setattr(PredictionStore, "get", answer_and_clear)
        after = model_table(project, judge, Part.LABELLED)
        assert after.ids.tolist() == sorted(set(before.ids.tolist()) - {1, 2})
        assert after.unanswered == before.unanswered


def test_a_table_has_the_labels_that_the_images_were_judged_by(tmp_path):
    with reviewed_project(tmp_path / "p.semgui") as project:
        clear_labels(project, ids(1), "bob")
        label_as_new_class(project, ids(2), "late", "bob")
        confidence = np.full(2, 0.5, np.float32)
        table = table_of(
            project, "m", np.array([1, 2]), [GRAINS, TIPS], [TIPS, TIPS], confidence, {GRAINS, TIPS}
        )
    assert [table.classes[k].id for k in table.labels] == [GRAINS, TIPS]
    assert [table.classes[k].id for k in table.predicted] == [TIPS, TIPS]
