from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from trainer.card import CardClass, View, load_card, save_card
from trainer.errors import TrainerError


def test_round_trip(tmp_path, card):
    save_card(card, tmp_path)
    assert load_card(tmp_path) == card


def edited(card, tmp_path, **changes):
    content = json.loads(card.model_dump_json())
    for name, value in changes.items():
        content[name] = value
    (tmp_path / "card.json").write_text(json.dumps(content))
    return tmp_path


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"schema_version": 2}, "schema version 2"),
        ({"preprocess": {"version": 99, "edge": 192}}, "version 99 of the preprocessing"),
        ({"temperature": -1}, "temperature"),
        ({"surprise": 1}, "surprise"),
        ({"classes": [{"id": "a", "name": "A"}]}, "classes"),
    ],
)
def test_a_card_that_does_not_fit_is_refused_with_a_sentence(tmp_path, card, changes, sentence):
    with pytest.raises(TrainerError, match=sentence) as caught:
        load_card(edited(card, tmp_path, **changes))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe"])
def test_a_damaged_card_is_refused(tmp_path, content):
    (tmp_path / "card.json").write_bytes(content)
    with pytest.raises(TrainerError):
        load_card(tmp_path)


def test_a_missing_card_is_refused(tmp_path):
    with pytest.raises(TrainerError, match="no model folder"):
        load_card(tmp_path)


def test_class_ids_must_differ(card):
    with pytest.raises(ValidationError, match="same id"):
        type(card).model_validate(card.model_dump() | {"classes": [CardClass(id="x", name=n) for n in "ab"]})


def test_windows_must_leave_no_gap():
    with pytest.raises(ValidationError, match="gaps"):
        View(grid=2, window=0.4)
