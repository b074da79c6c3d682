"""Where one was in a project: filter, order, image; kept in the user's cache, never in the project."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path

from semgui import paths
from semgui.catalogue.query import ImageQuery
from semgui.domain.errors import SemguiError
from semgui.viewmodels.filters import from_json, to_json

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one was.

    Parameters
    ----------
    wanted
        Filter, order and groups.
    image
        The file that was on screen.
    grid
        Whether only thumbnails were shown.
    closer
        Whether labels were judged by a closer look (`semgui.services.closer`).
    """

    wanted: ImageQuery
    image: Path | None = None
    grid: bool = False
    closer: bool = False


def keep_place(project: Path, place: Place) -> None:
    """Keep where one was in a project; that it cannot be kept is no news for the user."""
    known = {
        "filter": to_json(place.wanted),
        "image": None if place.image is None else str(place.image),
        "grid": place.grid,
        "closer": place.closer,
    }
    try:
        file = _file(project)
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(known), encoding="utf-8")
    except (OSError, SemguiError) as error:
        _log.info("the place in %s was not kept: %s", project, error)


def kept_place(project: Path) -> Place | None:
    """Return where one was in a project; ``None`` if that is not known or not understood."""
    with contextlib.suppress(OSError, SemguiError, ValueError, TypeError, KeyError):
        known = json.loads(_file(project).read_text(encoding="utf-8"))
        image = Path(known["image"]) if known["image"] else None
        closer = bool(known.get("closer", False))
        return Place(from_json(known["filter"]), image, bool(known["grid"]), closer)
    return None


def _file(project: Path) -> Path:
    name = hashlib.sha256(str(project.absolute()).encode()).hexdigest()[:24]
    return paths.cache_dir() / "places" / f"{name}.json"
