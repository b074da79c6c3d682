"""One bound on the memory of all pictures being decoded in this process, whatever the thread."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from semgui.imaging.failures import BadImageError


class DecodeBudget:
    """Bytes in use by decoding threads; a thread waits for its turn until its picture fits.

    Waiting is first come, first served, so a large picture is not starved by small ones. A thread
    that already holds a share never waits (two such threads could wait for each other for ever): it
    gets a second share if that fits now and an error otherwise.

    Attributes
    ----------
    before_share
        Called with the arguments of `share` before it looks at its own: a decoder process asks there whether
        the pictures of all processes together leave room.
    """

    def __init__(self) -> None:
        self.before_share: Callable[[int, int], None] | None = None
        self._changed = threading.Condition()
        self._used = 0
        self._queue: deque[object] = deque()
        self._shares_of: Counter[int] = Counter()

    @property
    def used(self) -> int:
        """Bytes held now."""
        return self._used

    def share(self, nbytes: int, capacity: int) -> Share:
        """Take `nbytes` out of `capacity`, waiting for others to give theirs back.

        Raises
        ------
        BadImageError
            If it can never fit, or if this thread holds a share already and there is no room.
        """
        if nbytes > capacity:
            raise BadImageError(
                f"decoding it takes {_mib(nbytes)} of memory, more than the limit of {_mib(capacity)}; "
                "raise the limit in the settings to open it"
            )
        if self.before_share is not None:
            self.before_share(nbytes, capacity)
        owner = threading.get_ident()
        ticket = object()
        with self._changed:
            if self._shares_of[owner] and self._used + nbytes > capacity:
                raise BadImageError(
                    f"decoding it takes {_mib(nbytes)} of memory while this thread holds another picture, "
                    f"together more than the limit of {_mib(capacity)}; close the other one first"
                )
            if not self._shares_of[owner]:
                self._queue.append(ticket)
                try:
                    while self._queue[0] is not ticket or self._used + nbytes > capacity:
                        self._changed.wait()
                finally:  # also on KeyboardInterrupt: a dead ticket would block the queue for ever
                    self._queue.remove(ticket)
                    self._changed.notify_all()
            self._used += nbytes
            self._shares_of[owner] += 1
        return Share(self, owner, nbytes)

    def _give_back(self, nbytes: int, *, owner: int | None) -> None:
        with self._changed:
            self._used -= nbytes
            if owner is not None:
                self._shares_of[owner] -= 1
                if not self._shares_of[owner]:
                    del self._shares_of[owner]
            self._changed.notify_all()


class Share:
    """Bytes taken out of a `DecodeBudget`; a context manager that gives them back."""

    def __init__(self, budget: DecodeBudget, owner: int, nbytes: int) -> None:
        self._budget = budget
        self._owner = owner
        self._nbytes = nbytes

    def shrink(self, nbytes: int) -> None:
        """Keep only `nbytes`: the scratch memory of decoding is free again."""
        if nbytes < self._nbytes:
            spare, self._nbytes = self._nbytes - nbytes, nbytes
            self._budget._give_back(spare, owner=None)  # noqa: SLF001 - the two are one thing

    @contextmanager
    def kept_unless_error(self) -> Iterator[None]:
        """Give the bytes back at once if the block raises."""
        try:
            yield
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def __enter__(self) -> Share:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._budget._give_back(self._nbytes, owner=self._owner)  # noqa: SLF001
        self._nbytes = 0


def _mib(nbytes: int) -> str:
    return f"{nbytes / 2**20:,.0f} MiB"


PROCESS_BUDGET = DecodeBudget()
