"""One decode tells everything; what is known already is not looked for again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from semgui.domain.metadata import ContrastLimits, Databar
from semgui.imaging import analyse as module
from semgui.imaging.analyse import analyse
from semgui.imaging.budget import PROCESS_BUDGET
from tests.imaging.files import ASCII, grey_tags, tiff, write


def picture(folder: Path) -> Path:
    noise = np.random.default_rng(0).integers(40, 120, (300, 400), dtype=np.uint8)
    noise[280:] = 255
    record = b"[System]\nSystemType=Quanta\n[Image]\nResolutionX=400\nResolutionY=280\n"
    return write(folder / "a.tif", tiff(grey_tags(400, 300) | {34682: (ASCII, record)}, [noise.tobytes()]))


def test_the_tags_row_and_the_specimens_contrast(tmp_path: Path) -> None:
    with analyse(picture(tmp_path)) as found:
        assert found.databar == Databar(280, "tag")
        assert found.contrast.high < 125
        assert found.pixels.shape == (300, 400)
        assert PROCESS_BUDGET.used == found.pixels.nbytes
    assert PROCESS_BUDGET.used == 0


def test_the_users_row_is_not_questioned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(module, "find_databar", never)
    with analyse(picture(tmp_path), databar=Databar(None, "user")) as found:
        assert found.databar == Databar(None, "user")
        assert found.contrast.high == 255
    monkeypatch.setattr(module, "contrast_limits", never)
    known = ContrastLimits(1, 2)
    with analyse(picture(tmp_path), databar=Databar(10, "user"), contrast=known) as found:
        assert found.contrast is known
