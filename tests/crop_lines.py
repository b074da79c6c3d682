"""The crop line of a databar, moved as a user moves it."""

from __future__ import annotations

from semgui.catalogue.project import Project
from semgui.domain.ids import ImageId
from semgui.review.databar_commands import FindDatabar, PlaceDatabar
from semgui.review.history import History


def place_databar(project: Project, image_id: ImageId, row: int | None) -> None:
    """Say that the databar of an image begins at a row, or that it has none."""
    History(project, "ann").do(PlaceDatabar(image_id, row))


def find_databar(project: Project, image_id: ImageId) -> None:
    """Forget what was said."""
    History(project, "ann").do(FindDatabar(image_id))
