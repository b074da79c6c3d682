"""The run folder: the only contract between application and trainer (docs/run-folder.md). No torch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trainer.errors import StoppedError, TrainerError
from trainer.files import write_blocks_atomically

SplitName = Literal["train", "valid", "test"]

JOB_FILE = "job.json"
STRIP_SHAPE = (32, 448)
"""Rows and columns of a databar in ``strips.bin``, uint8."""


class ManifestRow(BaseModel):
    """One image of a run, one line of ``manifest.jsonl``.

    Parameters
    ----------
    image_id
        Id of the image in its project, or its path below the class folder.
    class_id
        Its class; ``None`` for a picture that is none of them (no SEM image) and shall come out as novel.
    split
        What it is used for.
    group
        Images of one group are not independent; they share a split.
    offset
        Of its canonical image in ``pixels.bin``, in bytes.
    weight
        How much it counts in training.
    source
        Name of the data source it belongs to.
    fold
        Training images only: those of one fold are left out together once, and the predictions for them by a
        head that never saw them calibrate the model where there are no validation images. Empty: always
        trained on.
    strip
        Offset of its databar in ``strips.bin``, in bytes; ``None`` where it has none.
    name
        Of its file, for people; empty: its id says it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_id: str
    class_id: str | None
    split: SplitName
    group: str
    offset: int = Field(ge=0)
    weight: float = Field(default=1.0, gt=0)
    source: str = ""
    fold: str = ""
    strip: int | None = Field(default=None, ge=0)
    name: str = ""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Paths of a run."""

    path: Path

    @property
    def config(self) -> Path:
        """What to do."""
        return self.path / "config.json"

    @property
    def manifest(self) -> Path:
        """Which images."""
        return self.path / "manifest.jsonl"

    @property
    def pixels(self) -> Path:
        """Their canonical images, one after the other."""
        return self.path / "pixels.bin"

    @property
    def strips(self) -> Path:
        """Their databars; missing where the run does not know them."""
        return self.path / "strips.bin"

    @property
    def training_set(self) -> Path:
        """Which files the model has seen; missing where the run does not know them."""
        return self.path / "training.json"

    @property
    def known(self) -> Path:
        """Embeddings that were known beforehand; missing where none were."""
        return self.path / "known.npz"

    @property
    def job(self) -> Path:
        """What it was prepared from; missing where it was prepared by other means."""
        return self.path / JOB_FILE

    @property
    def events(self) -> Path:
        """What happened."""
        return self.path / "events.jsonl"

    @property
    def stop(self) -> Path:
        """Its appearance asks for a clean stop."""
        return self.path / "stop"

    @property
    def features(self) -> Path:
        """Cached embeddings."""
        return self.path / "features"

    @property
    def last(self) -> Path:
        """Checkpoint to go on from."""
        return self.path / "last"

    @property
    def best(self) -> Path:
        """Checkpoint of the best epoch."""
        return self.path / "best"

    @property
    def model(self) -> Path:
        """The result."""
        return self.path / "model"

    @property
    def report(self) -> Path:
        """The result, for people."""
        return self.path / "report.html"

    @property
    def report_text(self) -> Path:
        """Precision, recall and F1 as plain text."""
        return self.path / "report.txt"

    @property
    def metrics(self) -> Path:
        """The figures, for programs."""
        return self.path / "metrics.json"

    @property
    def confusion(self) -> Path:
        """Which class was taken for which how often, as a table."""
        return self.path / "confusion.csv"

    @property
    def predictions(self) -> Path:
        """What the model says of each image that it was judged by, as a table."""
        return self.path / "predictions.csv"

    def raise_if_stopped(self) -> None:
        """Raise `StoppedError` if somebody asked for a stop."""
        if self.stop.exists():
            raise StoppedError("stopped on request; the run can be taken up again")


@dataclass(frozen=True, slots=True)
class PartFolder(RunFolder):
    """Checkpoints and events of a part of a run (a fold, a member of a committee), inside the run's folder.

    Parameters
    ----------
    whole
        The run, whose stop file it obeys.
    """

    whole: RunFolder

    @classmethod
    def within(cls, whole: RunFolder, kind: str, number: int) -> PartFolder:
        """Make the folder of a part."""
        path = whole.path / kind / f"{number:03d}"
        path.mkdir(parents=True, exist_ok=True)
        return cls(path, whole)

    @property
    def manifest(self) -> Path:
        """The run's."""
        return self.whole.manifest

    @property
    def pixels(self) -> Path:
        """The run's."""
        return self.whole.pixels

    @property
    def stop(self) -> Path:
        """The run's."""
        return self.whole.stop


def write_manifest(rows: Iterable[ManifestRow], path: Path) -> None:
    """Write ``manifest.jsonl``, whole or not at all; rows are written as they come."""
    write_blocks_atomically(path, (f"{row.model_dump_json()}\n".encode() for row in rows))


def read_manifest(path: Path) -> list[ManifestRow]:
    """Read ``manifest.jsonl``.

    Raises
    ------
    TrainerError
        If it cannot be read or a group lies in two splits.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise TrainerError(f"{path} cannot be read ({error.strerror}); prepare the run again.") from None
    try:
        rows = [ManifestRow.model_validate_json(line) for line in lines]
    except ValidationError as error:
        raise TrainerError(
            f"{path} is damaged ({error.errors()[0]['msg']}); prepare the run again."
        ) from None
    split_of: dict[str, str] = {}
    for row in rows:
        if split_of.setdefault(row.group, row.split) != row.split:
            raise TrainerError(f"{path}: group {row.group} lies in two splits; figures would be flattering.")
    return rows


class PixelCache:
    """Canonical images of a run, mapped into memory; read-only.

    Parameters
    ----------
    path
        ``pixels.bin``.
    edge
        Edge of the images in pixels.
    """

    def __init__(self, path: Path, edge: int) -> None:
        self.edge = edge
        try:
            self._bytes = np.memmap(path, np.uint8, mode="r")
        except (OSError, ValueError) as error:
            raise TrainerError(f"{path} cannot be read ({error}); prepare the run again.") from None

    def image(self, row: ManifestRow) -> NDArray[np.uint8]:
        """Return the canonical image (edge, edge) of a manifest row; a view, not a copy."""
        size = self.edge * self.edge
        pixels = self._bytes[row.offset : row.offset + size]
        if len(pixels) != size:
            raise TrainerError(f"pixels.bin ends before {row.image_id}; prepare the run again.")
        return pixels.reshape(self.edge, self.edge)
