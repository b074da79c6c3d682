"""How a backbone is trained along with its head. No torch."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, lt=1)]

_FEW = 500  # training images below which batches are small
_STEPS_WORTH_AVERAGING = 200


class Optimizer(StrEnum):
    """How weights are changed."""

    ADAM = "adam"
    ADAMW = "adamw"
    SGD = "sgd"  # with Nesterov momentum


class Schedule(StrEnum):
    """How learning rates fall after the warm-up."""

    COSINE = "cosine"  # to nothing at the last epoch
    STEP = "step"  # by `decay_factor` every `decay_epochs`
    PLATEAU = "plateau"  # by `decay_factor` after `decay_epochs` without a better validation loss
    CONSTANT = "constant"


class Balance(StrEnum):
    """How imbalance between classes is met."""

    WEIGHTS = "weights"  # rare classes count more in the loss
    ROOT = "root"  # half way: by the root of their count
    SAMPLING = "sampling"  # images are drawn so that every class comes equally often
    NONE = "none"


class BatchNorm(StrEnum):
    """What becomes of batch normalisation in the backbone."""

    FROZEN = "frozen"  # statistics and factors stay those of the base weights
    TRAINED = "trained"


class Precision(StrEnum):
    """Numbers that the network is computed with in training."""

    AUTO = "auto"  # bfloat16 where the graphics card has it, else full
    FULL = "full"
    BFLOAT16 = "bfloat16"


class FineTuning(BaseModel):
    """How the backbone is trained.

    What is ``None`` is chosen by the size of the training set when the run is prepared; ``config.json`` of
    the run then says what was chosen.

    Parameters
    ----------
    epochs
        Passes over the training images at most.
    patience
        Epochs without a better validation loss before it ends.
    head_first
        Begin with a head that was fitted to the base weights' features: a random head would first spoil what
        the backbone knows (Kumar et al. 2022).
    head_last
        End with a head that is fitted anew to the features of the trained backbone: where these have moved, a
        head that a few small steps took along does not quite follow.
    batch_size
        Images a step.
    micro_batch
        Images held at a time, gradients accumulated; ``None``: the whole batch.
    optimizer, schedule
        See there.
    learning_rate
        Of the head.
    backbone_rate
        Of the backbone's last stage, as a share of the head's.
    layer_decay
        Each stage below learns this much slower than the one above.
    warmup_epochs
        Over which the rates rise from nothing.
    decay_factor, decay_epochs
        Of `Schedule.STEP` and `Schedule.PLATEAU`.
    weight_decay, momentum
        Of the optimizer; biases and norms do not decay. Momentum of `Optimizer.SGD` only.
    dropout
        Share of entries left out at random before every layer of the head.
    label_smoothing
        Share of the target given to all classes alike.
    mixup
        Alpha of the Beta distribution that pairs of images are mixed by (Zhang et al. 2018); 0: not at all.
    balance
        See there.
    ema
        Weights are averaged over steps with this decay, and the average is the model; 0: not averaged.
    clip
        Largest norm of a gradient; 0: not clipped.
    batch_norm, precision
        See there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = Field(default=20, ge=1)
    patience: int = Field(default=6, ge=1)
    head_first: bool | None = None
    head_last: bool = False
    batch_size: int | None = Field(default=None, ge=1)
    micro_batch: int | None = Field(default=None, ge=1)
    optimizer: Optimizer = Optimizer.ADAMW
    learning_rate: float | None = Field(default=None, gt=0)
    backbone_rate: float | None = Field(default=None, gt=0, le=1)
    layer_decay: float = Field(default=0.75, gt=0, le=1)
    schedule: Schedule = Schedule.COSINE
    warmup_epochs: float = Field(default=1.0, ge=0)
    decay_factor: float = Field(default=0.3, gt=0, lt=1)
    decay_epochs: int = Field(default=5, ge=1)
    weight_decay: float = Field(default=0.02, ge=0)
    momentum: Share = 0.9
    dropout: Share = 0.0
    label_smoothing: Share = 0.0
    mixup: float = Field(default=0.0, ge=0)
    balance: Balance = Balance.WEIGHTS
    ema: Share | None = None
    clip: float = Field(default=1.0, ge=0)
    batch_norm: BatchNorm | None = None
    precision: Precision = Precision.AUTO


class ResolvedFineTuning(FineTuning):
    """The same with nothing left open: what the trainer works by."""

    head_first: bool = True
    batch_size: int = Field(default=16, ge=1)
    learning_rate: float = Field(default=1e-3, gt=0)
    backbone_rate: float = Field(default=0.2, gt=0, le=1)
    ema: Share = 0.0
    batch_norm: BatchNorm = BatchNorm.FROZEN


def resolved(params: FineTuning, images: int, *, pretrained: bool) -> ResolvedFineTuning:
    """Choose what was left open.

    Parameters
    ----------
    images
        Number of training images.
    pretrained
        Whether it begins with weights that know something; from random ones everything must learn alike.
    """
    batch = params.batch_size or (16 if images < _FEW else 32)
    sgd = params.optimizer is Optimizer.SGD
    chosen = {
        "head_first": pretrained,
        "batch_size": batch,
        "learning_rate": 1e-2 if sgd else 1e-3,
        "backbone_rate": 0.2 if pretrained else 1.0,
        "ema": 0.99 if params.epochs * images / batch > _STEPS_WORTH_AVERAGING else 0.0,
        "batch_norm": BatchNorm.FROZEN if pretrained else BatchNorm.TRAINED,
    }
    given = {name: value for name, value in params.model_dump().items() if value is not None}
    if not pretrained and "layer_decay" not in params.model_fields_set:
        chosen["layer_decay"] = 1.0
        given.pop("layer_decay", None)
    return ResolvedFineTuning.model_validate(chosen | given)
