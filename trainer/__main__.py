"""``python -m trainer RUN_DIR``: carry a prepared run through.

Exit status: 0 done, 1 failed, 2 wrong usage, 3 stopped on request.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import FrameType

from trainer.errors import StoppedError, TrainerError
from trainer.events import EventWriter, Failed, Stopped
from trainer.run_folder import RunFolder

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_STOPPED = 0, 1, 2, 3


def main(arguments: list[str]) -> int:
    """Run; every end is told in ``events.jsonl``."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python -m trainer RUN_DIR   (a prepared run folder)\n")
        return EXIT_USAGE
    run = RunFolder(Path(arguments[0]))
    events = EventWriter(run.events)

    def ask_to_stop(signum: int, frame: FrameType | None) -> None:
        run.stop.touch()

    signal.signal(signal.SIGTERM, ask_to_stop)
    try:
        # torch takes seconds to load; usage errors need not wait for it.
        from trainer.team import team
        from trainer.train import train

        train(run, team())
    except StoppedError:
        events.write(Stopped())
        return EXIT_STOPPED
    except TrainerError as error:
        events.write(Failed(text=str(error)))
        sys.stderr.write(f"trainer: {error}\n")
        return EXIT_FAILED
    except Exception as error:
        # The border of the process: whoever watches the events must learn of any end. The traceback goes to
        # standard error, which the job keeps in its log.
        events.write(Failed(text=f"The trainer broke off ({type(error).__name__}: {error})."))
        raise
    return EXIT_DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
