"""Groups to be named, images like an example, near-duplicates."""

from __future__ import annotations

import numpy as np
import pytest
import sqlalchemy as sa

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.tables import splits
from semgui.domain.errors import UsageError
from semgui.domain.ids import ImageId, ModelId
from semgui.domain.split import Split
from semgui.services.duplicates import duplicate_groups
from semgui.services.example_search import similar_to_image
from semgui.services.groups import Grouped, group_images, name_group
from semgui.services.label import undo
from semgui.services.marks import exclude
from tests.crop_lines import place_databar
from tests.label_projects import ids, project_with_rows
from tests.review_projects import CLASSES, GRAINS, MODEL, label, same_look, seen_project, truth


@pytest.fixture
def project(tmp_path):
    with seen_project(tmp_path / "p.semgui", 90) as project:
        yield project


def test_images_that_look_alike_are_one_group(project):
    exclude(project, ids(1), "ann")
    groups = group_images(project, Grouped.UNLABELLED, count=3)
    shown = [{truth(int(i)) for i in group.ids} for group in groups]
    assert all(len(classes) == 1 for classes in shown)
    assert set.union(*shown) == set(CLASSES)
    assert sum(len(group.ids) for group in groups) == 89, "the excluded one is left out"
    assert all(np.all(np.diff(group.centrality) <= 0) for group in groups)
    again = group_images(project, Grouped.UNLABELLED, count=3)
    assert [g.ids.tolist() for g in again] == [g.ids.tolist() for g in groups]


def test_a_group_is_named_in_one_action(project):
    (group, *_) = group_images(project, Grouped.ALL, count=3)
    members = [ImageId(i) for i in group.ids.tolist()]
    name_group(project, members, "Whiskers", "ann")
    known = {c.name: c.id for c in ClassStore(project).taxonomy()}
    assert set(LabelStore(project).current(members).values()) == {known["Whiskers"]}
    assert len(group_images(project, Grouped.UNLABELLED, count=3)) == 3
    undo(project, "ann")
    assert "Whiskers" not in {c.name for c in ClassStore(project).taxonomy()}
    name_group(project, members[:2], "grains", "ann")
    assert LabelStore(project).current(members[:2]) == dict.fromkeys(members[:2], GRAINS)


def test_too_few_images_and_no_model_are_sentences(project, tmp_path):
    with pytest.raises(UsageError, match=r"0 images are too few .* only novel ones"):
        group_images(project, Grouped.NOVEL)
    with (
        project_with_rows(tmp_path / "new.semgui", 9) as new,
        pytest.raises(UsageError, match="no model has looked"),
    ):
        group_images(new, Grouped.ALL)


def test_images_like_an_example_come_most_similar_first(project):
    found = similar_to_image(project, MODEL, ImageId(40), 20)
    assert {truth(int(i)) for i in found.ids} == {truth(40)}
    assert 40 not in found.ids
    assert np.all(np.diff(found.similarity) <= 0)
    assert similar_to_image(project, MODEL, ImageId(40), 9, among=np.arange(1, 4)).ids.size == 3
    with pytest.raises(UsageError, match="has not seen this image"):
        similar_to_image(project, ModelId("absent@1"), ImageId(40), 5)


def test_what_a_model_saw_of_another_picture_is_neither_grouped_nor_alike(project):
    place_databar(project, ids(5)[0], None)  # as a file that was overwritten, it is to be looked at anew
    assert all(5 not in group.ids for group in group_images(project, Grouped.ALL, count=3))
    assert 5 not in similar_to_image(project, MODEL, ids(1)[0], 90).ids
    with pytest.raises(UsageError, match="has not seen this image yet"):
        similar_to_image(project, MODEL, ids(5)[0], 90)


def test_near_duplicates_say_where_labels_and_splits_conflict(project):
    same_look(project, 1, 2, 40)
    label(project, {1: truth(1), 40: truth(40)})
    with project.write() as connection:
        rows = [
            {"image_id": i, "group_key": "g", "split": s.value, "decided_at": ""}
            for i, s in ((1, Split.TRAIN), (2, Split.TEST))
        ]
        connection.execute(sa.insert(splits), rows)
    (group,) = duplicate_groups(project)
    assert sorted(twin.image_id for twin in group.images) == [1, 2, 40]
    assert group.labels_differ
    assert group.leaks
    assert duplicate_groups(project) == [group], "kept groups are the same"
