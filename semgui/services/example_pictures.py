"""Pictures in a report: an image of a test set with what the model says and why."""

from __future__ import annotations

from dataclasses import dataclass

from semgui.catalogue.fingerprint import fingerprint
from semgui.domain.errors import UnreadableImageError
from semgui.inference.classifier import Classified
from semgui.inference.prepare import Source
from semgui.jobs.samples import Sample
from semgui.services.explain import Heatmaps
from trainer.html import picture
from trainer.overlay import small_jpeg


@dataclass(frozen=True, slots=True)
class TestImage:
    """An image with its true class and what the model says.

    Parameters
    ----------
    sample
        The image.
    label
        Index of its class in the model's card.
    result
        The answer.
    """

    __test__ = False  # not a test of pytest's

    sample: Sample
    label: int
    result: Classified

    @property
    def group(self) -> str:
        """Images of one subfolder of a class are not independent of each other."""
        return self.sample.folder or self.sample.image_id

    def was_in(self, record: frozenset[str]) -> bool:
        """Whether it is among the images of a record of `semgui.registry.training_set.trained_on`."""
        if not record:
            return False
        source = self.sample.source
        try:
            return fingerprint(source.path, source.root or source.path.parent) in record
        except UnreadableImageError:
            return False


def example(image: TestImage, heatmaps: Heatmaps) -> str:
    """Return an image as HTML, the reason for its predicted class over it; empty if it went bad meanwhile."""
    classes, answer = heatmaps.card.classes, image.result.answer
    assert answer is not None  # only images with an answer are counted
    known = image.sample.source
    source = Source(known.path, known.root, image.result.databar, image.result.contrast)
    try:
        heat, grey = heatmaps.figure(source, answer.predicted)
    except UnreadableImageError:
        return ""
    says = f"{classes[int(answer.probabilities.argmax())].name} {answer.confidence:.0%}"
    return picture(small_jpeg(grey, heat), [says, f"true: {classes[image.label].name}", source.path.name])
