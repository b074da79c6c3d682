"""A screen of our own, a small model, and windows that leave nothing behind."""

from __future__ import annotations

import gc
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from semgui.imaging.decoders import DecoderPool
from semgui.settings import Settings
from semgui.viewmodels.network import NetworkFinder
from tests.ui.pictures import write_folder
from tests.ui.small_model import save_small_model

_SCREEN = "3840x2160x24"


@pytest.fixture(scope="session")
def display() -> str:
    """Start an X server with a screen of its own; the user's is never touched."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed (Debian: apt install xvfb)")
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    # The server ends after this process and not before it: Qt takes the loss of its server for a crash.
    server = ["Xvfb", "-displayfd", str(writing), "-screen", "0", _SCREEN, "-nolisten", "tcp", "-noreset"]
    quietly = ["sh", "-c", 'exec "$@" >/dev/null 2>&1', "sh"]
    os.spawnvp(os.P_NOWAIT, "sh", [*quietly, "setpriv", "--pdeathsig", "TERM", *server])
    os.close(writing)
    with os.fdopen(reading) as number:
        name = f":{number.readline().strip()}"
    os.environ["DISPLAY"] = name
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    os.environ.pop("WAYLAND_DISPLAY", None)
    return name


@pytest.fixture(scope="session")
def qapp(display: str):
    """The application, as `semgui open` makes it."""
    from semgui.ui.app import before_opengl, make_application

    before_opengl()
    return make_application()


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of ten classes that is quick and knows nothing."""
    folder = tmp_path_factory.mktemp("models") / "small"
    save_small_model(folder)
    return folder


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Twelve small pictures in two folders, and a file that only pretends to be one."""
    folder = tmp_path / "session"
    write_folder(folder, 12)
    (folder / "b" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    return folder


@pytest.fixture
def settings() -> Settings:
    found = Settings()
    found.annotator = "ann"
    return found


@pytest.fixture(scope="session")
def decoder() -> Iterator[DecoderPool]:
    """The processes that decode, started once for all windows."""
    pool = DecoderPool()
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def find_brain(model_folder: Path, decoder: DecoderPool) -> NetworkFinder:
    """The model, loaded once for all tests."""
    chosen = Settings()
    chosen.compute.model = str(model_folder)
    chosen.compute.device = "cpu"
    return NetworkFinder(chosen, decoder)


@pytest.fixture
def open_window(
    qapp, qtbot, settings: Settings, find_brain: NetworkFinder, decoder: DecoderPool
) -> Iterator[Callable]:
    """Return a function that opens a window, at a path if one is given, driven as a user would."""
    from tests.ui.driver import Driver

    gc.freeze()  # what libraries and earlier tests left stays: the collection below need not walk over it
    before = set(threading.enumerate())
    drivers: list[Driver] = []

    def opening(path: Path | None = None) -> Driver:
        driver = Driver(qtbot, settings, find_brain, decoder)
        drivers.append(driver)
        if path is not None:
            driver.window.open_path(path)
        return driver

    yield opening
    for driver in drivers:
        driver.close()
    drivers.clear()
    gc.collect()
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("classify"):
            thread.join(60)  # closing a window does not wait for the batch that is in the network
    left = [thread.name for thread in set(threading.enumerate()) - before if _is_ours(thread)]
    assert not left, f"threads left behind: {left}"


@pytest.fixture
def first_chosen(open_window, images: Path):
    """A window on thirteen images, scanned and classified, the first one chosen; one cannot be read."""
    window = open_window(images)
    window.until_open(13)
    window.until_idle()
    window.click_thumbnail(0)
    window.until_idle()
    return window


def _is_ours(thread: threading.Thread) -> bool:
    return thread.is_alive() and thread.name.startswith(("semgui", "thumbnails", "decode", "classify"))
