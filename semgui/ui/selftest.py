"""The window's part of ``semgui selftest``, in a process of its own, as a user's window is.

``python -m semgui.ui.selftest first|again PROJECT PICTURE``: one JSON object a line for each thing that was
seen to work; exit status 1 and the reason as ``failed`` if something did not.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil
from numpy.typing import NDArray
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from semgui.domain.image import ImageStatus
from semgui.viewmodels.notices import Notice, Severity
from semgui.viewmodels.tiles import Tile

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_LOOK_MS = 100
_PATIENCE_SECONDS = 300.0  # a step of a slow computer that does other things, too

Condition = Callable[[], object]
Script = Iterator[tuple[str, Condition]]


class _Failed(Exception):  # noqa: N818 - ends the script
    """Something was seen not to work."""


def first(window: MainWindow, project: Path, picture: Path) -> Script:
    """Open a project, let it be classified, look at a heatmap, label the current image."""
    yield from _opened(window, project)
    yield "the images were not classified", lambda: _all_classified(window)
    classes = {tile.predicted for tile in _tiles(window) if tile.predicted}
    _tell(step="classified", images=len(_tiles(window)), classes=len(classes))
    yield from _heatmap(window)
    window.grab().save(str(picture))
    yield from _label(window)


def again(window: MainWindow, project: Path, picture: Path) -> Script:
    """Open the project in a second process, say what is labelled, and take the last label back."""
    yield from _opened(window, project)
    before = _labels(window)
    _tell(step="reopened", labels=before)
    window.grab().save(str(picture))
    undo = window.actions_.by_id["edit.undo"]
    yield "there was nothing to undo", undo.isEnabled
    undo.trigger()
    yield "the label was not taken back", lambda: _labels(window) != before
    _tell(step="undone", labels=_labels(window))


_PARTS = {"first": first, "again": again}


def _opened(window: MainWindow, project: Path) -> Script:
    window.open_path(project)
    yield "the project did not open", lambda: window.in_project() and window.session.gallery.ids.size
    yield "no picture was shown", lambda: window.pane.canvas.picture_visible
    born = psutil.Process().create_time()
    _tell(step="opened", images=int(window.session.gallery.ids.size), seconds=time.time() - born)


def _heatmap(window: MainWindow) -> Script:
    before = _pixels(window)
    window.actions_.by_id["view.heatmap"].trigger()
    yield "no heatmap was computed", lambda: window.session.heatmap.heat is not None
    yield "the heatmap was not shown", lambda: window.pane.canvas.heat_visible
    yield "the picture did not change with the heatmap", lambda: _changed(before, _pixels(window)) > 0.05
    _tell(step="heatmap", changed=round(_changed(before, _pixels(window)), 3))


def _label(window: MainWindow) -> Script:
    session = window.session
    image = session.gallery.current
    if image is None:
        raise _Failed("no image was current")
    old = session.opened.library.tiles([image])[0].label
    new = next(c for c in session.labels.taxonomy.active if c.id != old and c.shortcut)
    session.gallery.go_to(image)
    action = window.actions_.by_id[f"label.key.{new.shortcut}"]
    yield "labels could not be given", action.isEnabled
    action.trigger()
    yield "the label was not written", lambda: session.opened.library.tiles([image])[0].label == new.id
    _tell(step="labelled", image=int(image), label=str(new.id))


def _tiles(window: MainWindow) -> list[Tile]:
    session = window.session
    return session.opened.library.tiles(session.gallery.ids.tolist())


def _labels(window: MainWindow) -> dict[str, str | None]:
    return {str(tile.id): tile.label and str(tile.label) for tile in _tiles(window)}


def _all_classified(window: MainWindow) -> bool:
    return all(tile.predicted is not None or tile.status is not ImageStatus.OK for tile in _tiles(window))


def _pixels(window: MainWindow) -> NDArray[np.uint8]:
    image = window.pane.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].copy()


def _changed(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> float:
    """Share of samples that differ visibly."""
    if before.shape != after.shape:
        return 1.0
    return float(np.mean(np.abs(before.astype(np.int16) - after) > 8))


class _Player:
    """Plays a script between the events of a living window."""

    def __init__(self, window: MainWindow, script: Script) -> None:
        self._window = window
        self._script = script
        self._wait: tuple[str, Condition] = ("", lambda: True)
        self._deadline = 0.0
        self._faults: list[str] = []
        window.session.notices.posted.connect(self._note_fault)
        self._timer = QTimer(interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _note_fault(self, notice: Notice) -> None:
        if notice.severity is Severity.ERROR:  # warnings are expected: a picture of the sample is broken
            self._faults.append(notice.text)

    def _look(self) -> None:
        try:
            self._step()
        except Exception as error:  # noqa: BLE001 - whatever it is, who started us must learn of it
            _tell(failed=str(error) or type(error).__name__)
            self._end(1)

    def _step(self) -> None:
        if self._faults:
            raise _Failed(self._faults[0])
        reason, condition = self._wait
        if not condition():
            if time.monotonic() > self._deadline > 0:
                raise _Failed(f"{reason} within {_PATIENCE_SECONDS:g} seconds")
            return
        try:
            self._wait = next(self._script)
        except StopIteration:
            self._end(0)
        self._deadline = time.monotonic() + _PATIENCE_SECONDS

    def _end(self, status: int) -> None:
        self._timer.stop()
        self._window.close()
        QApplication.exit(status)


def _tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)  # noqa: T201 - this is its answer


def main(arguments: list[str]) -> int:
    """Open a window, play the script, return the exit status."""
    if len(arguments) != 3 or arguments[0] not in _PARTS:
        sys.stderr.write("usage: python -m semgui.ui.selftest first|again PROJECT PICTURE\n")
        return 2
    os.environ.setdefault("NAPARI_CONFIG", "")
    connections: list[object] = []
    sys.addaudithook(lambda event, args: _note_connection(connections, event, args))
    from semgui.ui.app import make_application, make_window

    part, project, picture = arguments
    app = make_application()
    window = make_window()
    window.show()
    player = _Player(window, _PARTS[part](window, Path(project), Path(picture)))
    status = app.exec()
    del player
    _tell(connections=[str(c) for c in connections])
    return status


def _note_connection(found: list[object], event: str, args: tuple[object, ...]) -> None:
    # AF_UNIX addresses are text or bytes: the X server and the session's bus. All others leave this computer.
    if event in {"socket.connect", "socket.getaddrinfo"}:
        address = args[1] if event == "socket.connect" else args[0]
        if not isinstance(address, str | bytes) or event == "socket.getaddrinfo":
            found.append(address)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
