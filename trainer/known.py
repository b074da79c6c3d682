"""Embeddings that were known before the run: whoever prepared it had them from the same frozen network."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.errors import TrainerError
from trainer.files import write_atomically
from trainer.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class KnownFeatures:
    """Some rows of the manifest with their embeddings.

    Parameters
    ----------
    rows
        (K,) int64, rising.
    embeddings
        (K, D) float16.
    """

    rows: NDArray[np.int64]
    embeddings: NDArray[np.float16]

    @classmethod
    def none(cls) -> KnownFeatures:
        """Nothing is known."""
        return cls(np.zeros(0, np.int64), np.zeros((0, 0), np.float16))

    def among(self, kept: NDArray[np.int64]) -> KnownFeatures:
        """Return those of some rows (M,) of the manifest, rising, numbered by their place among these."""
        _, here, there = np.intersect1d(self.rows, kept, assume_unique=True, return_indices=True)
        return KnownFeatures(np.asarray(there, np.int64), self.embeddings[here])


def save_known(known: KnownFeatures, run: RunFolder) -> None:
    """Write ``known.npz``."""
    buffer = io.BytesIO()
    np.savez(buffer, rows=known.rows, embeddings=known.embeddings)
    write_atomically(run.known, buffer.getvalue())


def load_known(run: RunFolder, size: int) -> KnownFeatures:
    """Read ``known.npz``; nothing is known where there is none.

    Parameters
    ----------
    size
        D of the run's own network.

    Raises
    ------
    TrainerError
        If the file is damaged, or is of another network.
    """
    if not run.known.exists():
        return KnownFeatures.none()
    try:
        with run.known.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            known = KnownFeatures(arrays["rows"], arrays["embeddings"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise TrainerError(f"{run.known} is damaged ({error}); prepare the run again.") from None
    if known.embeddings.shape != (len(known.rows), size):
        raise TrainerError(f"{run.known} is of another network; prepare the run again.")
    return known
