"""How long work on arrays tells how far it is, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable

Tick = Callable[[int, int], None]
"""Told how many of how many are done; may raise to stop."""


def silent(done: int, total: int) -> None:
    """Tell nobody."""
