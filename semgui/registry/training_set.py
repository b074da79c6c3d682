"""Which images a model was made from: ``training.json`` of its folder."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from semgui.domain.errors import ModelError
from trainer.files import write_atomically

TRAINING_FILE = "training.json"


def trained_on(folder: Path) -> frozenset[str] | None:
    """Return the fingerprints of the images that a model was trained, calibrated or stopped on.

    Parameters
    ----------
    folder
        Of the model.

    Returns
    -------
    ``None`` if the model does not say.

    Raises
    ------
    ModelError
        If the file is damaged.
    """
    path = folder / TRAINING_FILE
    try:
        return frozenset(json.loads(path.read_bytes())["fingerprints"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} cannot be read ({error}); install the model again.") from None


def save_training_set(fingerprints: Collection[str], path: Path) -> None:
    """Write the fingerprints of the images that a model is trained, calibrated or stopped on."""
    write_atomically(path, (json.dumps({"fingerprints": sorted(fingerprints)}) + "\n").encode())
