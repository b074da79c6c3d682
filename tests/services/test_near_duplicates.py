"""Which images of a project are the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from semgui.services.duplicates import duplicate_groups
from semgui.services.near_duplicates import kept_near_duplicates
from tests.label_projects import save_image, scanned_project


def test_copies_that_kept_their_time_are_duplicates(tmp_path: Path):
    first = save_image(tmp_path / "data" / "a.png", seed=1)
    shutil.copy2(first, tmp_path / "data" / "b.png")
    save_image(tmp_path / "data" / "c.png", seed=2)
    with scanned_project(tmp_path / "p.semgui", tmp_path / "data") as project:
        (group,) = duplicate_groups(project)
        assert [twin.image_id for twin in group.images] == [1, 2]
        kept = kept_near_duplicates(project, np.arange(1, 4))
        assert kept is not None
        assert kept.tolist() == [0, 0, 2]
