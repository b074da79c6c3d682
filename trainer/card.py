"""The card of a model: all that must be known to use it, and what it was made of. No torch."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from trainer.errors import TrainerError
from trainer.figures import Measurement
from trainer.files import write_atomically
from trainer.preprocess import PREPROCESS_VERSION, PreprocessParams

CARD_FILE = "card.json"
WEIGHTS_FILE = "weights.safetensors"
CARD_SCHEMA = 1

Probability = Annotated[float, Field(ge=0, le=1)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CardClass(_Part):
    """A class the model knows; `id` never changes, `name` is what people read."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)


class View(_Part):
    """One way the network looks at the canonical image: a grid of square windows, each resized to `edge`.

    Parameters
    ----------
    edge
        Edge of the network's input in pixels.
    grid
        Windows along each axis, evenly spaced: 1 looks at the whole, 2 at four windows.
    window
        Edge of a window as a fraction of the canonical edge.
    """

    edge: int = Field(default=224, ge=32, le=2048)
    grid: int = Field(default=1, ge=1, le=8)
    window: float = Field(default=1.0, gt=0, le=1)

    @model_validator(mode="after")
    def _covers_everything(self) -> View:
        if self.grid * self.window < 1 - 1e-6 and self.grid > 1:
            raise ValueError(f"{self.grid} windows of {self.window} leave gaps between them")
        return self


class Combine(StrEnum):
    """How the embeddings of several views become one."""

    MEAN = "mean"
    CONCAT = "concat"


class Pooling(StrEnum):
    """How the last feature map becomes an embedding."""

    MEAN = "mean"  # average over the area: how much of a thing there is
    MEAN_MAX = "mean_max"  # average and maximum, one after the other: also whether it is anywhere at all
    MEAN_STD = "mean_std"  # average and standard deviation: also whether it is the same everywhere


class InputSpec(_Part):
    """From the canonical image to the network.

    Parameters
    ----------
    mean, std
        Of the network's input, for grey values in [0, 1]; the one grey channel is repeated.
    views
        Ways of looking; windows within a view are averaged.
    combine
        How the views' embeddings become one.
    pooling
        How the feature map of a window becomes an embedding.
    """

    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    std: tuple[float, float, float] = (0.5, 0.5, 0.5)
    views: tuple[View, ...] = Field(default=(View(),), min_length=1)
    combine: Combine = Combine.MEAN
    pooling: Pooling = Pooling.MEAN


class Backbone(_Part):
    """The network below the head.

    Parameters
    ----------
    architecture
        Name in `trainer.architectures`, or of timm.
    sha256
        Of the weights it began with; ``None``: random ones.
    frozen
        True: used as embedded, and not stored again. False: its own tensors are in the weights file.
    stages
        How many of the network's stages it has, from the input up; ``None``: all.
    """

    architecture: str
    sha256: Sha256 | None
    frozen: bool = True
    stages: int | None = Field(default=None, ge=1)


class HeadSpec(_Part):
    """Dense layers from embedding to logits: widths of the hidden layers, empty for a linear head."""

    hidden: tuple[int, ...] = ()


class ColourCue(_Part):
    """What the colour of a file says about where it comes from: detectors of electrons see grey.

    Parameters
    ----------
    grey_up_to
        Mean chroma up to which a picture says nothing (tints, coloured lettering).
    coloured_from
        Mean chroma from which on it is surely foreign.
    """

    grey_up_to: Probability
    coloured_from: Probability

    @model_validator(mode="after")
    def _rising(self) -> ColourCue:
        if self.grey_up_to >= self.coloured_from:
            raise ValueError("grey_up_to must be less than coloured_from")
        return self

    def says_foreign(self, chroma: float) -> float:
        """Return 0 for a grey picture to 1 for a coloured one, linear between the two."""
        share = (chroma - self.grey_up_to) / (self.coloured_from - self.grey_up_to)
        return min(max(share, 0.0), 1.0)


class Thresholds(_Part):
    """From which values on a prediction is not simply OK.

    Parameters
    ----------
    uncertain_below
        Calibrated confidence under which a prediction is called uncertain.
    not_sem_above
        Novelty over which an image is called no SEM image.
    promise
        In plain words, what the thresholds promise and how that was measured.
    """

    uncertain_below: Probability = 0.5
    not_sem_above: Probability = 0.95
    promise: str = "Not chosen on data: defaults."


class DataSource(_Part):
    """A set of images the model learned from, with its attribution."""

    name: str
    images: int = Field(ge=0)
    licence: str
    citation: str
    url: str = ""


class Provenance(_Part):
    """What the model was made of, and all that it takes to make it again.

    Parameters
    ----------
    manifest_sha256, config_sha256
        Of the run's files.
    parent_sha256
        Of the weights that it began with.
    packages
        Versions of what made it.
    machine
        System, processor, device and threads: what decides the last bits of a result.
    settings
        ``config.json`` of the run, without what the card says elsewhere.
    job
        What the run was prepared from, without paths: kind and name of the data, and how it was divided.
        Which files these were says ``training.json``.
    """

    run: str = ""
    created: str = ""
    manifest_sha256: str = ""
    config_sha256: str = ""
    seed: int = 0
    parent_sha256: str = ""
    packages: dict[str, str] = Field(default_factory=dict)
    machine: str = ""
    settings: dict[str, Any] = Field(default_factory=dict)
    job: dict[str, Any] = Field(default_factory=dict)
    sources: tuple[DataSource, ...] = ()


class Card(_Part):
    """Everything about a model except its numbers.

    Parameters
    ----------
    schema_version
        Of this file.
    name
        Of the model.
    summary
        How good it is and for what, in plain words, for a user to read.
    classes
        In the order of the logits.
    temperature
        Logits are divided by it before the softmax (Guo et al. 2017).
    weights_sha256
        Of the weights file beside the card.
    novelty
        Whether the weights file holds the tensors of the novelty score.
    colour
        How colour adds to that score; ``None``: not at all.
    """

    schema_version: Literal[1] = 1
    name: str = Field(min_length=1)
    summary: str = ""
    classes: tuple[CardClass, ...] = Field(min_length=2)
    preprocess: PreprocessParams
    input: InputSpec = InputSpec()
    backbone: Backbone
    head: HeadSpec = HeadSpec()
    temperature: float = Field(default=1.0, gt=0)
    thresholds: Thresholds = Thresholds()
    novelty: bool = False
    colour: ColourCue | None = None
    measurements: tuple[Measurement, ...] = ()
    provenance: Provenance = Provenance()
    weights_sha256: Sha256

    @model_validator(mode="after")
    def _classes_differ(self) -> Card:
        if len({c.id for c in self.classes}) != len(self.classes):
            raise ValueError("two classes have the same id")
        return self

    @property
    def class_ids(self) -> tuple[str, ...]:
        """Ids of the classes in the order of the logits."""
        return tuple(c.id for c in self.classes)


def save_card(card: Card, folder: Path) -> None:
    """Write ``card.json`` into `folder`, whole or not at all."""
    write_atomically(folder / CARD_FILE, (card.model_dump_json(indent=2) + "\n").encode())


def load_card(folder: Path) -> Card:
    """Read ``card.json`` of a model folder.

    Raises
    ------
    TrainerError
        If it is missing, damaged, or of a version that this program does not know.
    """
    path = folder / CARD_FILE
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise TrainerError(f"{folder} is no model folder: it has no {CARD_FILE}.") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise TrainerError(f"{path} cannot be read ({error}); install the model again.") from None
    version = content.get("schema_version") if isinstance(content, dict) else None
    if version != CARD_SCHEMA:
        raise TrainerError(
            f"{path} has schema version {version}, this program knows {CARD_SCHEMA}; "
            "use the SEMGui version that made the model, or train it again."
        )
    try:
        card = Card.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise TrainerError(
            f"{path} is not a valid card ({place}: {first['msg']}); install the model again."
        ) from None
    if card.preprocess.version != PREPROCESS_VERSION:
        raise TrainerError(
            f"{folder.name} was trained with version {card.preprocess.version} of the preprocessing and this "
            f"program has version {PREPROCESS_VERSION}: its answers would be wrong; train it again."
        )
    return card
