"""The window's `Brain`: a model of the registry, run through the services."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.presets import preset_class
from semgui.catalogue.project import Project
from semgui.catalogue.thumbnails import ThumbnailStore
from semgui.domain.errors import ModelError, UnreadableImageError, UsageError
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.progress import CancelToken, Progress
from semgui.imaging.decoders import Decoder
from semgui.inference.classifier import ClassAnswer, Classifier
from semgui.inference.prepare import Source
from semgui.registry.gallery import Gallery, load_gallery
from semgui.registry.store import usable_model
from semgui.services.classify import classify_images, classify_project, load_classifier
from semgui.services.example_search import Region, Similar, similar_to_region
from semgui.services.explain import Heatmaps
from semgui.services.nearest import nearest_known
from semgui.settings import Settings
from semgui.viewmodels.answer import answer_of
from semgui.viewmodels.brain import ClassifyOutcome, Examined
from semgui.viewmodels.heatmap import Heat, Question
from semgui.viewmodels.picture import Picture
from trainer.card import Card

_NEAREST = 5  # known images shown beside one by itself
_LARGEST_MAP = 1024  # pixels along the longer side; the screen shows no more of a blurred thing


class Network:
    """One model; the network itself is loaded when it is first needed."""

    def __init__(
        self, settings: Settings, folder: Path, model_id: ModelId, card: Card, decoder: Decoder
    ) -> None:
        self._folder = folder
        self.id = model_id
        self.name = card.name
        self.classes = tuple((ClassId(c.id), c.name) for c in card.classes)
        self._settings = settings
        self._decoder = decoder
        self._messages: list[str] = []
        self._loading = threading.Lock()
        self._classifier: Classifier | None = None
        self._heatmaps: Heatmaps | None = None

    def classify_project(
        self, project: Project, progress: Callable[[Progress], None], cancel: CancelToken
    ) -> ClassifyOutcome:
        """See `Brain.classify_project`."""
        self._messages.clear()
        thumbnails = ThumbnailStore()
        try:
            done = classify_project(
                project, self._get_classifier(), progress=progress, cancel=cancel, thumbnails=thumbnails
            )
        finally:
            thumbnails.close()
        return ClassifyOutcome(done, tuple(self._messages))

    def classify_images(self, project: Project, ids: Sequence[ImageId], cancel: CancelToken) -> None:
        """See `Brain.classify_images`."""
        classify_images(project, self._get_classifier(), ids, cancel=cancel)

    def get_ready(self) -> None:
        """See `Brain.get_ready`."""
        self._gallery()
        self._get_heatmaps().explainer.get_ready()

    def examine(self, picture: Picture, project: Project | None) -> Examined:
        """See `Brain.examine`."""
        found = self._answer(picture)
        colours = {c.id: c.colour for i, _ in self.classes if (c := preset_class(i)) is not None}
        answer = answer_of(self.classes, found.probabilities, found.status, found.novelty, colours, self.name)
        known = nearest_known(
            project,
            self._gallery(),
            self.id,
            found.embedding,
            _NEAREST,
            but=picture.path,
            decoder=self._decoder,
        )
        return Examined(answer, tuple(known))

    def like_region(
        self, project: Project, image_id: ImageId, region: Region, among: NDArray[np.int64]
    ) -> Similar:
        """See `Brain.like_region`."""
        return similar_to_region(project, self._get_classifier(), image_id, region, len(among), among)

    def _gallery(self) -> Gallery | None:
        try:
            return load_gallery(self._folder, self.id)
        except ModelError as error:  # the class is still worth showing
            self._messages.append(str(error))
            return None

    def explain(self, picture: Picture, question: Question) -> Heat:
        """See `Brain.explain`."""
        target = question.target or self._answer(picture).predicted
        if question.against == target:
            raise UsageError("this is the predicted class; choose another one to hold against it.")
        if question.against is not None and question.against not in dict(self.classes):
            raise UsageError("the model does not know this class.")
        return self._get_heatmaps().heatmap(
            _source(picture),
            target,
            question.against,
            method=question.method.value,
            scale=min(1.0, _LARGEST_MAP / max(picture.pixels.shape)),
        )

    def _answer(self, picture: Picture) -> ClassAnswer:
        classified = self._get_classifier().classify(_source(picture))
        if classified.answer is None:
            raise UnreadableImageError(picture.path, classified.error or "it could not be read")
        return classified.answer

    def _get_classifier(self) -> Classifier:
        with self._loading:
            if self._classifier is None:
                self._classifier = load_classifier(
                    self._settings.compute.model,
                    device=self._settings.compute.device,
                    cpu_engine=self._settings.compute.cpu_engine,
                    limits=self._settings.limits.for_decoding(),
                    notify=self._messages.append,
                    decoder=self._decoder,
                )
            return self._classifier

    def _get_heatmaps(self) -> Heatmaps:
        classifier = self._get_classifier()
        with self._loading:
            if self._heatmaps is None:
                self._heatmaps = Heatmaps(classifier)
            return self._heatmaps


class NetworkFinder:
    """Finds the model of the settings; the same version is loaded once, and anew for another device or limit.

    Parameters
    ----------
    decoder
        Where files are decoded.
    """

    def __init__(self, settings: Settings, decoder: Decoder) -> None:
        self._settings = settings
        self._decoder = decoder
        self._found: Network | None = None
        self._found_for: object = None

    def __call__(self) -> Network:
        """Return the model.

        Raises
        ------
        UsageError, ModelError
            There is no such model, or it is damaged.
        """
        info = usable_model(self._settings.compute.model)
        if info.id is None or info.card is None:
            raise ModelError(f"{info.folder}: this model cannot be used.")
        compute = self._settings.compute
        wanted = (info.id, compute.device, compute.cpu_engine, self._settings.limits.for_decoding())
        if self._found is None or self._found_for != wanted:
            self._found_for = wanted
            self._found = Network(self._settings, info.folder, info.id, info.card, self._decoder)
        return self._found


def _source(picture: Picture) -> Source:
    return Source(picture.path, picture.root, picture.databar, picture.contrast)
