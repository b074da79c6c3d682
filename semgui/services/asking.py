"""Have a model judge the labelled images of a project, which is all that its confusions need."""

from __future__ import annotations

import numpy as np

from semgui.catalogue.images import ImageStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery, LabelState
from semgui.catalogue.records import chunks
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageStatus
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.inference.classifier import Classifier
from semgui.services.classify import classify_images
from semgui.services.rate import RateMeter

_AT_ONCE = 64


def ask_about_labelled(
    project: Project,
    classifier: Classifier,
    *,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> int:
    """Classify the labelled images that a model has not seen as they are now; return how many.

    Raises
    ------
    Cancelled
        On request, within a second; what was finished is kept.
    """
    store = PredictionStore(project)
    store.begin(classifier.model_id, classifier.class_ids)
    query = ImageQuery(label_state=LabelState.LABELLED, status=ImageStatus.OK)
    missing = np.intersect1d(ImageStore(project).ids(query), store.missing(classifier.model_id))
    ids = [ImageId(i) for i in missing.tolist()]
    rate, done = RateMeter(), 0
    for some in chunks(ids, _AT_ONCE):
        classify_images(project, classifier, some, cancel=cancel)
        done += len(some)
        progress(Progress("classifying", done, len(ids), rate.update(done)))
    return done
