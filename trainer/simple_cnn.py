"""A small convolutional network, as SEM classifiers had before they took pretrained ones: the baseline."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

_WIDTHS = (32, 64, 128, 256)


class SimpleCnn(nn.Module):
    """Four times convolution, batch normalisation, ReLU and pooling; speaks like a network of timm.

    Its last feature map has 256 channels and a sixteenth of the input's edge.
    """

    num_features = _WIDTHS[-1]

    def __init__(self) -> None:
        super().__init__()
        blocks = []
        channels = 3
        for width in _WIDTHS:
            blocks.append(
                nn.Sequential(
                    nn.Conv2d(channels, width, 3, padding=1, bias=False),
                    nn.BatchNorm2d(width),
                    nn.ReLU(),
                    nn.MaxPool2d(2),
                )
            )
            channels = width
        self.blocks = nn.Sequential(*blocks)

    def forward_features(self, inputs: Tensor) -> Tensor:
        """Return the last feature map."""
        features: Tensor = self.blocks(inputs)
        return features

    def group_matcher(self, coarse: bool = False) -> dict[str, Any]:
        """Say which parameters belong to which stage, as timm's networks do."""
        return {"stem": "^$", "blocks": r"^blocks\.(\d+)"}
