from __future__ import annotations

import json
from pathlib import Path

import pytest

from semgui import paths
from semgui.domain.errors import ModelError, UsageError
from semgui.registry import store
from trainer.card import Backbone, Card, CardClass, save_card
from trainer.files import sha256_of
from trainer.preprocess import PreprocessParams


def make_folder(folder: Path, weights: bytes = b"numbers", name: str | None = None) -> Path:
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(weights)
    card = Card(
        name=name or folder.name,
        classes=(CardClass(id="a", name="A"), CardClass(id="b", name="B")),
        preprocess=PreprocessParams(),
        backbone=Backbone(architecture="any", sha256="0" * 64),
        weights_sha256=sha256_of(folder / "weights.safetensors"),
    )
    save_card(card, folder)
    return folder


@pytest.fixture
def user_models() -> Path:
    return paths.data_dir() / "models"


@pytest.fixture(autouse=True)
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bundled"
    folder.mkdir()
    monkeypatch.setattr(store, "bundled_models", lambda: folder)
    return folder


def test_a_users_model_is_found_by_name_and_by_path(user_models: Path, tmp_path: Path) -> None:
    folder = make_folder(user_models / "mine")
    elsewhere = make_folder(tmp_path / "run" / "model")
    assert store.find_model("mine") == folder
    assert store.find_model(str(elsewhere)) == elsewhere


def test_a_users_model_hides_the_bundled_one_of_its_name(user_models: Path, bundled: Path) -> None:
    make_folder(bundled / "same", b"shipped")
    mine = make_folder(user_models / "same", b"mine")
    assert store.find_model("same") == mine
    assert [(m.name, m.bundled) for m in store.list_models()] == [("same", False)]


def test_an_unknown_name_says_which_ones_there_are(user_models: Path) -> None:
    make_folder(user_models / "mine")
    with pytest.raises(UsageError, match="no model 'other'; there are mine;"):
        store.find_model("other")
    with pytest.raises(UsageError, match="no model '~nobody-of-that-name/m'"):
        store.find_model("~nobody-of-that-name/m")


def test_a_folder_that_is_no_model_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is no model folder: it has no card\.json"):
        store.find_model(str(tmp_path))


def test_damaged_models_are_listed_with_their_reason(user_models: Path) -> None:
    make_folder(user_models / "good")
    make_folder(user_models / "swapped")
    (user_models / "swapped" / "weights.safetensors").write_bytes(b"other numbers")
    make_folder(user_models / "weightless")
    (user_models / "weightless" / "weights.safetensors").unlink()
    make_folder(user_models / "garbled")
    (user_models / "garbled" / "card.json").write_text("{")
    make_folder(user_models / "cardless")
    (user_models / "cardless" / "card.json").unlink()
    (user_models / "something else").mkdir()
    problems = {m.name: m.problem for m in store.list_models()}
    assert set(problems) == {"good", "swapped", "weightless", "garbled", "cardless"}
    assert problems["good"] is None
    assert "SHA-256" in str(problems["swapped"])
    assert "cannot be read" in str(problems["weightless"])
    assert "card.json" in str(problems["garbled"])
    assert "no card.json" in str(problems["cardless"])
    with pytest.raises(ModelError, match="SHA-256"):
        store.usable_model("swapped")


def test_a_card_of_another_time_is_a_reason_too(user_models: Path) -> None:
    folder = make_folder(user_models / "old")
    card = json.loads((folder / "card.json").read_text())
    card["schema_version"] = 99
    (folder / "card.json").write_text(json.dumps(card))
    assert "schema version 99" in str(store.inspect_model(folder).problem)


def test_the_id_follows_the_content(user_models: Path) -> None:
    one = store.usable_model(str(make_folder(user_models / "one", b"1", name="same")))
    two = store.usable_model(str(make_folder(user_models / "two", b"2", name="same")))
    again = store.usable_model("one")
    assert one.id == again.id
    assert one.id is not None
    assert one.id.startswith("same@")
    assert one.id != two.id
