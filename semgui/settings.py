"""What the user chose, kept between starts; a bad file never blocks a start."""

from __future__ import annotations

import contextlib
import copy
import functools
import getpass
import json
import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, field_validator

from semgui import paths
from semgui.domain.errors import SemguiError, UsageError
from semgui.imaging.limits import DecodeLimits


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # a user without an entry, as in some containers
        return "unknown"


class _Section(BaseModel):
    model_config = ConfigDict(extra="ignore", validate_assignment=True)


class LimitSettings(_Section):
    """Bounds on what a file may ask for."""

    max_pixels: int = Field(default=400_000_000, gt=0, description="width × height × samples of one image")
    max_decoded_bytes: int = Field(default=1 << 30, gt=0, description="decoded bytes over all threads")

    def for_decoding(self) -> DecodeLimits:
        """Return them as the readers take them."""
        return DecodeLimits(self.max_pixels, self.max_decoded_bytes)


class ComputeSettings(_Section):
    """How the network is run."""

    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    cpu_engine: Literal["torch", "onnxruntime"] = Field(
        default="torch", description="onnxruntime is faster on a CPU and needs the extra `onnx`"
    )
    model: str = Field(default="nffa10-starter", description="model used when none is named")


class GallerySettings(_Section):
    """The grid of thumbnails."""

    side: int = Field(default=128, ge=64, le=320, description="edge of a thumbnail in pixels")
    captions: list[str] = Field(default=["class", "name"], description="lines under a thumbnail")
    arrangement: str = Field(default="{}", description="order and groups, as the window writes them")


class WindowSettings(_Section):
    """How the window looks and behaves."""

    theme: Literal["system", "dark", "light"] = "system"
    advance: Literal["stay", "next", "unlabelled"] = Field(
        default="next", description="where to go after labelling one image"
    )
    pace: bool = Field(default=True, description="show how fast labelling goes")
    heatmap_opacity: float = Field(default=0.45, ge=0, le=1)
    keep_view: bool = Field(default=True, description="zoom and place stay from image to image")
    language: str = Field(default="system", description="language of the window, as de or pt_BR")
    gallery: GallerySettings = Field(default_factory=GallerySettings)
    recent_projects: list[str] = Field(default_factory=list)
    recent_counts: dict[str, int] = Field(default_factory=dict, description="images of those projects")
    shortcuts: dict[str, list[str]] = Field(default_factory=dict, description="keys chosen, by action")
    layout: dict[str, str] = Field(default_factory=dict, description="places of the window's parts")


class LiveSettings(_Section):
    """The watched folders."""

    projects: list[str] = Field(default_factory=list, description="projects whose folders are watched")
    follow: bool = Field(default=True, description="the picture jumps to the newest image")


class WeightsSettings(_Section):
    """Pretrained weights of networks."""

    base_url: str = Field(default="", description="folder on the web to fetch weights from; empty: authors'")


class Settings(_Section):
    """All settings, with their defaults."""

    version: int = 1
    annotator: str = Field(
        default_factory=_login_name, description="name written beside each label; empty: the login name"
    )
    new_project: Literal["model", "empty"] = Field(
        default="model", description="classes that a new project begins with: the model's, or none"
    )
    limits: LimitSettings = Field(default_factory=LimitSettings)
    compute: ComputeSettings = Field(default_factory=ComputeSettings)
    window: WindowSettings = Field(default_factory=WindowSettings)
    live: LiveSettings = Field(default_factory=LiveSettings)
    weights: WeightsSettings = Field(default_factory=WeightsSettings)
    # What the file held when they were read or last written, by dotted name; none if they are not of it.
    _in_file: dict[str, object] | None = PrivateAttr(default=None)

    @field_validator("annotator")
    @classmethod
    def _shown_name(cls, name: str) -> str:
        words = " ".join(name.split())
        return "".join(letter for letter in words if letter.isprintable()) or _login_name()

    def note_as_kept(self) -> None:
        """Take these for what the file holds."""
        self._in_file = copy.deepcopy(flat(self))

    def onto(self, now: Settings) -> Settings:
        """Return what the file is to hold: what it holds now, with what was changed here.

        Parameters
        ----------
        now
            Just read; changed.
        """
        if self._in_file is None:
            return self
        for dotted, value in flat(self).items():
            if value != self._in_file[dotted]:
                *sections, name = dotted.split(".")
                setattr(functools.reduce(getattr, sections, now), name, value)
        return now


def settings_file() -> Path:
    """Path of the settings; the file may not exist yet."""
    return paths.config_dir() / "settings.json"


def load_settings() -> Settings:
    """Read the settings; a file that cannot be used is set aside as ``settings.bad.json``."""
    try:
        file = settings_file()
    except SemguiError:  # nowhere to keep any: the defaults still serve
        return Settings()
    settings = _read(file) or Settings()
    settings.note_as_kept()
    return settings


def _read(file: Path) -> Settings | None:
    try:
        return Settings.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except (ValidationError, OSError):
        with_problem = file.with_suffix(".bad.json")
        with contextlib.suppress(OSError):  # a read-only folder: the defaults still serve
            file.replace(with_problem)
        return None


def save_settings(settings: Settings) -> None:
    """Write the settings so that a crash leaves either the old file or the new one.

    What others have written since these were read stays, except for what was changed here: another window
    may be open, or somebody sets a value on the command line.

    Raises
    ------
    OSError
        If they cannot be written; it names the file of the settings.
    """
    file = settings_file()
    temporary = file.with_name(f".{file.name}.{os.getpid()}.part")
    now = _read(file)
    text = (settings if now is None else settings.onto(now)).model_dump_json(indent=2)
    try:
        with temporary.open("w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        temporary.replace(file)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    settings.note_as_kept()


def set_value(settings: Settings, dotted: str, text: str) -> None:
    """Set one value by its dotted name from text (``limits.max_pixels``, ``900000000``).

    Raises
    ------
    UsageError
        If there is no such setting, or the text is no value for it.
    """
    *sections, name = dotted.split(".")
    target: BaseModel = settings
    for section in sections:
        inner = getattr(target, section, None)
        if not isinstance(inner, BaseModel):
            raise UsageError(f"there is no setting {dotted!r}; `semgui settings` lists them all")
        target = inner
    if name not in type(target).model_fields or isinstance(getattr(target, name), BaseModel):
        raise UsageError(f"there is no setting {dotted!r}; `semgui settings` lists them all")
    try:
        value = json.loads(text)
    except ValueError:  # no JSON, or a number of thousands of digits
        value = text
    try:
        setattr(target, name, value)
    except ValidationError as error:
        raise UsageError(f"{text!r} is no value for {dotted}: {error.errors()[0]['msg']}") from None


def flat(settings: Settings) -> dict[str, object]:
    """All settings by dotted name, in order."""

    def walk(prefix: str, model: BaseModel) -> dict[str, object]:
        found: dict[str, object] = {}
        for name in type(model).model_fields:
            value = getattr(model, name)
            found |= (
                walk(f"{prefix}{name}.", value) if isinstance(value, BaseModel) else {prefix + name: value}
            )
        return found

    return walk("", settings)
