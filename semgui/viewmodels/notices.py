"""Sentences for the user, in a place that never takes the keyboard away."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum

from psygnal import Signal

from semgui.domain.errors import Cancelled, SemguiError
from semgui.texts import tr

_log = logging.getLogger(__name__)


class Severity(StrEnum):
    """How much a notice matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence.

    Parameters
    ----------
    action
        The action (`semgui.ui.actions`) that helps, if there is one; offered beside the sentence.
    """

    text: str
    severity: Severity = Severity.INFO
    action: str = ""


class Notices:
    """The last sentence said to the user; `posted` carries each one."""

    posted = Signal(Notice)
    cleared = Signal()

    def clear(self) -> None:
        """Forget what was said: something else is opened."""
        self.cleared.emit()

    def info(self, text: str) -> None:
        """Say what happened."""
        self.posted.emit(Notice(text))

    def offer(self, text: str, action: str) -> None:
        """Say what could be done; it stays until it is answered, behind warnings that come meanwhile."""
        self.posted.emit(Notice(text, Severity.INFO, action))

    def warn(self, text: str, action: str = "") -> None:
        """Say what the user should look at, and offer an action that helps."""
        self.posted.emit(Notice(text, Severity.WARNING, action))

    def failed(self, what: str, error: Exception) -> None:
        """Say that `what` ("the label") failed; the traceback of a fault of ours goes to the log.

        Parameters
        ----------
        what
            Half a sentence that ends before the reason: "The label was not saved".
        error
            What went wrong.
        """
        if isinstance(error, Cancelled):
            self.info(tr("Stopped; what was finished is kept."))
        elif isinstance(error, SemguiError):
            self.posted.emit(Notice(f"{what}: {error}", Severity.ERROR))
        else:
            _log.error(what, exc_info=error)
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            text = tr("{what}: {reason} (details in the log)", what=what, reason=reason)
            self.posted.emit(Notice(text, Severity.ERROR))
