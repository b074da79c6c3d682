"""A model ready for use: files in, calibrated answers out, in order and at full speed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from semgui.domain.errors import UnreadableImageError
from semgui.domain.ids import ClassId, ModelId
from semgui.domain.metadata import ContrastLimits, Databar
from semgui.domain.prediction import PredictionStatus
from semgui.domain.progress import CancelToken
from semgui.imaging.decoders import Decoder, InThisProcess
from semgui.imaging.limits import DecodeLimits
from semgui.inference.engine import Answer, Engine, cores_shared, plan_for
from semgui.inference.pipeline import Finished, run_pipeline
from semgui.inference.prepare import Prepared, Source, prepare
from trainer import novelty
from trainer.calibrate import softmax
from trainer.card import Card

if TYPE_CHECKING:
    from trainer.models import Model


@dataclass(frozen=True, slots=True)
class Classified:
    """One image with its answer, or with the reason why there is none.

    Parameters
    ----------
    source
        The image.
    answer
        What the model says; ``None`` if the image could not be read.
    databar, contrast
        What was found in the file; ``None`` if it could not be read.
    error
        Why it could not be read.
    kept
        True if it was not computed now but kept in a project since an earlier run.
    thumbnail
        JPEG if the source wants one, else empty.
    """

    source: Source
    answer: ClassAnswer | None
    databar: Databar | None
    contrast: ContrastLimits | None
    error: str | None = None
    kept: bool = False
    thumbnail: bytes = b""

    @property
    def status(self) -> PredictionStatus:
        """How far it can be trusted."""
        return PredictionStatus.ERROR if self.answer is None else self.answer.status


@dataclass(frozen=True, slots=True)
class ClassAnswer:
    """A calibrated answer.

    Parameters
    ----------
    predicted
        The class with the largest probability.
    confidence
        Its probability.
    novelty
        0 (like the training images) to 1 (like nothing seen); 0 if the model has no novelty score.
    status
        By the thresholds of the card.
    probabilities
        (C,) float32 in the order of the card.
    logits
        (C,) float32, before the temperature.
    embedding
        (D,) float16, empty if it comes from a table.
    """

    predicted: ClassId
    confidence: float
    novelty: float
    status: PredictionStatus
    probabilities: NDArray[np.float32]
    logits: NDArray[np.float32]
    embedding: NDArray[np.float16]


class Classifier:
    """A model version on a device.

    Parameters
    ----------
    model
        On its device, see `semgui.inference.folding.load_folded`.
    model_id
        Its version.
    faster
        The same model on another engine, with equal logits but without gradients; heatmaps keep to `model`.
    batch_size
        Images in a batch; ``None`` chooses.
    limits
        Beyond which a file is refused.
    notify
        Receives one sentence whenever memory ran out and something smaller is tried.
    decoder
        Where the files are decoded.
    """

    def __init__(
        self,
        model: Model,
        model_id: ModelId,
        *,
        faster: Model | None = None,
        batch_size: int | None = None,
        limits: DecodeLimits | None = None,
        notify: Callable[[str], None] = lambda _: None,
        decoder: Decoder | None = None,
    ) -> None:
        self.model = model
        self.model_id = model_id
        self.decoder = decoder or InThisProcess()
        self.limits = limits or DecodeLimits()
        self.engine = Engine(faster or model, batch_size=batch_size, notify=notify)

    @property
    def card(self) -> Card:
        """Everything about the model except its numbers."""
        return self.model.card

    @property
    def class_ids(self) -> tuple[ClassId, ...]:
        """Ids of the classes in the order of the probabilities."""
        return tuple(ClassId(i) for i in self.card.class_ids)

    def stream(self, sources: Iterable[Source], *, cancel: CancelToken) -> Generator[Classified]:
        """Classify images, decoding ahead of the network; one result each, in order.

        Raises
        ------
        Cancelled
            On request, within a second.
        ModelError
            If the model does not fit into memory.
        """
        plan = plan_for(self.engine)
        with cores_shared(plan) as start_thread:
            yield from run_pipeline(
                sources, self._prepare, self._answer, plan=plan, cancel=cancel, start_thread=start_thread
            )

    def classify(self, source: Source) -> Classified:
        """Classify one image in this thread."""
        prepared = self._prepare(source)
        return prepared.result if isinstance(prepared, Finished) else self._answer([prepared])[0]

    def _prepare(self, source: Source) -> Prepared | Finished[Classified]:
        try:
            return self.decoder.run(source.path, prepare, source, self.card.preprocess, self.limits)
        except UnreadableImageError as error:
            return Finished(Classified(source, None, None, None, error.reason))
        except MemoryError:
            reason = "there is not enough memory to decode it"
            return Finished(Classified(source, None, None, None, reason))

    def _answer(self, batch: Sequence[Prepared]) -> list[Classified]:
        seen = self.engine.forward([prepared.pixels for prepared in batch])
        answers = decide(self.model, seen, [prepared.chroma for prepared in batch])
        return [
            Classified(
                prepared.source,
                answer,
                prepared.databar,
                prepared.contrast,
                thumbnail=prepared.thumbnail,
            )
            for prepared, answer in zip(batch, answers, strict=True)
        ]


def decide(model: Model, answers: Sequence[Answer], chroma: Sequence[float]) -> list[ClassAnswer]:
    """Turn what the network says into calibrated probabilities, novelty and status, by the model's card.

    Parameters
    ----------
    answers
        One for each image.
    chroma
        How colourful each file is: a second, independent witness of what is no SEM image.
    """
    card = model.card
    logits = np.stack([answer.logits for answer in answers])
    embeddings = np.stack([answer.embedding for answer in answers])
    probabilities = softmax(logits, card.temperature).astype(np.float32)
    strange = np.zeros(len(answers), np.float32)
    if card.novelty:
        strange = novelty.score(model.novelty_tensors, embeddings, logits)
    if card.colour is not None:
        foreign = np.array([card.colour.says_foreign(c) for c in chroma], np.float32)
        strange = 1 - (1 - strange) * (1 - foreign)
    best = probabilities.argmax(axis=1)
    return [
        ClassAnswer(
            predicted=ClassId(card.classes[k].id),
            confidence=float(probabilities[i, k]),
            novelty=float(strange[i]),
            status=_status(card, float(probabilities[i, k]), float(strange[i])),
            probabilities=probabilities[i],
            logits=logits[i],
            embedding=embeddings[i].astype(np.float16),
        )
        for i, k in enumerate(best)
    ]


def _status(card: Card, confidence: float, strange: float) -> PredictionStatus:
    knows_strange = card.novelty or card.colour is not None
    if knows_strange and strange > card.thresholds.not_sem_above:
        return PredictionStatus.NOT_SEM
    if confidence < card.thresholds.uncertain_below:
        return PredictionStatus.UNCERTAIN
    return PredictionStatus.OK
