"""Which processor the network runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from semgui.domain.errors import UsageError

if TYPE_CHECKING:
    import torch

DeviceName = Literal["auto", "cpu", "cuda", "mps"]


def pick_device(name: str) -> torch.device:
    """Turn the user's choice into a device that is there.

    Parameters
    ----------
    name
        ``auto`` (an accelerator if there is one), ``cpu``, ``cuda`` or ``mps``.

    Raises
    ------
    UsageError
        If the name is unknown or this machine has no such device.
    """
    if name not in get_args(DeviceName):
        raise UsageError(f"there is no device {name!r}; choose one of {', '.join(get_args(DeviceName))}.")
    import torch

    if name == "auto":
        return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there[name]:
        raise UsageError(f"PyTorch finds no {name} device on this machine; use --device auto or cpu.")
    return torch.device(name)
