"""Embeddings that a project has already, for a run that trains a head on the same frozen network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project
from semgui.domain.ids import ImageId, ModelId
from semgui.jobs.samples import Sample
from trainer.known import KnownFeatures


def known_features(project: Project, model_id: ModelId, samples: Sequence[Sample]) -> KnownFeatures:
    """Return what a model made of a run's images; its answers say which files are still what it saw.

    Parameters
    ----------
    model_id
        A model version that looks at images with the run's own network, in the same way.
    samples
        In the order of the manifest.
    """
    ids = np.array([int(sample.image_id) for sample in samples], np.int64)
    answered = PredictionStore(project).get(model_id, [ImageId(i) for i in ids.tolist()])
    rows = np.array([row for row, i in enumerate(ids.tolist()) if i in answered], np.int64)
    embeddings = ArrayStore(project, model_id).get_embeddings(ids[rows])
    sound = np.isfinite(embeddings).all(axis=1)
    if not sound.any():
        return KnownFeatures.none()
    return KnownFeatures(rows[sound], embeddings[sound])
