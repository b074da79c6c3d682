from __future__ import annotations

from pathlib import Path

import pytest

from semgui import paths
from semgui.services.cache import cache_bytes, clear_caches


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMGUI_HOME", str(tmp_path))


def test_only_what_can_be_made_again_is_counted_and_deleted() -> None:
    assert cache_bytes() == 0
    for name, size in (("thumbnails", 1000), ("pixels/project", 500), ("places", 70)):
        folder = paths.cache_dir() / name
        folder.mkdir(parents=True)
        (folder / "file.bin").write_bytes(bytes(size))
    (paths.cache_dir() / "pixels" / "gone").symlink_to("nowhere")
    assert cache_bytes() == 1500
    clear_caches()
    assert cache_bytes() == 0
    assert (paths.cache_dir() / "places" / "file.bin").exists()
