"""How view-models have slow work done elsewhere and get the result back on their own thread."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol, TypeVar

T = TypeVar("T")


class Lane(StrEnum):
    """Queues of work that must not wait for each other."""

    PICTURE = "picture"  # the picture on screen and its neighbours
    HEATMAP = "heatmap"  # network runs for one picture
    DETAIL = "detail"  # what is known of the image on screen
    READ = "read"  # rows and tiles of the project
    COUNT = "count"  # numbers and what goes through all images, which rows must not wait for
    CASE = "case"  # why the image on screen is in a queue
    RANK = "rank"  # a queue put in order
    WRITE = "write"  # labels: one after the other, in the order of the keys
    WATCH = "watch"  # the watched folder, as long as it is watched
    LONG = "long"  # scan and classify, which run for minutes


class TaskRunner(Protocol):
    """Runs work in the background; implemented by the window with threads."""

    @property
    def busy(self) -> bool:
        """Whether some work has not been delivered yet."""

    def run(
        self,
        lane: Lane,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run `work` in the background, then `done` or `failed` on the models' thread.

        Work of one lane starts in the order in which it was given.
        """

    def post(self, call: Callable[[], None]) -> None:
        """Run `call` soon on the models' thread; may be called from any thread."""

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Run `call` on the models' thread after a while."""
