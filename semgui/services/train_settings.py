"""How to train: presets, a YAML file and single settings, put together and checked."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ValidationError

from semgui.domain.errors import UsageError
from semgui.domain.split import SplitRules
from semgui.jobs.prepare import JobSpec
from trainer.architectures import DEFAULT, NAMED, architecture
from trainer.augment.params import PRESETS, AugmentPreset
from trainer.config import TrainSettings
from trainer.errors import TrainerError


class Preset(StrEnum):
    """Settings that go together."""

    QUICK = "quick"  # a minute
    STANDARD = "standard"
    THOROUGH = "thorough"
    TEXTURES = "textures"  # a few hundred images of textures, of some specimens or sessions


class TrainFile(TrainSettings):
    """What a YAML file of settings may hold.

    Parameters
    ----------
    weights
        ``base``: the architecture's pretrained weights; ``random``: none.
    split
        How images are divided; ``None``: as the project was divided before, else by near-duplicates.
    """

    weights: Literal["base", "random"] = "base"
    split: SplitRules | None = None


_SETTINGS = set(TrainFile.model_fields) - {"weights"}

_PRESETS: dict[Preset, dict[str, Any]] = {
    Preset.QUICK: {"mode": "head"},
    Preset.STANDARD: {"mode": "last:3", "finetune": {"epochs": 20}},
    Preset.THOROUGH: {
        "mode": "all",
        "finetune": {"epochs": 40, "patience": 10, "label_smoothing": 0.05},
        "augment": PRESETS[AugmentPreset.STRONG].model_dump(),
        "head": {"epochs": 60, "patience": 15},
    },
    # What was best on two real sets, with one setting for both (docs/results.md).
    Preset.TEXTURES: {
        "mode": "last:1",
        "stages": 6,
        "input": {"views": [{"edge": 448}], "pooling": "mean_std"},
        "head": {"solver": "lbfgs", "penalty": 2.0},
        "group_weights": "equal",
        "finetune": {
            "epochs": 2,
            "head_last": True,
            "learning_rate": 1e-4,
            "backbone_rate": 1.0,
            "warmup_epochs": 0.5,
            "label_smoothing": 0.1,
            "balance": "sampling",
        },
        "augment": PRESETS[AugmentPreset.LIGHT].model_dump(),
    },
}


def settings_of(job: JobSpec) -> dict[str, Any]:
    """Return the settings of a run that are not the default ones, as `train_settings` takes them."""
    settings = job.model_dump(mode="json", exclude_defaults=True, include=_SETTINGS)
    return settings | ({"weights": "random"} if job.base.kind == "random" else {})


def train_settings(
    preset: str | Mapping[str, Any] | None, file: Path | None, single: Mapping[str, Any]
) -> TrainFile:
    """Put settings together: the file goes before the preset, single settings before both.

    Parameters
    ----------
    preset
        Of `Preset`, or the settings of an earlier run; ``None``: the preset that the file names, if any.
    single
        Nested like the file.

    Raises
    ------
    UsageError
        If the file cannot be read, or something in it is wrong, with its place.
    """
    content = {} if file is None else _read(file)
    in_file = content.pop("preset", None)
    named = in_file if preset is None else preset
    below = named if isinstance(named, Mapping) else _of_preset(named)
    merged = _merged(_merged(below, content), single)
    try:
        settings = TrainFile.model_validate(merged)
        architecture(settings.architecture)
        _check_network(named, settings)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        where = f"{file}: " if file is not None else ""
        given = f", not {first['input']!r}" if first["type"] != "extra_forbidden" else ""
        raise UsageError(f"{where}{place}: {_message(first)}{given}.") from None
    except TrainerError as error:
        raise UsageError(str(error)) from error
    if settings.mode != "head" and "preprocess" not in merged:
        # What training sees is what is stored: pixels that the network never sees only cost time.
        settings = _stored_as_seen(settings)
    return settings


def _of_preset(name: Any) -> Mapping[str, Any]:
    if name is None:
        return {}
    if name not in list(Preset):
        raise UsageError(f"the preset {name!r} is none of {', '.join(Preset)}.")
    return _PRESETS[Preset(name)]


def _check_network(preset: Any, settings: TrainFile) -> None:
    if preset == Preset.TEXTURES and settings.architecture != DEFAULT:
        raise UsageError(
            f"the preset textures says how {DEFAULT} looks at images; "
            f"choose another for {settings.architecture}."
        )


def _stored_as_seen(settings: TrainFile) -> TrainFile:
    if settings.input is not None:
        edge = max(view.edge for view in settings.input.views)
    else:
        kind = NAMED.get(settings.architecture)
        edge = settings.edge or (224 if kind is None else kind.edge)
    return settings.model_copy(update={"preprocess": settings.preprocess.model_copy(update={"edge": edge})})


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read ({error}).") from None
    except yaml.YAMLError as error:
        raise UsageError(f"{file} is no YAML ({' '.join(str(error).split())}).") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise UsageError(f"{file}: settings with names are wanted, as `epochs: 20`.")
    return content


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        before = merged.get(name)
        both = isinstance(before, Mapping) and isinstance(value, Mapping)
        merged[name] = _merged(before, value) if both else value  # type: ignore[arg-type]  # both are
    return merged


def _message(error: Mapping[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return "there is no such setting"
    text = str(error["msg"])
    return text[0].lower() + text[1:]
