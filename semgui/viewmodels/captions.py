"""The lines under a thumbnail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from semgui.catalogue.query import Key
from semgui.texts import mark
from semgui.viewmodels.filters import value_words
from semgui.viewmodels.tiles import Tile


class Caption(StrEnum):
    """What a line can say."""

    CLASS = "class"  # painted with its sign
    NAME = "name"
    FOLDER = "folder"
    DATE = "date"
    BEAM = "beam"
    PIXEL_SIZE = "pixel_size"
    DETECTOR = "detector"
    TAGS = "tags"


CAPTION_NAMES: Mapping[Caption, str] = {
    Caption.CLASS: mark("Class and confidence"),
    Caption.NAME: mark("File name"),
    Caption.FOLDER: mark("Folder"),
    Caption.DATE: mark("Date acquired"),
    Caption.BEAM: mark("Voltage and working distance"),
    Caption.PIXEL_SIZE: mark("Pixel size"),
    Caption.DETECTOR: mark("Detector"),
    Caption.TAGS: mark("Tags"),
}
"""In the order of the lines; marked for translation."""


def caption_of(tile: Tile, caption: Caption) -> str:
    """Return a line, empty where nothing is known; the class is not among them."""
    return _WORDS[caption](tile)


def _date(tile: Tile) -> str:
    time = tile.metadata.acquired_at
    return time.strftime("%Y-%m-%d %H:%M") if time else ""


def _beam(tile: Tile) -> str:
    said = ((Key.HV, tile.metadata.hv_kv), (Key.WD, tile.metadata.wd_mm))
    return " · ".join(value_words(key, value) for key, value in said if value is not None)


_WORDS: Mapping[Caption, Callable[[Tile], str]] = {
    Caption.NAME: lambda tile: tile.path.name,
    Caption.FOLDER: lambda tile: tile.path.parent.name,
    Caption.DATE: _date,
    Caption.BEAM: _beam,
    Caption.PIXEL_SIZE: lambda tile: value_words(Key.PIXEL_SIZE, tile.metadata.pixel_size_nm),
    Caption.DETECTOR: lambda tile: tile.metadata.detector or "",
    Caption.TAGS: lambda tile: " ".join(f"#{tag}" for tag in tile.marks.tags),
}
