"""Which numbers a network is computed with."""

from __future__ import annotations

import torch

from trainer.finetune_config import Precision


def computed_in(precision: Precision, device: torch.device) -> torch.autocast:
    """Return the context in which a network is computed: bfloat16 where it is asked for, else as it is.

    On processors it must be asked for by name: those with instructions for it (AVX-512 BF16, AMX) are about
    four times as fast, others slower.
    """
    half = precision is Precision.BFLOAT16
    if precision is Precision.AUTO:
        half = device.type == "cuda" and torch.cuda.is_bf16_supported()
    return torch.autocast(device.type, torch.bfloat16, enabled=half)
