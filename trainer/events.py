"""What a run tells: one JSON object a line in ``events.jsonl``. No torch."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from trainer.errors import DiskFullError
from trainer.files import room_on_disk


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True)

    time: datetime = Field(default_factory=lambda: datetime.now(UTC))


class Started(_Event):
    """A process took the run up, for the first time or again."""

    event: Literal["started"] = "started"
    pid: int


class Progress(_Event):
    """How far a stage has come; `rate` in items per second, `loss` of the batches since the last one."""

    event: Literal["progress"] = "progress"
    stage: str
    done: int
    total: int
    rate: float = 0.0
    loss: float | None = None


class Epoch(_Event):
    """An epoch ended; `best` if its validation loss is the lowest so far."""

    event: Literal["epoch"] = "epoch"
    epoch: int
    epochs: int
    train_loss: float
    valid_loss: float | None
    valid_accuracy: float | None
    valid_macro_f1: float | None
    best: bool


class Metrics(_Event):
    """What the finished model reached on a split."""

    event: Literal["metrics"] = "metrics"
    split: str
    images: int
    accuracy: float
    balanced_accuracy: float
    macro_f1: float
    ece: float


class Warned(_Event):
    """Something the user should know; the run goes on."""

    event: Literal["warning"] = "warning"
    text: str


class Done(_Event):
    """The run ended well; `model` is a folder, relative to the run folder."""

    event: Literal["done"] = "done"
    model: str
    summary: str


class Stopped(_Event):
    """The run ended because it was asked to; it can be taken up again."""

    event: Literal["stopped"] = "stopped"


class Failed(_Event):
    """The run ended badly; `text` is a sentence for the user."""

    event: Literal["failed"] = "failed"
    text: str


Event = Annotated[
    Started | Progress | Epoch | Metrics | Warned | Done | Stopped | Failed, Field(discriminator="event")
]
LAST_WORDS = (Done, Stopped, Failed)
"""Events after which a process says no more."""

_ADAPTER: TypeAdapter[Event] = TypeAdapter(Event)


class EventWriter:
    """Appends events; each line is written whole, and the last words are flushed to the disk.

    A full disk loses events and nothing else: whether there is room for the model is for others to say.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, event: Event) -> None:
        """Append one event."""
        line = (event.model_dump_json() + "\n").encode()
        with (
            contextlib.suppress(DiskFullError),
            room_on_disk(self._path),
            self._path.open("ab", buffering=0) as file,
        ):
            before = file.tell()
            if file.write(line) < len(line):  # cut off: what comes later must not be joined to it
                file.truncate(before)
            if isinstance(event, LAST_WORDS):
                os.fsync(file.fileno())


class EventReader:
    """Reads events as they come; remembers how far it has read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0

    def new(self) -> Iterator[Event]:
        """Yield the events written since the last call; a line that is still being written waits."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._position)
                content = file.read()
        except FileNotFoundError:
            return
        complete = content.rpartition(b"\n")[0]
        self._position += len(complete) + (1 if complete else 0)
        for line in complete.splitlines():
            try:
                yield _ADAPTER.validate_json(line)
            except ValidationError:  # torn by a crash, or from a later version
                continue
