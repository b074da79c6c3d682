"""Errors of the trainer whose text is meant for the user: one clear sentence each."""

from __future__ import annotations


class TrainerError(Exception):
    """A model, a card or a run folder cannot be used; the text says what to do."""


class DeviceMemoryError(TrainerError):
    """The device has no memory left for a batch of this size."""


class DiskFullError(TrainerError):
    """There is no room on the disk."""


class StoppedError(TrainerError):
    """Somebody asked the run to stop; everything finished so far is kept."""
