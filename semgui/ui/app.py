"""Start the window and keep it alive."""

from __future__ import annotations

import gc
import logging
import sys
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QIcon, QOffscreenSurface, QOpenGLContext
from PySide6.QtWidgets import QApplication, QLabel

from semgui import paths
from semgui.domain.errors import SemguiError
from semgui.imaging.decoders import DecoderPool
from semgui.logs import log_file, logging_to_files
from semgui.settings import load_settings
from semgui.texts import tr
from semgui.ui.garbage import GarbageCollector
from semgui.ui.heap import HeapTrimmer
from semgui.ui.theme import DARK
from semgui.ui.translation import load_translation
from semgui.viewmodels.notices import Notice, Severity

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_READY = 2  # decoders that wait for the first thumbnails
_SETTLED_MS = 1500  # after the start; the window is painted, and what it was started with is opened, first

_log = logging.getLogger("semgui")


def run(path: Path | None) -> int:
    """Open a window, with whatever lies at `path`, and return the exit status when it is closed."""
    with logging_to_files() as crashes:
        app = make_application()
        load_translation(app, load_settings().window.language)
        starting = _starting()
        window = make_window()
        gc.freeze()  # what the libraries made at import stays: later collections need not walk over it
        window.show()
        starting.close()
        window.activateWindow()  # the notice had the keyboard; shortcuts work only in the active window
        if path is not None:
            window.open_path(path)
        QTimer.singleShot(_SETTLED_MS, window, window.session.get_ready)
        if crashes:
            text = tr("SEMGui ended unexpectedly the last time; a note of it is in the log folder.")
            window.show_notice(Notice(text, Severity.WARNING, "help.logs"))
        return app.exec()


def make_application() -> QApplication:
    """Return the application."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setApplicationName("SEMGui")
    app.setDesktopFileName("semgui")
    app.setWindowIcon(QIcon(str(paths.resources_dir() / "icons" / "semgui.svg")))
    app.setStyle("Fusion")
    if app.findChild(GarbageCollector) is None:
        GarbageCollector(app)
        HeapTrimmer(app)
    return app


def make_window() -> MainWindow:
    """Return a new window in which a fault of ours is a sentence and a line in the log."""
    settings = load_settings()
    decoder = DecoderPool(settings.limits.for_decoding)
    decoder.warm_up(_READY, ("semgui.catalogue.thumbnails", "semgui.inference.prepare"))
    QApplication.instance().aboutToQuit.connect(decoder.close)
    before_opengl()
    # Not before the user sees that something starts: these imports take seconds.
    from semgui.ui.main_window import MainWindow
    from semgui.viewmodels.network import NetworkFinder

    _check_opengl()
    window = MainWindow(settings, NetworkFinder(settings, decoder), decoder)
    sys.excepthook = fault_hook(window)
    return window


def before_opengl() -> None:
    """Import PyTorch now where its compiler is installed, which comes with the builds for graphics cards.

    Imported after the first OpenGL context it crashes where Mesa's LLVM meets triton's. Without triton
    PyTorch is imported in the background, when the first image is classified.
    """
    if find_spec("triton") is not None:
        import trainer.models  # noqa: F401


def _check_opengl() -> None:
    surface, context = QOffscreenSurface(), QOpenGLContext()
    surface.create()
    if not (context.create() and context.makeCurrent(surface)):
        raise SemguiError("this screen offers no OpenGL, which pictures need; `semgui doctor` has a cure.")
    context.doneCurrent()


def fault_hook(window: MainWindow) -> object:
    """Return an exception hook that tells the user in one sentence and writes the rest into the log.

    Qt calls it for an error in a slot, and goes on afterwards.
    """

    def on_fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, Exception):
            sys.__excepthook__(kind, error, trace)
            return
        _log.error("a fault of the window", exc_info=(kind, error, trace))
        words = str(error).strip()
        reason = words.splitlines()[-1] if words else kind.__name__
        text = tr(
            "Something went wrong in the window: {reason} (details in {log})",
            reason=reason,
            log=log_file(),
        )
        window.show_notice(Notice(text, Severity.ERROR))

    return on_fault


def _starting() -> QLabel:
    """Show that something starts, while the network's libraries are loaded."""
    words = QLabel(tr("SEMGui is starting…"))
    words.setWindowFlags(Qt.WindowType.SplashScreen | Qt.WindowType.FramelessWindowHint)
    words.setStyleSheet(f"background: {DARK.panel}; color: {DARK.text}; font-size: 13pt; padding: 32px 64px;")
    words.adjustSize()
    words.move(words.screen().availableGeometry().center() - words.rect().center())
    words.show()
    for _ in range(3):  # shown, placed, painted
        QApplication.processEvents()
    return words
