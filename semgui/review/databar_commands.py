"""Moving the crop line of the databar; see `semgui.review.commands` for what a command is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from semgui.catalogue.databars import PlacedDatabar, alike, read_user_databars
from semgui.catalogue.tables import images
from semgui.domain.errors import UsageError
from semgui.domain.ids import ImageId
from semgui.review.commands import Changes, counted


class Scope(StrEnum):
    """Which images a crop line is for, beside the one that it was placed on; all have its size."""

    IMAGE = "image"
    FOLDER = "folder"
    MICROSCOPE = "microscope"


@dataclass(frozen=True, slots=True)
class PlaceDatabar:
    """Let the databar begin at a row, or say that there is none.

    Parameters
    ----------
    image_id
        The image that the user looked at.
    row
        First row; ``None``: no databar.
    """

    image_id: ImageId
    row: int | None
    scope: Scope = Scope.IMAGE

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per image whose line is elsewhere now."""
        _check_row(connection, self.image_id, self.row)
        there = (True, self.row)
        placed = _changed(connection, self.image_id, self.scope, there, annotator, at)
        what = "No databar" if self.row is None else f"Databar from row {self.row}"
        return Changes(f"{what} for {counted(placed)}", databars=placed)


@dataclass(frozen=True, slots=True)
class FindDatabar:
    """Forget the user's crop line: it is looked for in the file again."""

    image_id: ImageId
    scope: Scope = Scope.IMAGE

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per image with a line by a user."""
        placed = _changed(connection, self.image_id, self.scope, (False, None), annotator, at)
        return Changes(f"Find the databar of {counted(placed)} again", databars=placed)


def _changed(
    connection: sa.Connection,
    image_id: ImageId,
    scope: Scope,
    wanted: tuple[bool, int | None],
    annotator: str,
    at: datetime,
) -> list[PlacedDatabar]:
    image_id = ImageId(int(image_id))
    ids = [image_id]
    if scope is not Scope.IMAGE:
        ids = alike(connection, image_id, folder=scope is Scope.FOLDER)
    now = read_user_databars(connection, ids)
    return [PlacedDatabar(i, *wanted, annotator, at) for i in ids if now.get(i, wanted) != wanted]


def _check_row(connection: sa.Connection, image_id: ImageId, row: int | None) -> None:
    found = connection.execute(
        sa.select(images.c.relpath, images.c.height).where(images.c.id == int(image_id))
    ).first()
    if found is None:
        raise UsageError(f"the project has no image {image_id}.")
    if row is not None and found.height and not 0 < row < found.height:
        raise UsageError(
            f"{found.relpath}: a databar begins between row 1 and {found.height - 1}, not at {row}."
        )
