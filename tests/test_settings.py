"""Settings survive bad files and refuse bad values."""

from __future__ import annotations

import errno
import getpass
import os
from pathlib import Path

import pytest

from semgui.cli.projects import annotator_named
from semgui.domain.errors import UsageError
from semgui.settings import Settings, flat, load_settings, save_settings, set_value, settings_file


def test_a_changed_setting_is_there_at_the_next_start() -> None:
    settings = load_settings()
    set_value(settings, "limits.max_pixels", "900000000")
    set_value(settings, "window.theme", "light")
    save_settings(settings)
    again = load_settings()
    assert again.limits.max_pixels == 900_000_000
    assert again.window.theme == "light"


def test_what_somebody_else_has_set_meanwhile_stays() -> None:
    window, command = load_settings(), load_settings()  # at the first start of all
    set_value(command, "annotator", "Bob")
    set_value(command, "limits.max_pixels", "900000000")
    save_settings(command)
    window.window.theme = "light"
    window.window.recent_counts["p.semgui"] = 7
    save_settings(window)
    window.window.recent_counts["q.semgui"] = 8
    window.limits.max_pixels = 800_000_000
    save_settings(window)
    now = load_settings()
    assert (now.annotator, now.limits.max_pixels, now.window.theme) == ("Bob", 800_000_000, "light")
    assert now.window.recent_counts == {"p.semgui": 7, "q.semgui": 8}


def test_what_cannot_be_written_leaves_the_old_file_and_nothing_else(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_settings(Settings(annotator="Ada"))

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        save_settings(Settings(annotator="Bob"))
    assert caught.value.filename == str(settings_file())
    assert load_settings().annotator == "Ada"
    assert [path.name for path in (own_home / "config").iterdir()] == ["settings.json"]


@pytest.mark.parametrize("text", ["", "{", '{"limits": {"max_pixels": -1}}', '{"limits": 3}', "\x00\xff"])
def test_a_bad_file_is_set_aside_and_the_defaults_serve(text: str, own_home: Path) -> None:
    settings_file().write_text(text, encoding="utf-8")
    assert flat(load_settings()) == flat(Settings())
    assert (own_home / "config" / "settings.bad.json").read_text(encoding="utf-8") == text


def test_labels_are_signed_with_the_login_name_until_another_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "ann")
    settings = load_settings()
    assert settings.annotator == annotator_named(None) == "ann"
    set_value(settings, "annotator", " Ada\u00a0L.\x1b\udcff ")
    save_settings(settings)
    assert annotator_named(None) == "Ada L."
    set_value(settings, "annotator", "")
    assert settings.annotator == "ann"

    def no_entry() -> str:
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr(getpass, "getuser", no_entry)
    assert Settings().annotator == "unknown"


def test_settings_of_a_newer_version_keep_what_is_known() -> None:
    settings_file().write_text('{"annotator": "Ada", "not_yet_invented": 1}', encoding="utf-8")
    assert load_settings().annotator == "Ada"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("limits.max_pixels", "-5"),
        ("limits.max_pixels", "many"),
        ("limits.max_pixels", "9" * 5000),
        ("no.such", "1"),
        ("limits", "1"),
        ("window.theme", "pink"),
    ],
)
def test_a_bad_value_is_refused_with_a_sentence(name: str, text: str) -> None:
    settings = Settings()
    before = flat(settings)
    with pytest.raises(UsageError):
        set_value(settings, name, text)
    assert flat(settings) == before
