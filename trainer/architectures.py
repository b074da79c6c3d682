"""Which networks can be trained, by the names that people use. No torch."""

from __future__ import annotations

from dataclasses import dataclass

from trainer.errors import TrainerError

DEFAULT = "efficientnet_lite0"
SIMPLE = "simple_cnn"
"""Has no pretrained weights anywhere."""


@dataclass(frozen=True, slots=True)
class Normalisation:
    """Mean and standard deviation of a network's input, for grey values in [0, 1]."""

    mean: tuple[float, float, float]
    std: tuple[float, float, float]


_TO_ONE = Normalisation((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
_IMAGENET = Normalisation((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network by name.

    Parameters
    ----------
    name
        What people call it.
    timm_name
        Constructor in timm; empty for our own.
    about
        In a few words, for a list.
    torchvision_weights
        Name of torchvision's description of its weights, which knows where they are; empty: timm's is asked.
    licence
        Of those weights.
    edge
        Of its input in pixels, unless another is chosen.
    norm
        Of its input, as timm describes its weights; written down here, so that a run can be prepared without
        torch, which takes seconds to load.
    """

    name: str
    timm_name: str
    about: str
    torchvision_weights: str = ""
    licence: str = ""
    edge: int = 224
    norm: Normalisation = _TO_ONE


_BSD = "BSD-3-Clause"
_APACHE = "Apache-2.0"

NAMED = {
    a.name: a
    for a in (
        Architecture(SIMPLE, "", "four convolutions; a baseline, always from scratch"),
        Architecture("vgg16", "vgg16", "Simonyan & Zisserman 2014", "VGG16_Weights", _BSD, norm=_IMAGENET),
        Architecture("resnet50", "resnet50", "He et al. 2015", "ResNet50_Weights", _BSD, norm=_IMAGENET),
        Architecture(
            "inception_v3", "inception_v3", "Szegedy et al. 2015", "Inception_V3_Weights", _BSD, 299
        ),
        Architecture("xception", "legacy_xception", "Chollet 2016", "", _APACHE, 299),
        Architecture(DEFAULT, "tf_efficientnet_lite0", "Tan & Le 2019; weights embedded", "", _APACHE),
        Architecture(
            "efficientnet_b0",
            "efficientnet_b0",
            "Tan & Le 2019",
            "EfficientNet_B0_Weights",
            _BSD,
            norm=_IMAGENET,
        ),
        Architecture(
            "convnext_tiny",
            "convnext_tiny",
            "Liu et al. 2022",
            "ConvNeXt_Tiny_Weights",
            _BSD,
            norm=_IMAGENET,
        ),
        Architecture(
            "vit_small",
            "vit_small_patch14_dinov2",
            "DINOv2, Oquab et al. 2023",
            "",
            _APACHE,
            norm=_IMAGENET,
        ),
    )
}
"""The architectures with a name of their own here; any other name is timm's."""


def architecture(name: str) -> Architecture:
    """Return an architecture; one that is not in `NAMED` is timm's, if timm has it.

    Raises
    ------
    TrainerError
        If there is none of that name; the sentence lists the named ones.
    """
    if name in NAMED:
        return NAMED[name]
    from trainer.backbones import known_to_timm  # timm takes seconds to load; the named need not wait

    if not known_to_timm(name):
        raise TrainerError(
            f"There is no architecture {name!r}; choose one of {', '.join(NAMED)}, or any of timm's names."
        )
    return Architecture(name, name, "from timm")
