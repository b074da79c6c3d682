"""Where models lie and which one a name means: bundled ones, the user's own, and plain folders."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from semgui import paths
from semgui.domain.errors import ModelError, SemguiError, UsageError
from semgui.domain.ids import ModelId
from trainer.card import CARD_FILE, WEIGHTS_FILE, Card, load_card
from trainer.errors import TrainerError
from trainer.files import sha256_of

DEFAULT_MODEL = "nffa10-starter"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One model folder, usable or not.

    Parameters
    ----------
    name
        What the user writes after ``--model``: the name of the folder.
    folder
        Where it lies.
    bundled
        True if it was shipped with the program.
    id
        Version of the model; ``None`` if it is damaged.
    card
        Its card; ``None`` if that cannot be read.
    problem
        Why it cannot be used, as one sentence; ``None`` if it can.
    """

    name: str
    folder: Path
    bundled: bool
    id: ModelId | None
    card: Card | None
    problem: str | None


def bundled_models() -> Path:
    """Folder of the models that are shipped."""
    return paths.resources_dir() / "models"


def user_models() -> Path:
    """Folder of the models that the user trained or added; it may not exist yet."""
    return paths.data_dir() / "models"


def model_id(folder: Path, card: Card) -> ModelId:
    """Name the version of a model by its content.

    Parameters
    ----------
    folder
        The model folder.
    card
        Its card, which carries the SHA-256 of the weights.

    Returns
    -------
    ``NAME@XXXXXXXX``: the card's name and eight digits of the hash of the card file, which covers the weights
    by their own hash.
    """
    digest = hashlib.sha256((folder / CARD_FILE).read_bytes()).hexdigest()
    return ModelId(f"{card.name}@{digest[:8]}")


def inspect_model(folder: Path) -> ModelInfo:
    """Look at one model folder without loading the network; never raises for a damaged one.

    The weights are read through once for their hash.
    """
    bundled = folder.parent == bundled_models()
    try:
        card = load_card(folder)
    except TrainerError as error:
        return ModelInfo(folder.name, folder, bundled, None, None, str(error))
    weights = folder / WEIGHTS_FILE
    try:
        intact = sha256_of(weights) == card.weights_sha256
    except OSError as error:
        problem = f"{weights} cannot be read ({error.strerror}); install the model again."
        return ModelInfo(folder.name, folder, bundled, None, card, problem)
    if not intact:
        problem = f"{weights} is damaged (its SHA-256 is not the card's); install the model again."
        return ModelInfo(folder.name, folder, bundled, None, card, problem)
    return ModelInfo(folder.name, folder, bundled, model_id(folder, card), card, None)


def list_models() -> list[ModelInfo]:
    """Return every model that can be named, the user's own before bundled ones, each by name.

    A damaged folder is listed with its problem. A user's model hides a bundled one of the same name.
    """
    found: dict[str, ModelInfo] = {}
    for folder in (folder for place in _places() for folder in _model_folders(place)):
        if folder.name not in found:
            found[folder.name] = inspect_model(folder)
    return list(found.values())


def find_model(name_or_path: str = DEFAULT_MODEL) -> Path:
    """Return the folder of a model.

    Parameters
    ----------
    name_or_path
        A name as `list_models` gives it, or the path of a model folder.

    Raises
    ------
    UsageError
        If there is no such model; the sentence names those there are.
    """
    for place in _places():
        if name_or_path in (folder.name for folder in _model_folders(place)):
            return place / name_or_path
    folder = Path(os.path.expanduser(name_or_path))  # noqa: PTH111  unlike Path's, it leaves an unknown user alone
    if (folder / CARD_FILE).is_file():
        return folder.resolve()
    if folder.is_dir():
        raise UsageError(f"{name_or_path} is no model folder: it has no {CARD_FILE}.")
    names = sorted({f.name for place in _places() for f in _model_folders(place)})
    known = f"there are {', '.join(names)}" if names else "none is installed"
    raise UsageError(f"there is no model {name_or_path!r}; {known}; see `semgui models list`.")


def usable_model(name_or_path: str = DEFAULT_MODEL) -> ModelInfo:
    """Return a model that is there and intact.

    Raises
    ------
    UsageError
        If there is no such model.
    ModelError
        If it is damaged.
    """
    info = inspect_model(find_model(name_or_path))
    if info.problem is not None:
        raise ModelError(info.problem)
    return info


def _places() -> tuple[Path, ...]:
    try:
        return user_models(), bundled_models()
    except SemguiError:  # no folder of the user's own can be made: the bundled models still serve
        return (bundled_models(),)


def _model_folders(place: Path) -> Iterator[Path]:
    # One of the two files is enough: a model that lost the other is listed as damaged, not silently missing.
    if place.is_dir():
        for folder in sorted(place.iterdir()):
            if folder.name.startswith("."):  # a model that is just being put in, or whose way in broke off
                continue
            if (folder / CARD_FILE).is_file() or (folder / WEIGHTS_FILE).is_file():
                yield folder
