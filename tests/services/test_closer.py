"""A closer look at the images of a project."""

from __future__ import annotations

import os

import numpy as np
import pytest

from semgui.catalogue.images import ImageStore
from semgui.catalogue.query import ImageQuery
from semgui.domain.errors import UsageError
from semgui.services.classify import classify_project, load_classifier
from semgui.services.closer import CloserLook, Look, closer_features, seen_closer
from semgui.services.review import gather
from semgui.services.scan import scan_folder
from tests.label_projects import save_image, scanned_project


def test_every_image_is_looked_at_once_as_it_is(tmp_path):
    folder = tmp_path / "pictures"
    for seed in range(3):
        save_image(folder / f"{seed}.png", seed)
    with scanned_project(tmp_path / "p.semgui", folder) as project:
        with pytest.raises(UsageError, match="no model has looked"):
            CloserLook(project)
        classifier = load_classifier()
        classify_project(project, classifier)
        with pytest.raises(UsageError, match="review --look closer"):
            gather(project, look=Look.CLOSER)
        told = []
        assert CloserLook(project).run(told.append) == 3
        assert (told[-1].done, told[-1].total) == (3, 3)
        assert CloserLook(project).run() == 0
        evidence = gather(project, look=Look.CLOSER)
        assert len(evidence) == 3
        assert [part.shape[1] for part in evidence.features] == [688, 752, 912, 1280]
        assert [part.shape[1] for part in gather(project).features] == [2560], "what the model looks at"
        save_image(folder / "1.png", 9)
        os.utime(folder / "1.png", (1_700_000_000, 1_700_000_000))
        scan_folder(project, folder)
        ids = ImageStore(project).ids(ImageQuery())
        known = seen_closer(project, classifier.model_id, ids)
        assert known.tolist() == [True, False, True], "the file that changed waits"
        assert np.isnan(closer_features(project, classifier.model_id, ids)[0][1]).all()
        assert CloserLook(project).cost().images == 0, "so few that the trial has seen them all"
        assert not len(CloserLook(project).missing())
