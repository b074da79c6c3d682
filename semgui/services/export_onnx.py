"""Hand a model to other programs."""

from __future__ import annotations

from pathlib import Path

from semgui.registry.store import usable_model


def write_onnx(name: str, file: Path) -> None:
    """Write a model, by name or folder, as ONNX.

    Raises
    ------
    UsageError
        If there is no such model, or it is damaged.
    trainer.errors.TrainerError
        If the extra ``onnx`` is not installed, or the file cannot be written.
    """
    import torch  # takes seconds

    from trainer.export import export_onnx
    from trainer.models import load_model

    export_onnx(load_model(usable_model(name).folder, torch.device("cpu")), file)
