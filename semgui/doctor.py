"""Look at this machine: what is here, what is wrong, and the cure for each."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from semgui import paths
from semgui.domain.errors import SemguiError
from semgui.processes import command_of

_PROBE_SECONDS = 60
_LOW_DISK_BYTES = 2 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report.

    Parameters
    ----------
    topic, value
        What was looked at, and what was found.
    problem, cure
        What is wrong and what to do, or ``None``.
    blocking
        Whether SEMGui cannot do its main job until it is cured.
    """

    topic: str
    value: str
    problem: str | None = None
    cure: str | None = None
    blocking: bool = False


def examine() -> Iterator[Finding]:
    """Yield the findings, the slow ones last."""
    yield from _versions()
    yield from _folders()
    yield from _models()
    yield from _network_runtime()
    yield from _screen()


def _versions() -> Iterator[Finding]:
    yield Finding("semgui", importlib.metadata.version("semgui"))
    python = platform.python_version()
    if sys.version_info[:2] > (3, 13):
        yield Finding("Python", python, "this version was never tried", "use Python 3.11, 3.12 or 3.13")
    else:
        yield Finding("Python", f"{python} on {platform.platform()}")
    for package in ("numpy", "torch", "torchvision", "timm", "PySide6-Essentials", "napari", "SQLAlchemy"):
        try:
            yield Finding(package, importlib.metadata.version(package))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(
                package, "missing", f"{package} is not installed", "run `make run`, or reinstall SEMGui", True
            )


def _folders() -> Iterator[Finding]:
    for name, made in (
        ("settings", paths.config_dir),
        ("cache", paths.cache_dir),
        ("data", paths.data_dir),
        ("logs", paths.log_dir),
    ):
        try:
            folder = made()
        except SemguiError as error:
            cure = "set SEMGUI_HOME to a folder where you may write"
            yield Finding(name, "none", str(error).partition("; ")[0], cure, True)
            continue
        free = shutil.disk_usage(folder).free
        value = f"{folder} ({_bytes(paths.size_of(folder))} used, {_bytes(free)} free)"
        if not os.access(folder, os.W_OK):
            cure = f"make it writable, or set SEMGUI_HOME to a folder that is: chmod u+w '{folder}'"
            yield Finding(name, value, "the folder cannot be written", cure, True)
        elif free < _LOW_DISK_BYTES:
            cure = "free some space, or set SEMGUI_HOME to a folder on a larger disk"
            yield Finding(name, value, "the disk is nearly full", cure)
        else:
            yield Finding(name, value)


def _models() -> Iterator[Finding]:
    from semgui.registry.store import DEFAULT_MODEL, list_models

    models = list_models()
    if DEFAULT_MODEL not in {model.name for model in models}:
        cure = "reinstall SEMGui; its models belong in the folder resources/models"
        yield Finding("models", "incomplete", f"the embedded model {DEFAULT_MODEL} is missing", cure, True)
    for model in models:
        if model.problem is None:
            yield Finding(
                "model", f"{model.name} ({model.id}, {'embedded' if model.bundled else model.folder})"
            )
        else:
            cure = "reinstall SEMGui" if model.bundled else f"add the model again, or delete {model.folder}"
            yield Finding("model", model.name, model.problem, cure, model.name == DEFAULT_MODEL)


def _network_runtime() -> Iterator[Finding]:
    try:
        import torch
    except (ImportError, OSError) as error:
        cure = "reinstall it: .venv/bin/pip install --force-reinstall torch"
        yield Finding("torch runtime", "broken", f"torch cannot be loaded: {error}", cure, True)
        return
    threads = f"{torch.get_num_threads()} threads on {os.cpu_count()} cores"
    if torch.accelerator.is_available():
        device = torch.accelerator.current_accelerator()
        name = torch.cuda.get_device_name() if device is not None and device.type == "cuda" else ""
        yield Finding("accelerator", f"{device} {name}".strip())
    elif shutil.which("nvidia-smi"):
        cure = "install the CUDA build: pip install --force-reinstall torch torchvision"
        yield Finding(
            "accelerator", f"none; CPU, {threads}", "an NVIDIA GPU is here but torch cannot use it", cure
        )
    else:
        yield Finding("accelerator", f"none; CPU, {threads}")


def _screen() -> Iterator[Finding]:
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        cure = "start it from a desktop session, or use the command line, which needs no screen"
        yield Finding("screen", "none", "the window cannot open: DISPLAY is not set", cure)
        return
    try:
        answer = subprocess.run(
            command_of("semgui.ui.probe"),
            capture_output=True,
            text=True,
            timeout=_PROBE_SECONDS,
            check=True,
        )
        found = json.loads(answer.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, json.JSONDecodeError, IndexError, OSError) as error:
        stderr = (getattr(error, "stderr", None) or "").strip().splitlines()
        reason = stderr[0] if stderr else str(error)
        cure = "install the system libraries that Qt needs: `make run` does, on Debian and Ubuntu"
        yield Finding("screen", "Qt cannot start", reason, cure, True)
        return
    yield Finding("Qt platform", f"{found['platform']}, {found['screen']}")
    if found["renderer"] is None:
        cure = (
            "install a graphics driver, or the software one: apt-get install libgl1 libegl1 libgl1-mesa-dri"
        )
        yield Finding("OpenGL", "none", "no OpenGL context could be made", cure, True)
    else:
        yield Finding("OpenGL", f"{found['renderer']}, {found['version']}")


def _bytes(n: int) -> str:
    value = float(n)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
