"""Fetch the weights of an architecture from where its authors, or the user's own server, keep them."""

from __future__ import annotations

from semgui import paths
from semgui.domain.errors import ModelError, UsageError
from semgui.domain.progress import Progress, ProgressCallback
from semgui.registry.fetch import fetch
from semgui.registry.weights import WeightsInfo, add_weights
from semgui.settings import load_settings
from trainer.errors import TrainerError


def fetch_weights(name: str, base_url: str | None, progress: ProgressCallback) -> WeightsInfo:
    """Download, check and keep the weights of an architecture.

    Parameters
    ----------
    base_url
        Of a folder with the file under its authors' name; ``None``: that of the settings, else the authors'.

    Raises
    ------
    UsageError
        If there are none to be had.
    semgui.registry.fetch.FetchError
        If the download fails.
    ModelError
        If the file does not fit.
    """
    from trainer.backbones import pretrained_url  # torch takes seconds

    try:
        url = pretrained_url(name)
    except TrainerError as error:
        raise ModelError(str(error)) from error
    if not url:
        raise UsageError(f"there are no pretrained weights of {name} to fetch; begin with --weights random.")
    base = base_url or load_settings().weights.base_url
    if base:
        url = f"{base.rstrip('/')}/{url.rsplit('/', 1)[-1]}"
    file = fetch(url, paths.cache_dir(), lambda done, total: progress(Progress("bytes", done, total)))
    info = add_weights(file, name, licence="", source=url)
    file.unlink(missing_ok=True)
    return info
