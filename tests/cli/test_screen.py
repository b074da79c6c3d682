"""Finding out about a screen without loading Qt."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from semgui.cli import screen


@pytest.fixture(autouse=True)
def _linux_without_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen.sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)


@pytest.mark.parametrize("display", ["", "nonsense", ":", ":9999", "unix:9999", "localhost:x"])
def test_no_screen_where_no_server_answers(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display)
    assert not screen.screen_available()


def test_no_variable_means_no_screen() -> None:
    assert not screen.screen_available()


def test_a_server_that_listens_is_a_screen(tmp_path: Path) -> None:
    address = str(tmp_path / "X0")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen()
        assert screen._answers(address)
    assert not screen._answers(address)


def test_qt_may_be_told_to_draw_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert screen.screen_available()


def test_other_systems_have_their_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen.sys, "platform", "win32")
    assert screen.screen_available()
