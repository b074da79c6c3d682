"""Why the model says so: a heatmap of the picture on screen, computed off-thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from semgui.domain.ids import ClassId
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.picture import Picture
from semgui.viewmodels.tasks import Lane, TaskRunner

Heat = NDArray[np.float32]


class Method(StrEnum):
    """Ways to compute a heatmap; the values are the names that `semgui.services.explain` takes."""

    LAYERCAM = "layercam"
    GRADCAM = "gradcam++"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Parameters
    ----------
    target
        "Why this class"; ``None``: the predicted one.
    against
        "And not that one"; ``None``: whatever else.
    """

    target: ClassId | None = None
    against: ClassId | None = None
    method: Method = Method.LAYERCAM


Explain = Callable[[Picture, Question], Heat]


class HeatmapModel:
    """The heatmap of the picture on screen.

    Attributes
    ----------
    on
        Whether the user wants to see it.
    heat
        (rows, columns) float32 in [0, 1] over the whole picture; ``None`` while there is none.
    computing
        Whether it is on its way.
    """

    changed = Signal()

    def __init__(self, runner: TaskRunner, notices: Notices) -> None:
        self._runner = runner
        self._notices = notices
        self._explain: Explain | None = None
        self._picture: Picture | None = None
        self._ticket = 0
        self.on = False
        self.question = Question()
        self.heat: Heat | None = None
        self.computing = False

    @property
    def possible(self) -> bool:
        """Whether there is a model to ask."""
        return self._explain is not None

    def attach(self, explain: Explain | None) -> None:
        """Ask another model, or none."""
        self._explain = explain
        self.question = Question()
        self._ask()

    def set_picture(self, picture: Picture | None) -> None:
        """Explain another picture."""
        if picture is not self._picture:
            self._picture = picture
            self._ask()

    def toggle(self) -> None:
        """Switch the heatmap on or off."""
        self.on = not self.on
        if self.on and not self.possible:
            self._notices.warn("There is no heatmap without a model; `semgui doctor` says what is missing.")
        self._ask()

    def ask(self, question: Question) -> None:
        """Ask another question; switches the heatmap on."""
        self.question = question
        self.on = True
        self._ask()

    def _ask(self) -> None:
        self._ticket += 1
        self.heat = None
        explain, picture, question, ticket = self._explain, self._picture, self.question, self._ticket
        self.computing = self.on and explain is not None and picture is not None
        self.changed.emit()
        if not self.on or explain is None or picture is None:
            return

        def work() -> Heat | None:
            # Queued behind others, it may be out of date before it begins.
            return explain(picture, question) if ticket == self._ticket else None

        self._runner.run(
            Lane.HEATMAP, work, lambda h: self._arrived(ticket, h), lambda e: self._failed(ticket, e)
        )

    def _arrived(self, ticket: int, heat: Heat | None) -> None:
        if ticket == self._ticket:
            self.heat = heat
            self.computing = False
            self.changed.emit()

    def _failed(self, ticket: int, error: Exception) -> None:
        if ticket == self._ticket:
            self.computing = False
            self.changed.emit()
            self._notices.failed("No heatmap", error)
