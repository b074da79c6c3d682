"""What a run is asked to do: ``config.json`` of the run folder. No torch."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from trainer.architectures import DEFAULT
from trainer.augment.params import AugmentParams
from trainer.card import CardClass, ColourCue, DataSource, HeadSpec, InputSpec, Sha256
from trainer.errors import TrainerError
from trainer.files import write_atomically
from trainer.finetune_config import FineTuning, ResolvedFineTuning
from trainer.novelty import NoveltyParams
from trainer.preprocess import PreprocessParams


class ClassWeights(StrEnum):
    """How much an image of each class counts in the loss."""

    BALANCED = "balanced"  # every class counts the same in sum
    ROOT = "root"  # half way: by the root of its count
    NONE = "none"  # every image counts the same


class GroupWeights(StrEnum):
    """How much an image of each group counts, within its class."""

    EQUAL = "equal"  # every group of a class counts the same in sum
    NONE = "none"  # every image counts the same


class HeadSolver(StrEnum):
    """How the head is fitted."""

    ADAMW = "adamw"  # epochs over the embeddings
    LBFGS = "lbfgs"  # to the optimum of the penalised loss: linear heads on some thousand images


class HeadTraining(BaseModel):
    """How the head is fitted to the embeddings of a frozen backbone.

    Parameters
    ----------
    hidden
        Widths of the hidden layers; empty for a linear head.
    epochs
        Passes over the training images at most.
    patience
        Epochs without a better validation loss before it ends.
    batch_size
        Images a step.
    learning_rate, weight_decay
        Of AdamW, on standardised embeddings.
    dropout
        Share of entries left out at random before every layer in training.
    label_smoothing
        Share of the target given to all classes alike.
    class_weights
        How imbalance is met.
    members
        Heads that differ in their seed, averaged into one; more than one with one hidden layer or none only.
    solver
        See there. `HeadSolver.LBFGS` asks for nothing but `penalty`, `label_smoothing` and `class_weights`.
    penalty
        Of squared weights, for `HeadSolver.LBFGS`; one over scikit-learn's C.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hidden: tuple[int, ...] = ()
    epochs: int = Field(default=20, ge=1)
    patience: int = Field(default=5, ge=1)
    batch_size: int = Field(default=64, ge=1)
    learning_rate: float = Field(default=3e-3, gt=0)
    weight_decay: float = Field(default=0.05, ge=0)
    dropout: float = Field(default=0.0, ge=0, lt=1)
    label_smoothing: float = Field(default=0.0, ge=0, lt=1)
    class_weights: ClassWeights = ClassWeights.BALANCED
    members: int = Field(default=1, ge=1)
    solver: HeadSolver = HeadSolver.ADAMW
    penalty: float = Field(default=10.0, gt=0)

    @model_validator(mode="after")
    def _convex(self) -> HeadTraining:
        if self.solver is HeadSolver.LBFGS and (self.hidden or self.dropout or self.members > 1):
            raise ValueError("lbfgs fits one linear head: no hidden layers, dropout or members")
        return self

    @model_validator(mode="after")
    def _joinable(self) -> HeadTraining:
        if self.members > 1 and len(self.hidden) > 1:
            raise ValueError("members can be averaged into one head with one hidden layer or none only")
        return self

    @property
    def member_spec(self) -> HeadSpec:
        """The head that is trained."""
        return HeadSpec(hidden=self.hidden)

    @property
    def spec(self) -> HeadSpec:
        """The head that the card describes: hidden layers of all members side by side."""
        return HeadSpec(hidden=tuple(width * self.members for width in self.hidden))


class BaseWeights(BaseModel):
    """What the backbone begins with.

    Parameters
    ----------
    kind
        ``embedded``: shipped; ``file``: converted by `trainer.weights`; ``model``: the backbone of a trained
        model; ``random``: nothing learned yet.
    path
        The file, or the folder of the model.
    sha256
        Of the file, or of the model's weights file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["embedded", "file", "model", "random"] = "embedded"
    path: Path | None = None
    sha256: Sha256 | None = None

    @model_validator(mode="after")
    def _complete(self) -> BaseWeights:
        if self.kind in {"file", "model"} and (self.path is None or self.sha256 is None):
            raise ValueError(f"base weights from a {self.kind} need its path and sha256")
        return self


class TrainSettings(BaseModel):
    """How a model is trained, whatever the images are.

    Parameters
    ----------
    mode
        ``head``: a head is trained on the features of the backbone as it is; ``last:N``: its last N stages
        are trained along; ``all``: everything is.
    architecture
        Name in `trainer.architectures`, or of timm.
    stages
        Features are those after so many of its stages, from the input up; what is above is left out, and
        ``last:N`` counts from there. ``None``: all.
    preprocess
        How ``pixels.bin`` is made.
    edge
        Of the network's input in pixels, where `input` does not say; ``None``: the architecture's own.
    input
        How the network looks at the canonical images; ``None``: as the architecture wants it.
    head
        The head, and how it is fitted to features.
    finetune
        How the backbone is trained; without meaning for the mode ``head``.
    augment
        How training images are changed.
    group_weights
        Whether the groups of a class, or its images, count the same.
    novelty
        How the novelty score is fitted.
    promised_accuracy
        Accuracy that accepted predictions shall have on the validation images.
    flagged_share
        Share of validation images that may wrongly come out as "no SEM image".
    seed
        Of everything random.
    device
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    threads
        CPU threads; ``None`` leaves torch's choice.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: str = Field(default="head", pattern=r"^(head|all|last:[1-9][0-9]*)$")
    architecture: str = DEFAULT
    stages: int | None = Field(default=None, ge=1)
    preprocess: PreprocessParams = PreprocessParams()
    edge: int | None = Field(default=None, ge=32, le=2048)
    input: InputSpec | None = None
    head: HeadTraining = HeadTraining()
    finetune: FineTuning = FineTuning()
    augment: AugmentParams = AugmentParams()
    group_weights: GroupWeights = GroupWeights.NONE
    novelty: NoveltyParams = NoveltyParams()
    promised_accuracy: float = Field(default=0.95, gt=0, le=1)
    flagged_share: float = Field(default=0.02, gt=0, lt=1)
    seed: int = 0
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    threads: int | None = Field(default=None, ge=1)

    @property
    def trained_stages(self) -> int | None:
        """How many stages of the backbone are trained, from the last; ``None``: all."""
        if self.mode == "all":
            return None
        return 0 if self.mode == "head" else int(self.mode.removeprefix("last:"))


class RunConfig(TrainSettings):
    """Everything a run needs to know besides its manifest and pixels; nothing is left open.

    Parameters
    ----------
    name
        Of the model that it makes.
    classes
        In the order of the logits.
    base
        What the backbone begins with.
    colour
        How the colour of a file adds to the novelty score; ``None``: not at all.
    sources
        What the training images are, for the card.
    summary
        Sentence for the card; made from the figures when empty.
    test_images
        In plain words, what the test images are; for the card.
    """

    schema_version: Literal[1] = 1
    name: str = Field(min_length=1)
    classes: tuple[CardClass, ...] = Field(min_length=2)
    base: BaseWeights = BaseWeights()
    input: InputSpec = InputSpec()
    finetune: ResolvedFineTuning = ResolvedFineTuning()
    colour: ColourCue | None = None
    sources: tuple[DataSource, ...] = ()
    summary: str = ""
    test_images: str = "Images kept apart from training and calibration, whole groups at a time."


def save_config(config: RunConfig, path: Path) -> None:
    """Write ``config.json``, whole or not at all."""
    write_atomically(path, (config.model_dump_json(indent=2) + "\n").encode())


def load_config(path: Path) -> RunConfig:
    """Read ``config.json``; a `TrainerError` says what is wrong with it."""
    try:
        return RunConfig.model_validate_json(path.read_bytes())
    except OSError as error:
        raise TrainerError(f"{path} cannot be read ({error.strerror}); is this a run folder?") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise TrainerError(f"{path} is not a valid configuration ({place}: {first['msg']}).") from None
