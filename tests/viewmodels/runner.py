"""A task runner without threads: the test decides what happens when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from semgui.viewmodels.tasks import Lane


@dataclass
class Task:
    lane: Lane
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]


@dataclass
class ManualRunner:
    """Keeps what it is given until the test runs it."""

    tasks: list[Task] = field(default_factory=list)
    calls: list[Callable[[], None]] = field(default_factory=list)
    delayed: list[Callable[[], None]] = field(default_factory=list)

    @property
    def busy(self) -> bool:
        return bool(self.tasks)

    def run(self, lane, work, done, failed) -> None:
        self.tasks.append(Task(lane, work, done, failed))

    def post(self, call) -> None:
        self.calls.append(call)

    def later(self, seconds, call) -> None:
        self.delayed.append(call)

    def finish(self, number: int = 0) -> None:
        """Do one piece of work and deliver its result."""
        task = self.tasks.pop(number)
        try:
            result = task.work()
        except Exception as error:  # noqa: BLE001 - whatever the work raises is delivered
            task.failed(error)
        else:
            task.done(result)

    def drain(self) -> None:
        """Do everything, but what is delayed."""
        while self.tasks or self.calls:
            while self.calls:
                self.calls.pop(0)()
            if self.tasks:
                self.finish()

    def rest(self) -> None:
        """Let time pass."""
        delayed, self.delayed = self.delayed, []
        for call in delayed:
            call()
        self.drain()
