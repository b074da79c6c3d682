"""Hand a run to Slurm, through submitit (extra ``slurm``)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from semgui.domain.errors import SemguiError, UsageError
from semgui.jobs.run_lock import RunBusyError, run_lock
from semgui.jobs.supervisor import RunHandle, RunState, adopt, prepare_here

_SECONDS_TO_BE_FREED = 180.0
"""A server of files keeps the locks of a machine that went down for a while."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where, and with what, a run is carried through.

    Parameters
    ----------
    cluster
        ``slurm``, or ``local``: a process of this machine, to try it out.
    partition
        Of Slurm; empty: its default.
    minutes
        After which Slurm ends the job; it is then queued again and goes on where it was.
    gpus, cpus
        For the job.
    """

    cluster: Literal["slurm", "local"] = "slurm"
    partition: str = ""
    minutes: int = 240
    gpus: int = 1
    cpus: int = 4


def submit(run: Path, place: Place) -> Any:
    """Prepare a run here if that has not been done, and hand it over; return submitit's job.

    The run folder must lie where the machine that trains sees it.

    Raises
    ------
    UsageError
        If submitit or Slurm is not there, or the run is done or being worked on.
    """
    try:
        import submitit
    except ImportError:
        raise UsageError("Slurm needs submitit: pip install 'semgui[slurm]'.") from None
    handle = adopt(run)
    _check(handle)
    prepare_here(handle)
    handle.run.stop.unlink(missing_ok=True)
    try:
        executor = submitit.AutoExecutor(folder=run / "slurm", cluster=place.cluster)
    except RuntimeError as error:
        raise UsageError(f"{error}.") from None
    executor.update_parameters(timeout_min=place.minutes, cpus_per_task=place.cpus, name=run.name)
    if place.cluster == "slurm":
        executor.update_parameters(gpus_per_node=place.gpus)
        if place.partition:
            executor.update_parameters(slurm_partition=place.partition)
    return executor.submit(Carrying(run))


class Carrying:
    """Carries a run through on whatever machine it is called; queued again, it goes on where it was.

    Parameters
    ----------
    run
        The run folder.
    """

    def __init__(self, run: Path) -> None:
        self._run = run

    def __call__(self) -> int:
        """Run the trainer; return its exit status, `SemguiError` if it failed or another one works on it."""
        from trainer.__main__ import EXIT_FAILED, main

        try:
            with run_lock(self._run, _SECONDS_TO_BE_FREED):
                status = main([str(self._run)])
        except RunBusyError:
            raise SemguiError(f"{self._run}: this run is being worked on already.") from None
        if status == EXIT_FAILED:
            raise SemguiError(f"{self._run}: the training failed; its events say why.")
        return status

    def checkpoint(self) -> Any:
        """Say how to go on when Slurm takes the machine away: every finished epoch is kept."""
        import submitit

        return submitit.helpers.DelayedSubmission(self)


def _check(handle: RunHandle) -> None:
    state = handle.state()
    if state is RunState.DONE:
        raise UsageError(f"{handle.run.path}: this run is done; its model is in {handle.run.model}.")
    if state is RunState.RUNNING:
        raise UsageError(f"{handle.run.path}: this run is being worked on already.")
