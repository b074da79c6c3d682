"""What a model was made of and how, for its card."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from trainer.beginning import beginning_sha256
from trainer.card import Provenance
from trainer.config import RunConfig
from trainer.files import sha256_of
from trainer.run_folder import RunFolder

_PACKAGES = ("semgui", "torch", "timm", "numpy", "pillow", "safetensors")
_SAID_ELSEWHERE = {
    *("schema_version", "name", "summary", "classes", "preprocess", "input", "architecture"),
    *("colour", "sources"),
}
_OF_JOB = ("kind", "data", "split", "edge")


def provenance(run: RunFolder, config: RunConfig) -> Provenance:
    """Say what a run was made from, with nothing that names a folder of this machine."""
    packages = {name: importlib.metadata.version(name) for name in _PACKAGES}
    return Provenance(
        run=run.path.name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        manifest_sha256=sha256_of(run.manifest),
        config_sha256=sha256_of(run.config),
        seed=config.seed,
        parent_sha256=beginning_sha256(config) or "",
        packages={"python": platform.python_version()} | packages,
        machine=_machine(config),
        settings=_settings(config),
        job=_job(run),
        sources=config.sources,
    )


def _settings(config: RunConfig) -> dict[str, Any]:
    found: dict[str, Any] = config.model_dump(mode="json", exclude=set(_SAID_ELSEWHERE))
    if config.base.path is not None:
        found["base"]["path"] = config.base.path.name
    return found


def _job(run: RunFolder) -> dict[str, Any]:
    """Return what the application asked for; empty for a run that was prepared by other means."""
    try:
        content = json.loads(run.job.read_bytes())
    except (OSError, ValueError):
        return {}
    found = {name: content[name] for name in _OF_JOB if name in content}
    return found | {"data": Path(str(found.get("data", ""))).name}


def _machine(config: RunConfig) -> str:
    device: str = config.device
    if device == "auto":
        device = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"
    threads = f"{torch.get_num_threads()} threads of {os.cpu_count()}"
    return f"{platform.system()} {platform.machine()}, {device}, {threads}"
