from __future__ import annotations

from semgui.viewmodels.keymap import Keymap

_DEFAULTS = {"view.fit": ("F",), "label.accept": ("Return", "A"), "view.grid": ("G",), "file.close": ()}


def test_what_was_chosen_stands_instead_of_the_defaults_and_is_all_that_is_kept() -> None:
    chosen: dict[str, list[str]] = {}
    keys = Keymap(_DEFAULTS, chosen)
    changes = []
    keys.changed.connect(lambda: changes.append(1))
    keys.bind("view.fit", ("Q", "F"))
    assert keys.keys("view.fit") == ("Q", "F")
    assert chosen == {"view.fit": ["Q", "F"]}
    assert keys.is_changed("view.fit")
    assert not keys.is_changed("view.grid")
    keys.bind("view.fit", ("F",))
    assert chosen == {}
    assert len(changes) == 2


def test_a_key_belongs_to_one_action_and_its_old_owner_keeps_the_others() -> None:
    chosen: dict[str, list[str]] = {}
    keys = Keymap(_DEFAULTS, chosen)
    assert keys.owner("A") == "label.accept"
    assert keys.owner("A", but="label.accept") == ""
    keys.bind("view.grid", ("A",))
    assert keys.keys("label.accept") == ("Return",)
    assert keys.owner("G") == ""
    keys.reset("label.accept")
    assert keys.keys("label.accept") == ("Return", "A")
    assert keys.keys("view.grid") == ()
    keys.reset_all()
    assert chosen == {}
    assert not keys.any_changed


def test_keys_of_an_action_that_this_version_does_not_know_are_left_in_the_settings() -> None:
    chosen = {"future.thing": ["F9"], "view.fit": ["Q"]}
    keys = Keymap(_DEFAULTS, chosen)
    assert keys.keys("view.fit") == ("Q",)
    keys.reset_all()
    assert chosen == {"future.thing": ["F9"]}
