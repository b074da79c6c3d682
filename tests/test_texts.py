from __future__ import annotations

from collections.abc import Iterator

import pytest

from semgui.texts import mark, tr, use_translator


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_translator(None)


def test_english_needs_no_translation_and_counts_right() -> None:
    assert tr("Open folder…") == "Open folder…"
    assert tr("{path} is gone.", path="a{b}.tif") == "a{b}.tif is gone."
    assert [tr("{n:,} image(s)", "", n) for n in (0, 1, 1200)] == ["0 images", "1 image", "1,200 images"]
    assert tr("Braces {stay} without values") == "Braces {stay} without values"


def test_a_translation_gets_text_comment_and_count_before_values_are_filled_in() -> None:
    asked = []

    def german(text: str, comment: str, n: int) -> str:
        asked.append((text, comment, n))
        return {"Open": "Öffnen", "{n} file(s) in {folder}": "{folder}: {n} Datei"}[text]

    use_translator(german)
    assert tr(mark("Open"), "verb") == "Öffnen"
    assert tr("{n} file(s) in {folder}", "", 1, folder="x") == "x: 1 Datei"
    assert asked == [("Open", "verb", -1), ("{n} file(s) in {folder}", "", 1)]


def test_a_misspelt_value_in_a_translation_falls_back_to_english() -> None:
    use_translator(lambda text, comment, n: "{fehler} {n")
    assert tr("{n} file(s)", "", 2) == "2 files"
    assert tr("{path} is gone.", path="x") == "x is gone."
