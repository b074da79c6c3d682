"""Errors that a user may see: one clear sentence each (what, which file, what to do)."""

from __future__ import annotations

from pathlib import Path


class SemguiError(Exception):
    """Base of every error whose text is meant for the user."""


class UsageError(SemguiError):
    """The request itself is wrong (command line: exit status 2)."""


class UnreadableImageError(SemguiError):
    """One image cannot be read; the others go on.

    Parameters
    ----------
    path
        The file.
    reason
        Why, as half a sentence without the path ("the file is empty").
    """

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class ProjectError(SemguiError):
    """A project cannot be opened, made or written."""


class NoProjectError(ProjectError, UsageError):
    """There is no project where one was named."""


class ModelError(SemguiError):
    """A model folder is missing, damaged or does not fit."""


class Cancelled(SemguiError):  # noqa: N818 - being asked to stop is no error
    """The user asked to stop; everything finished so far is kept."""
