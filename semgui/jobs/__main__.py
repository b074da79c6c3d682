"""``python -m semgui.jobs RUN_DIR``: prepare a run and carry it through, at low priority.

Exit status: as of ``python -m trainer``; 4 if another process works on the run.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from semgui.jobs.run_lock import SECONDS_TO_TAKE_UP, RunBusyError, run_lock
from semgui.jobs.turn import our_turn
from semgui.processes import command_of
from trainer.errors import StoppedError
from trainer.events import EventWriter, Failed, Stopped
from trainer.run_folder import RunFolder

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_STOPPED, EXIT_BUSY = 0, 1, 2, 3, 4
_NICENESS = 10


def main(arguments: list[str]) -> int:
    """Run; every end is told in ``events.jsonl``."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python -m semgui.jobs RUN_DIR\n")
        return EXIT_USAGE
    run = RunFolder(Path(arguments[0]).resolve())
    try:
        with run_lock(run.path, SECONDS_TO_TAKE_UP) as lock:
            return _carry_through(run, lock)
    except RunBusyError:
        sys.stderr.write(f"{run.path}: another process works on this run.\n")
        return EXIT_BUSY


def _carry_through(run: RunFolder, lock: int) -> int:
    def ask_to_stop(signum: int, frame: FrameType | None) -> None:
        run.stop.touch()

    signal.signal(signal.SIGTERM, ask_to_stop)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    events = EventWriter(run.events)
    try:
        with our_turn(run, events) as turn:
            return _prepare_and_train(run, events, (lock, turn))
    except StoppedError:
        events.write(Stopped())
        return EXIT_STOPPED


def _prepare_and_train(run: RunFolder, events: EventWriter, locks: tuple[int, ...]) -> int:
    status = _prepare(run, events)
    if status != EXIT_DONE:
        return status
    # A process of its own: what decoding allocated is given back before training begins. It holds the locks,
    # too: a trainer that outlives this process is still known to be at work.
    inherited = () if sys.platform == "win32" else locks
    trainer = command_of("trainer", run.path)
    return subprocess.run(trainer, check=False, pass_fds=inherited, env=_environment()).returncode


def _environment() -> dict[str, str]:
    """Return the trainer's environment; whoever set the number of threads knows why."""
    from semgui.inference.engine import usable_cores

    return {"OMP_NUM_THREADS": str(threads_beside_a_window(usable_cores())), **os.environ}


def threads_beside_a_window(cores: int) -> int:
    """Return how many threads train on so many cores: one is left to the window.

    Of two cores none is: training would take twice as long, and the window has the priority on both.
    """
    return cores - 1 if cores > 2 else cores


def _prepare(run: RunFolder, events: EventWriter) -> int:
    from semgui.domain.errors import SemguiError
    from semgui.jobs.prepare import is_prepared, prepare_run
    from trainer.errors import TrainerError

    try:
        if not is_prepared(run):
            prepare_run(run, events)
    except StoppedError:
        raise
    except (SemguiError, TrainerError) as error:
        events.write(Failed(text=str(error)))
        return EXIT_FAILED
    except Exception as error:
        # The border of the process: whoever watches must learn of any end; the traceback goes to the log.
        events.write(Failed(text=f"Preparing the run broke off ({type(error).__name__}: {error})."))
        raise
    return EXIT_DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
