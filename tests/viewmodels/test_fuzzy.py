from __future__ import annotations

from semgui.viewmodels.fuzzy import match


def _best(query: str, *texts: str) -> list[str]:
    found = [(m.score, text) for text in texts if (m := match(query, text)) is not None]
    return [text for _, text in sorted(found, reverse=True)]


def test_pieces_at_the_start_of_a_word_come_before_pieces_inside_and_scattered_letters() -> None:
    assert _best("fit", "Benefit", "Filter by type", "Fit picture") == [
        "Fit picture",
        "Benefit",
        "Filter by type",
    ]


def test_every_word_typed_must_be_found_in_any_order() -> None:
    assert _best("label nano", "Label as Nanowires", "Show class Nanowires") == ["Label as Nanowires"]
    assert _best("nano label", "Label as Nanowires") == ["Label as Nanowires"]


def test_initials_find_a_command() -> None:
    assert _best("cnf", "Classify new files", "Cinfo", "Zoom in")[0] in {"Classify new files", "Cinfo"}
    assert match("cnf", "Classify new files").places == (0, 9, 13)


def test_places_are_those_of_the_text() -> None:
    text = "Größe ändern"
    found = match("ÄND", text)
    assert [text[i] for i in found.places] == ["ä", "n", "d"]
    assert match("x", text) is None
    assert match("", text).places == ()
    assert max(match("ern", "Straße verlassen ern").places) < len("Straße verlassen ern")
