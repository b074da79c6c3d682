"""Where in an image a class was seen: class activation maps through the grad-cam package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from trainer._grad_cam import (
    ClassifierOutputTarget,
    FinerCAM,
    FinerWeightedTarget,
    GradCAMPlusPlus,
    LayerCAM,
)
from trainer.card import View
from trainer.models import Model, Network, as_grey
from trainer.views import cut_windows, mosaic, normalised

Method = Literal["layercam", "gradcam++"]

_METHODS = {"layercam": LayerCAM, "gradcam++": GradCAMPlusPlus}


class _OneView(nn.Module):
    """Windows of one view to logits, the other views' embeddings held fixed."""

    def __init__(self, network: Network, embeddings: list[Tensor], number: int) -> None:
        super().__init__()
        self.network = network
        self.embeddings = embeddings
        self.number = number

    def forward(self, windows: Tensor) -> Tensor:
        mine = self.network.embed_windows(windows, images=1)
        views = [mine if i == self.number else other for i, other in enumerate(self.embeddings)]
        logits: Tensor = self.network.head(self.network.combined(views))
        return logits


def cam(
    model: Model,
    canonical: NDArray[np.uint8],
    target: int,
    against: int | None = None,
    *,
    method: Method = "layercam",
) -> NDArray[np.float32]:
    """Map where the network saw a class, or what speaks for it rather than for another.

    Parameters
    ----------
    model
        The model.
    canonical
        (E, E) canonical image.
    target
        Index of the class to explain.
    against
        Index of the class to set it off from ("why `target` and not `against`"), or ``None``.
    method
        ``layercam`` (Jiang et al. 2021, LayerCAM) or ``gradcam++`` (Chattopadhay et al. 2018); with `against`
        it is the base of FinerCAM (Zhang et al. 2025).

    Returns
    -------
    (E, E) float32 in [0, 1], aligned with the canonical image: the mean over the card's views, scaled so that
    its largest value is 1; all 0 where nothing speaks for the class.
    """
    classes = len(model.card.classes)
    if not all(0 <= index < classes for index in (target, *([] if against is None else [against]))):
        raise ValueError(f"class indices must be within 0 to {classes - 1}")
    image = as_grey(torch.from_numpy(np.array(canonical, order="C"))[None].to(model.device))
    views = model.card.input.views
    with torch.no_grad():
        embeddings = [model.network.view_embedding(image, view) for view in views]
    total = np.zeros(canonical.shape, np.float32)
    for number, view in enumerate(views):
        seen = _view_map(
            model, image, _OneView(model.network, embeddings, number), view, (target, against), method
        )
        total += _resized(seen, canonical.shape[0])
    highest = total.max()
    return total / highest if highest > 0 else total


def _view_map(
    model: Model,
    image: Tensor,
    network: nn.Module,
    view: View,
    classes: tuple[int, int | None],
    method: Method,
) -> NDArray[np.float32]:
    """Return the map of one view over the whole canonical image, at the feature map's resolution."""
    windows = normalised(cut_windows(image, view), model.card.input).requires_grad_()
    layer = model.network.backbone.get_submodule("maps")
    place: Callable[[Tensor], Tensor] = lambda maps: mosaic(maps, view)  # noqa: E731
    target, against = classes
    if against is None:
        explainer = _METHODS[method](network, [layer], place)
        wanted = ClassifierOutputTarget(target)
    else:
        explainer = FinerCAM(network, [layer], place, _METHODS[method])
        wanted = FinerWeightedTarget(target, [against], 1.0)
    with explainer:
        return cast("NDArray[np.float32]", explainer(input_tensor=windows, targets=[wanted])[0])


def _resized(seen: NDArray[np.float32], edge: int) -> NDArray[np.float32]:
    picture = Image.fromarray(np.ascontiguousarray(seen, dtype=np.float32))
    return np.asarray(picture.resize((edge, edge), Image.Resampling.BILINEAR), dtype=np.float32)
