"""Which keys do what: the program's own choice, and what the user chose instead."""

from __future__ import annotations

from collections.abc import Mapping

from psygnal import Signal

Keys = tuple[str, ...]


class Keymap:
    """Keys of every action, in a portable spelling ("Ctrl+Shift+P").

    Parameters
    ----------
    defaults
        Keys of each action as the program comes.
    chosen
        What the user chose instead, by action; kept in the settings. It is changed in place. Actions that
        are not in `defaults` are left alone: they belong to another version.
    """

    changed = Signal()

    def __init__(self, defaults: Mapping[str, Keys], chosen: dict[str, list[str]]) -> None:
        self._defaults = dict(defaults)
        self._chosen = chosen

    def keys(self, action_id: str) -> Keys:
        """Keys of an action as they are now."""
        return tuple(self._chosen.get(action_id, self._defaults[action_id]))

    def is_changed(self, action_id: str) -> bool:
        """Whether the user chose other keys than the program's."""
        return self.keys(action_id) != self._defaults[action_id]

    @property
    def any_changed(self) -> bool:
        """Whether the user chose anything."""
        return any(self.is_changed(action_id) for action_id in self._defaults)

    def owner(self, key: str, *, but: str = "") -> str:
        """Return the action that a key belongs to, leaving out `but`; empty if it is free."""
        return next((i for i in self._defaults if i != but and key in self.keys(i)), "")

    def bind(self, action_id: str, keys: Keys) -> None:
        """Give an action these keys; whichever action had one of them loses it."""
        for key in keys:
            while owner := self.owner(key, but=action_id):
                self._set(owner, tuple(k for k in self.keys(owner) if k != key))
        self._set(action_id, keys)
        self.changed.emit()

    def reset(self, action_id: str) -> None:
        """Give an action the program's keys back, and take them from whoever has them now."""
        self.bind(action_id, self._defaults[action_id])

    def reset_all(self) -> None:
        """Forget everything that was chosen."""
        for action_id in self._defaults:
            self._chosen.pop(action_id, None)
        self.changed.emit()

    def _set(self, action_id: str, keys: Keys) -> None:
        if keys == self._defaults[action_id]:
            self._chosen.pop(action_id, None)
        else:
            self._chosen[action_id] = list(keys)
