"""UMAP in a process of its own: ``python -m semgui.services.umap_plane IN.npy OUT.npy``.

Its compiled loops hold the interpreter's lock for seconds, which would stop the window; a process can also be
ended at any moment.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.domain.errors import UsageError
from semgui.domain.progress import CancelToken
from semgui.processes import command_of

_NEIGHBOURS, _NEAREST = 15, 0.1  # umap's own defaults
_SECONDS_BETWEEN_LOOKS = 0.1


def is_installed() -> bool:
    """Whether the extra ``umap`` is there; nothing is imported."""
    return importlib.util.find_spec("umap") is not None


def umap_plane(features: NDArray[Any], cancel: CancelToken) -> NDArray[np.float32]:
    """Return places (N, 2) float32 of features (N, K) on a plane where neighbours stay together.

    Raises
    ------
    UsageError
        UMAP is not installed, or its process failed; the sentence says what to do.
    Cancelled
        On request.
    """
    if not is_installed():
        raise UsageError('UMAP is not installed; install it with pip install "semgui[umap]".')
    with tempfile.TemporaryDirectory(prefix="semgui-umap-") as folder:
        given, result, said = (Path(folder, name) for name in ("in.npy", "out.npy", "log.txt"))
        np.save(given, np.asarray(features, np.float32))
        with said.open("wb") as log:
            process = subprocess.Popen(
                command_of("semgui.services.umap_plane", given, result),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            try:
                while process.poll() is None:
                    cancel.raise_if_cancelled()
                    time.sleep(_SECONDS_BETWEEN_LOOKS)
            finally:
                process.kill()
                process.wait()
        if process.returncode != 0:
            last = said.read_text(errors="replace").strip().rpartition("\n")[2]
            raise UsageError(f"UMAP ended without a map ({last or process.returncode}); take the other map.")
        found: NDArray[np.float32] = np.load(result)
        return found


def _main(given: Path, result: Path) -> None:
    import umap

    features = np.load(given)
    # One seed, and therefore one thread: the same images always give the same map.
    reducer = umap.UMAP(n_neighbors=min(_NEIGHBOURS, len(features) - 1), min_dist=_NEAREST, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a seed means one thread
        places = reducer.fit_transform(features)
    np.save(result, np.asarray(places, np.float32))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m semgui.services.umap_plane IN.npy OUT.npy")
    _main(Path(sys.argv[1]), Path(sys.argv[2]))
