"""Curves for TensorBoard, in ``tb/`` of the run folder."""

from __future__ import annotations

from pathlib import Path

from tensorboardX import SummaryWriter

from trainer.events import Epoch


class Board:
    """Writes the figures of every epoch; `close` it.

    Parameters
    ----------
    folder
        Every process that works on the run adds a file; TensorBoard shows them as one.
    """

    def __init__(self, folder: Path) -> None:
        self._writer = SummaryWriter(str(folder))

    def epoch(self, event: Epoch, learning_rate: float) -> None:
        """Write the figures of an epoch."""
        figures = {
            "loss/train": event.train_loss,
            "loss/valid": event.valid_loss,
            "valid/accuracy": event.valid_accuracy,
            "valid/macro_f1": event.valid_macro_f1,
            "learning_rate": learning_rate,
        }
        for name, value in figures.items():
            if value is not None:
                self._writer.add_scalar(name, value, event.epoch)
        self._writer.flush()

    def close(self) -> None:
        """Write what is waiting."""
        self._writer.close()
