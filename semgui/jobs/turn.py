"""One run at a time on a computer: the others wait in the queue."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from semgui import paths
from semgui.jobs.run_lock import RunBusyError, run_lock
from trainer.events import EventWriter, Progress
from trainer.run_folder import RunFolder

QUEUED = "queued"
"""Name of the stage, in the events, of a run that waits for its turn."""

_SECONDS_BETWEEN_TRIES = 0.5


@contextmanager
def our_turn(run: RunFolder, events: EventWriter) -> Iterator[int]:
    """Wait until no other run of this user is being worked on, and keep the others waiting.

    Two trainings at once take twice as long each and may need more memory than there is.

    Yields
    ------
    int
        A descriptor; a child process that inherits it keeps the turn as well.

    Raises
    ------
    trainer.errors.StoppedError
        If the run was asked to stop while it waited.
    """
    place = paths.data_dir() / "runs"
    place.mkdir(parents=True, exist_ok=True)
    waiting = False
    with ExitStack() as stack:
        while True:
            try:
                turn = stack.enter_context(run_lock(place))
                break
            except RunBusyError:
                if not waiting:
                    events.write(Progress(stage=QUEUED, done=0, total=1))
                    waiting = True
            run.raise_if_stopped()
            time.sleep(_SECONDS_BETWEEN_TRIES)
        yield turn
