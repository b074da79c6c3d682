"""Heatmaps: for the picture on screen, and in batch as figures."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from semgui.domain.errors import SemguiError, UsageError
from semgui.domain.ids import ClassId
from semgui.exchange.atomic import put_in_place
from semgui.inference.classifier import Classified, Classifier
from semgui.inference.explainer import Explainer, look
from semgui.inference.prepare import Source
from trainer.card import Card
from trainer.overlay import overlaid

if TYPE_CHECKING:
    from trainer.explain import Method

_LONGEST_STEM = 240  # bytes; most file systems take 255 with the digits and the suffix


def class_index(card: Card, class_id: ClassId) -> int:
    """Return the position of a class in the model's output; ``KeyError`` if the model does not know it."""
    try:
        return card.class_ids.index(class_id)
    except ValueError:
        raise KeyError(class_id) from None


def class_named(card: Card, name: str) -> ClassId:
    """Return the class that a user means by a name or an id, without regard to case.

    Raises
    ------
    UsageError
        If the model has no such class; the sentence names those it has.
    """
    wanted = name.casefold()
    for known in card.classes:
        if wanted in (known.name.casefold(), known.id.casefold()):
            return ClassId(known.id)
    names = ", ".join(c.name for c in card.classes)
    raise UsageError(f"{card.name} has no class {name!r}; it has {names}.")


class Heatmaps:
    """Heatmaps of one classifier, for the screen; may be asked from any thread.

    Parameters
    ----------
    classifier
        It may be classifying meanwhile.
    """

    def __init__(self, classifier: Classifier) -> None:
        self.card = classifier.card
        self.limits = classifier.limits
        self.decoder = classifier.decoder
        self.explainer = Explainer(classifier.model, limits=classifier.limits, decoder=classifier.decoder)

    def heatmap(
        self,
        source: Source,
        target: ClassId,
        against: ClassId | None = None,
        *,
        method: Method = "layercam",
        scale: float = 1.0,
    ) -> NDArray[np.float32]:
        """Map where the model sees a class, or what speaks for it and not for another.

        Parameters
        ----------
        source
            The picture; see `semgui.services.classify.source_of` for one of a project.
        target
            "Why this class".
        against
            "And not that one"; ``None``: whatever else.
        method
            ``layercam`` or ``gradcam++``.
        scale
            Of the result; below 1 it is smaller than the picture, in the same proportions.

        Returns
        -------
        (H, W) float32 in [0, 1], aligned with the full picture, exactly 0 on the databar.

        Raises
        ------
        UnreadableImageError
            If the picture cannot be read.
        KeyError
            If the model does not know a class.
        """
        versus = None if against is None else class_index(self.card, against)
        explanation = self.explainer.explain(source, class_index(self.card, target), versus, method=method)
        return self.explainer.on_picture(explanation, scale=scale)

    def figure(
        self, source: Source, target: ClassId, against: ClassId | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        """Map and picture for a figure, in one decode: (h, w) float32 and (h, w) uint8, at most 2048 pixels.

        Errors as for `heatmap`.
        """
        prepared, picture = self.decoder.run(source.path, look, source, self.card.preprocess, self.limits)
        versus = None if against is None else class_index(self.card, against)
        explanation = self.explainer.explain_prepared(prepared, class_index(self.card, target), versus)
        return self.explainer.on_picture(explanation, scale=picture.scale), picture.pixels


class HeatmapFolder:
    """Writes one figure for each image: the picture with the map of its predicted class over it.

    Parameters
    ----------
    heatmaps
        Of the classifier that the images were classified with.
    folder
        Made if missing. Figures of earlier runs are replaced.
    paths
        All images to come, so that every figure gets a name of its own that does not depend on the order.
    against
        Show what speaks for the predicted class and not for this one.

    Raises
    ------
    UsageError
        If the folder cannot be made.
    """

    def __init__(
        self, heatmaps: Heatmaps, folder: Path, paths: Iterable[Path], against: ClassId | None = None
    ) -> None:
        self._heatmaps = heatmaps
        self._folder = folder
        self._against = against
        self._times = Counter(path.stem.casefold() for path in paths)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: the folder cannot be made ({error.strerror}).") from None

    def name_of(self, path: Path) -> Path:
        """Return the figure's path: the image's name, with a few digits if others share it or it is cut."""
        whole = path.stem.encode("utf-8", "backslashreplace")
        stem = whole[:_LONGEST_STEM].decode("utf-8", "ignore")
        if self._times[path.stem.casefold()] > 1 or len(whole) > _LONGEST_STEM:
            digest = hashlib.blake2b(str(path).encode("utf-8", "surrogateescape"), digest_size=4)
            stem = f"{stem}-{digest.hexdigest()}"
        return self._folder / f"{stem}.png"

    def write(self, result: Classified) -> Path | None:
        """Write the figure of an image; ``None`` for one that could not be read.

        One whose answer was kept from an earlier run is left alone if it has its figure, newer than itself.

        Raises
        ------
        UnreadableImageError
            If the file went bad since it was classified.
        SemguiError
            If the figure cannot be written.
        """
        if result.answer is None:
            return None
        path = self.name_of(result.source.path)
        if result.kept and _is_newer(path, result.source.path):
            return path
        known = result.source
        source = Source(known.path, known.root, result.databar, result.contrast)
        # Nothing speaks for a class and against itself.
        against = None if self._against == result.answer.predicted else self._against
        heat, picture = self._heatmaps.figure(source, result.answer.predicted, against)
        figure = Image.fromarray(overlaid(picture, heat))
        try:
            with put_in_place(path) as beside:
                figure.save(beside, format="PNG", pnginfo=self._caption(result, against), compress_level=3)
        except OSError as error:
            raise SemguiError(f"{path}: the heatmap cannot be written ({error.strerror or error}).") from None
        return path

    def _caption(self, result: Classified, against: ClassId | None) -> PngInfo:
        """Say in the PNG's own text fields what the figure shows."""
        card, answer = self._heatmaps.card, result.answer
        assert answer is not None  # the caller has looked
        names = {c.id: c.name for c in card.classes}
        versus = "" if against is None else f" and not {names[against]}"
        text = PngInfo()
        text.add_text("Title", f"LayerCAM: why {names[answer.predicted]}{versus} ({answer.confidence:.0%})")
        text.add_text("Source", str(result.source.path).encode("utf-8", "backslashreplace").decode())
        text.add_text("Software", f"SEMGui, model {card.name}")
        return text


def _is_newer(figure: Path, image: Path) -> bool:
    try:
        return figure.stat().st_mtime_ns > image.stat().st_mtime_ns
    except OSError:
        return False
