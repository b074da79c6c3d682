"""A closer look at the images of a project."""

from __future__ import annotations

import os

import numpy as np
import pytest

from semgui.catalogue.images import ImageStore
from semgui.catalogue.query import ImageQuery
from semgui.domain.errors import UsageError
from semgui.services.classify import classify_project, load_classifier
from semgui.services.closer import Look, closer_embeddings, closer_look
from semgui.services.review import gather
from semgui.services.scan import scan_folder
from tests.label_projects import save_image, scanned_project


def test_every_image_is_looked_at_once_as_it_is(tmp_path):
    folder = tmp_path / "pictures"
    for seed in range(3):
        save_image(folder / f"{seed}.png", seed)
    with scanned_project(tmp_path / "p.semgui", folder) as project:
        with pytest.raises(UsageError, match="no model has looked"):
            closer_look(project)
        classifier = load_classifier()
        classify_project(project, classifier)
        with pytest.raises(UsageError, match="review --look closer"):
            gather(project, look=Look.CLOSER)
        told = []
        assert closer_look(project, progress=told.append) == 3
        assert (told[-1].done, told[-1].total) == (3, 3)
        assert closer_look(project) == 0
        evidence = gather(project, look=Look.CLOSER)
        assert len(evidence) == 3
        assert not np.allclose(evidence.embeddings, gather(project).embeddings)
        save_image(folder / "1.png", 9)
        os.utime(folder / "1.png", (1_700_000_000, 1_700_000_000))
        scan_folder(project, folder)
        ids = ImageStore(project).ids(ImageQuery())
        known = np.isfinite(closer_embeddings(project, classifier.model_id, ids)).all(axis=1)
        assert known.tolist() == [True, False, True], "the file that changed waits"
        assert closer_look(project) == 1
