from __future__ import annotations

from pathlib import Path

import pytest

from semgui import paths
from semgui.catalogue.query import ImageQuery, Key, LabelState
from semgui.viewmodels.memory import Place, keep_place, kept_place


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMGUI_HOME", str(tmp_path))


def test_the_place_in_each_project_is_kept_apart_from_the_project() -> None:
    one, other = Path("/data/One.semgui"), Path("/data/Other.semgui")
    wanted = ImageQuery(text="tip", label_state=LabelState.UNLABELLED, order=Key.CONFIDENCE, descending=True)
    place = Place(wanted, Path("/data/one/ü 1.tif"), grid=True)
    keep_place(one, place)
    keep_place(other, Place(ImageQuery()))
    assert kept_place(one) == place
    assert kept_place(other) == Place(ImageQuery(), None, grid=False)
    assert kept_place(Path("/data/Never.semgui")) is None


def test_a_damaged_or_foreign_note_is_no_place() -> None:
    project = Path("/data/One.semgui")
    for text in ("{", "[]", '{"image": 3}', '{"filter": "{\\"future\\": 1}", "image": null, "grid": false}'):
        keep_place(project, Place(ImageQuery()))
        (file,) = (paths.cache_dir() / "places").iterdir()
        file.write_text(text)
        assert kept_place(project) is None
