"""Projects with images for tests about labels: rows only, or small real files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from PIL import Image

from semgui.catalogue.naming import name_key
from semgui.catalogue.project import Project, open_project
from semgui.catalogue.tables import images, project_info, roots, splits
from semgui.domain.ids import ImageId
from semgui.domain.split import SplitRules
from semgui.services.scan import scan_folder


def project_with_rows(folder: Path, number: int) -> Project:
    """Make a project with `number` images (ids 1, 2, …) whose files do not exist."""
    project = open_project(folder, create=True)
    rows = [
        {
            "id": i,
            "root_id": 1,
            "relpath": f"f{i % 50}/img{i}.tif",
            "folder": f"f{i % 50}",
            "sort_key": name_key(f"f{i % 50}/img{i}.tif"),
            "size": 1,
            "mtime_ns": 1,
            "fingerprint": f"{i:032x}",
            "status": "ok",
        }
        for i in range(1, number + 1)
    ]
    with project.write() as connection:
        connection.execute(sa.insert(roots).values(id=1, path="/data"))
        connection.execute(sa.insert(images), rows)
    return project


def ids(*numbers: int) -> list[ImageId]:
    """Return numbers as image ids."""
    return [ImageId(number) for number in numbers]


def save_image(path: Path, seed: int) -> Path:
    """Write a small grey PNG whose content depends on `seed` only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (24, 32), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def scanned_project(folder: Path, image_folder: Path) -> Project:
    """Make a project and scan a folder into it."""
    project = open_project(folder, create=True)
    scan_folder(project, image_folder)
    return project


def divide_by_folder(project: Project, groups: Sequence[str]) -> None:
    """Write down that a project was divided by folder, and the group of every image, in the order of ids."""
    rules = json.dumps(asdict(SplitRules(by="folder")))
    rows = [
        {"image_id": number, "group_key": group, "split": "train", "decided_at": ""}
        for number, group in enumerate(groups, 1)
    ]
    with project.write() as connection:
        connection.execute(sa.insert(project_info), {"key": "split_rules", "value": rules})
        connection.execute(sa.insert(splits), rows)
