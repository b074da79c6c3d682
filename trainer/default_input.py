"""How a network wants to see an image. No torch for the networks that are named."""

from __future__ import annotations

from trainer.architectures import NAMED, architecture
from trainer.card import InputSpec, View


def default_input(name: str, edge: int | None = None) -> InputSpec:
    """Return how a network wants to see an image: mean and standard deviation of its own configuration.

    Parameters
    ----------
    edge
        Of the input in pixels; ``None``: the network's own.

    Raises
    ------
    TrainerError
        If there is no such network.
    """
    kind = architecture(name)
    if name in NAMED:
        # The edge of DINOv2's configuration, 518, is that of its last days of training; most was at 224.
        usual = kind.norm
        return InputSpec(mean=usual.mean, std=usual.std, views=(View(edge=edge or kind.edge),))
    from trainer.backbones import described_by_timm  # timm takes seconds to load

    described = described_by_timm(kind)
    own = described["input_size"][-1]
    return InputSpec(mean=described["mean"], std=described["std"], views=(View(edge=edge or own),))
