"""A whole sitting without a window and without threads: the test decides what happens when."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from semgui.catalogue.presets import load_preset
from semgui.domain.ids import ImageId, ModelId
from semgui.domain.prediction import PredictionStatus
from semgui.imaging.decoders import InThisProcess
from semgui.settings import Settings
from semgui.viewmodels.answer import answer_of
from semgui.viewmodels.brain import ClassifyOutcome, Examined
from semgui.viewmodels.session import Session
from semgui.viewmodels.tasks import Lane
from tests.viewmodels.runner import ManualRunner


class SaysNothing:
    """A `Brain` whose answers are in the project already."""

    id = ModelId("a" * 64)
    name = "written beforehand"
    classes = tuple((c.id, c.name) for c in load_preset("nffa10"))

    def classify_project(self, project, progress, cancel):
        return ClassifyOutcome(0)

    def get_ready(self):
        pass

    def examine(self, picture, project):
        even = np.full(len(self.classes), 1 / len(self.classes))
        return Examined(answer_of(self.classes, even, PredictionStatus.OK, 0.0, {}, self.name))

    def explain(self, picture, question):
        return np.zeros(picture.pixels.shape, np.float32)


class Sitting:
    """A `Session` whose work is done when the test says so.

    Attributes
    ----------
    said
        Sentences to the user.
    """

    def __init__(self) -> None:
        self.runner, self.said = ManualRunner(), []
        self.session = Session(self.runner, Settings(annotator="ann"), SaysNothing, InThisProcess())
        self.session.notices.posted.connect(lambda notice: self.said.append(notice.text))

    def open(self, place: Path) -> None:
        """Open a project, or leave the one that is open for it, and let everything end."""
        self.session.open_project(place)
        self.settle()

    def work(self, until: Callable[[], bool] = lambda: False) -> None:
        """Do what there is to do, what runs for long last, until something is so."""
        runner = self.runner
        while (runner.tasks or runner.calls) and not until():
            while runner.calls:
                runner.calls.pop(0)()
            if runner.tasks and not until():
                quick = (n for n, task in enumerate(runner.tasks) if task.lane is not Lane.LONG)
                runner.finish(next(quick, 0))

    def settle(self) -> None:
        """Let time pass until nothing is left to do."""
        self.work()
        while self.runner.delayed:
            delayed, self.runner.delayed = self.runner.delayed, []
            for call in delayed:
                call()
            self.work()

    def review(self) -> None:
        """Go to the mode Review."""
        self.session.review.enter()
        self.settle()

    def go_to(self, image_id: ImageId) -> None:
        """Choose an image."""
        self.session.gallery.go_to(image_id)
        self.work()

    def close(self) -> None:
        """Leave what is open."""
        self.session.shut_down()
        self.runner.tasks.clear()
        self.session.release()
