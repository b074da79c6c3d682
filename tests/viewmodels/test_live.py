"""Following the newest image while the hand means the one on screen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from semgui.catalogue.facets import Facets
from semgui.catalogue.sorting import Listing
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageRecord
from semgui.imaging.decoders import InThisProcess
from semgui.services.live import Arrival
from semgui.settings import Settings
from semgui.viewmodels import live as live_module
from semgui.viewmodels.desk import Desk
from tests.viewmodels.runner import ManualRunner


class Opened:
    """A project in which images appear when the test says so."""

    project = type("Project", (), {"path": Path("p.semgui")})()
    folders = ()
    limits = Settings().limits.for_decoding()

    def __init__(self) -> None:
        self.ids = [1, 2]

    def listing(self, wanted):
        return Listing(np.array(self.ids, np.int64))

    def tiles(self, ids):
        return []

    def facets(self, wanted):
        return Facets()


class Watched:
    """A desk on which images are watched."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.runner = ManualRunner()
        settings = Settings()
        settings.live.follow = True
        self.desk = Desk(self.runner, settings, InThisProcess())
        self.live, self.gallery, self.opened = self.desk.live, self.desk.gallery, Opened()
        self.live.rows_changed.connect(self.gallery.refresh)

        def watch(project, folders, *, arrived, **others):
            self.tell = arrived

        monkeypatch.setattr(live_module, "watch_project", watch)
        self.gallery.attach(self.opened)
        self.runner.drain()
        self.runner.rest()
        self.live.attach(self.opened, None)
        self.gallery.go_to(ImageId(2))
        self.live.toggle()
        self.runner.drain()

    def arrive(self, number: int) -> None:
        """Let an image appear."""
        self.opened.ids.append(number)
        self.tell(Arrival((ImageRecord(ImageId(number), Path(f"{number}.tif"), 1, 1, "f"),)))
        self.runner.drain()
        for _ in range(3):
            self.runner.rest()


@pytest.fixture
def watched(monkeypatch) -> Watched:
    return Watched(monkeypatch)


def test_the_newest_is_followed(watched):
    watched.arrive(3)
    assert watched.gallery.current == 3
    assert watched.live.missed == 0


def test_what_is_being_typed_is_for_the_image_on_screen_and_the_newest_follows_after_it(watched):
    busy = True
    watched.live.hand_is_busy = lambda: busy
    watched.arrive(3)
    watched.arrive(4)
    assert watched.gallery.current == 2
    busy = False
    watched.runner.rest()
    assert watched.gallery.current == 4
    assert watched.live.missed == 0


def test_who_went_elsewhere_with_a_busy_hand_is_left_there(watched):
    busy = True
    watched.live.hand_is_busy = lambda: busy
    watched.arrive(3)
    watched.gallery.go_to(ImageId(1))
    busy = False
    watched.runner.rest()
    assert watched.gallery.current == 1
    assert watched.live.missed == 1
