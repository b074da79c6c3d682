"""A closer look: more pixels and several depths of a network find more wrong labels."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery
from semgui.catalogue.records import chunks, raw_rows
from semgui.catalogue.tables import images
from semgui.domain.errors import UsageError
from semgui.domain.ids import ImageId, ModelId
from semgui.domain.image import ImageStatus
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.imaging.decoders import Decoder
from semgui.imaging.limits import DecodeLimits
from semgui.inference.classifier import Classifier
from semgui.registry.store import list_models
from semgui.services.classify import load_classifier, source_of
from semgui.services.groups import newest_model
from semgui.services.rate import RateMeter
from trainer.card import Combine

if TYPE_CHECKING:
    from trainer.models import Model

PIXELS = 448
"""Edge of what the network looks at."""

_KEPT_AT_ONCE = 64
_TRIED = 16  # images that tell how long the others will take

Ids = NDArray[np.int64]


class Look(StrEnum):
    """Which embeddings labels are judged by."""

    MODEL = "model"  # those that the model judges by itself: there at once
    CLOSER = "closer"  # those of `PIXELS` at several depths, which `CloserLook` makes


@dataclass(frozen=True, slots=True)
class Cost:
    """What a closer look at the rest of a project takes.

    Parameters
    ----------
    images
        That were not looked at yet.
    seconds
        By the pace of those that were just looked at; 0 if there is nothing to do.
    """

    images: int
    seconds: float


class CloserLook:
    """Lets the network of a model look at the images of a project with `PIXELS`, and keeps what it sees.

    Parameters
    ----------
    model_id
        The model; ``None``: the one that was added last.
    device, limits, decoder
        As for `semgui.services.classify.load_classifier`.

    Raises
    ------
    UsageError
        If no model has looked at the images yet.
    """

    def __init__(
        self,
        project: Project,
        model_id: ModelId | None = None,
        *,
        device: str = "auto",
        limits: DecodeLimits | None = None,
        decoder: Decoder | None = None,
    ) -> None:
        self._project = project
        self._model_id = model_id or newest_model(project)
        self._device = device
        self._limits = limits
        self._decoder = decoder
        self._classifier: Classifier | None = None

    def missing(self) -> Ids:
        """Return the images that were not looked at as they are now, in the order of their paths."""
        ids = ImageStore(self._project).ids(ImageQuery(status=ImageStatus.OK))
        return ids[~seen_closer(self._project, self._model_id, ids)]

    def cost(self, cancel: CancelToken | None = None) -> Cost:
        """Look at a few images, keep what is seen, and say how long the others will take.

        Raises
        ------
        UsageError
            If the model is not on this machine.
        Cancelled
            On request.
        """
        cancel = cancel or CancelToken()
        missing = self.missing()
        if not len(missing):
            return Cost(0, 0.0)
        self._look(missing[:1], cancel)  # the first waits for the network to be loaded
        start = time.perf_counter()
        tried = missing[1 : 1 + _TRIED]
        self._look(tried, cancel)
        left = len(missing) - 1 - len(tried)
        return Cost(left, (time.perf_counter() - start) / max(len(tried), 1) * left)

    def run(self, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None) -> int:
        """Look at every image that is missing.

        Returns
        -------
        int
            How many were looked at.

        Raises
        ------
        UsageError
            If the model is not on this machine.
        Cancelled
            On request; what was finished is kept, and the next call goes on from there.
        """
        cancel = cancel or CancelToken()
        missing = self.missing()
        rate, done = RateMeter(), 0
        progress(Progress("looking closer", 0, len(missing)))
        for some in chunks(missing.tolist(), _KEPT_AT_ONCE):
            self._look(np.array(some, np.int64), cancel)
            done += len(some)
            progress(Progress("looking closer", done, len(missing), rate.update(done)))
        return done

    def _look(self, ids: Ids, cancel: CancelToken) -> None:
        if not len(ids):
            return
        from semgui.inference.depths import DepthNetwork  # PyTorch takes seconds to import

        if self._classifier is None:
            self._classifier = self._load()
        classifier, network = self._classifier, self._classifier.model.network
        assert isinstance(network, DepthNetwork)
        records = ImageStore(self._project).get_many([ImageId(i) for i in ids.tolist()])
        seen = []
        with closing(classifier.stream([source_of(r) for r in records], cancel=cancel)) as results:
            for record, result in zip(records, results, strict=True):
                if result.answer is not None:
                    seen.append((record.id, (record.version, *network.widths), result.answer.embedding))
        if seen:
            rows, notes, embeddings = zip(*seen, strict=True)
            ArrayStore(self._project, kept_as(self._model_id)).put(
                np.array(rows, np.int64), np.array(notes, np.float32), np.stack(embeddings)
            )

    def _load(self) -> Classifier:
        folder = next((m.folder for m in list_models() if m.id == self._model_id), None)
        if folder is None:
            raise UsageError(
                f"{self._model_id} is not on this machine and cannot look closer; import it first."
            )
        loaded = load_classifier(str(folder), device=self._device, limits=self._limits, decoder=self._decoder)
        return Classifier(
            _closer(loaded.model), kept_as(self._model_id), limits=loaded.limits, decoder=loaded.decoder
        )


def seen_closer(project: Project, model_id: ModelId, ids: Ids) -> NDArray[np.bool_]:
    """Return which images had a closer look as they are now, (N,)."""
    notes = ArrayStore(project, kept_as(model_id)).get_probs(ids)
    if notes.shape[1] == 0:
        return np.zeros(len(ids), np.bool_)
    return np.asarray(notes[:, 0] == _versions(project, ids))


def closer_features(project: Project, model_id: ModelId, ids: Ids) -> tuple[NDArray[np.float16], ...]:
    """Return what a closer look sees at each depth, the last one last.

    Returns
    -------
    tuple of (N, D) float16
        NaN where the file as it is had no such look; empty where no image had any.
    """
    store = ArrayStore(project, kept_as(model_id))
    embeddings = store.get_embeddings(ids)
    if embeddings.shape[1] == 0:
        return ()
    # In the place of probabilities stand the version of the file that was looked at, and the widths.
    notes = store.get_probs(ids)
    seen = notes[:, 0] == _versions(project, ids)
    embeddings[~seen] = np.nan
    if not seen.any():
        return ()
    widths = notes[seen][0, 1:].astype(np.int64)
    return tuple(np.split(embeddings, np.cumsum(widths)[:-1], axis=1))


def kept_as(model_id: ModelId) -> ModelId:
    """Return the name under which `semgui.catalogue.arrays.ArrayStore` has what a closer look saw."""
    return ModelId(f"{model_id} at {PIXELS} and four depths")


def _closer(model: Model) -> Model:
    """Return the same network with views of `PIXELS` and all its depths; it answers nothing."""
    from semgui.inference.depths import DepthNetwork
    from trainer.backbones import FeatureNetwork
    from trainer.models import Model

    views = tuple(view.model_copy(update={"edge": PIXELS}) for view in model.card.input.views)
    edge = round(PIXELS / min(view.window for view in views))
    card = model.card.model_copy(
        update={
            "preprocess": model.card.preprocess.model_copy(update={"edge": edge}),
            "input": model.card.input.model_copy(update={"views": views, "combine": Combine.MEAN}),
            "novelty": False,
        }
    )
    backbone = model.network.backbone
    assert isinstance(backbone, FeatureNetwork)  # as it was loaded
    return Model(card, DepthNetwork(backbone, card.input), {}, model.device)


def _versions(project: Project, ids: Ids) -> NDArray[np.float32]:
    with project.read() as connection:
        query = sa.select(images.c.id, images.c.version)
        version_of = {row[0]: row[1] for rows in raw_rows(connection.execute(query)) for row in rows}
    return np.array([version_of.get(i, -1) for i in ids.tolist()], np.float32)
