"""The images of a project: looking them up, listing them, and what is learned from their pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, and_, bindparam, case, func, select, tuple_, update

from semgui.catalogue.conditions import counting
from semgui.catalogue.naming import absolute, relative_to
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery, Key, Scope
from semgui.catalogue.records import COLUMNS, TABLES, chunks, record_of
from semgui.catalogue.sorting import Column, Listing, listed, read_column, with_merged
from semgui.catalogue.tables import image_metadata, images, roots
from semgui.domain.ids import ImageId, ModelId
from semgui.domain.image import ImageRecord, ImageStatus
from semgui.domain.metadata import ContrastLimits, Databar

Place = tuple[int, str]
"""Id of a root, and a path below it."""

_CHUNK = 5_000  # ids in one statement; SQLite takes 32,766 variables


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that the user opened."""

    id: int
    path: Path


class ImageStore:
    """Images of one project.

    Parameters
    ----------
    project
        The open project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    # ---- looking up ----

    def get(self, image_id: ImageId) -> ImageRecord:
        """Return one image with the vendor's whole record; ``KeyError`` when there is none."""
        statement = select(*COLUMNS, image_metadata.c.record).select_from(TABLES)
        with self._project.read() as connection:
            row = connection.execute(statement.where(images.c.id == image_id)).first()
        if row is None:
            raise KeyError(image_id)
        *known, record = row
        return record_of(known, record)

    def get_many(self, ids: Sequence[ImageId]) -> list[ImageRecord]:
        """Return images in the order asked for, leaving out ids that are not there.

        ``metadata.record`` stays empty: a page of vendor records would be megabytes. `get` has it.
        """
        with self._project.read() as connection:
            found = _records(connection, ids)
        return [found[i] for i in ids if i in found]

    def by_path(self, path: Path) -> ImageRecord | None:
        """Return the image at a path (relative ones count from the working folder), or ``None``."""
        return self.by_paths([path])[0]

    def by_paths(self, paths: Sequence[Path]) -> list[ImageRecord | None]:
        """Return the image at each path, ``None`` where the project has none."""
        with self._project.read() as connection:
            places = _places(paths, _roots(connection))
            found: dict[Place, ImageId] = {}
            for chunk in chunks(list({p: None for some in places for p in some}), 1_000):
                key = tuple_(images.c.root_id, images.c.relpath)
                statement = select(images.c.id, images.c.root_id, images.c.relpath).where(key.in_(chunk))
                found.update({(r.root_id, r.relpath): ImageId(r.id) for r in connection.execute(statement)})
            records = _records(connection, list(found.values()))
        ids = [next((found[p] for p in some if p in found), None) for some in places]
        return [None if i is None else records[i] for i in ids]

    # ---- lists ----

    def listing(self, query: ImageQuery) -> Listing:
        """Return a list in its order and its groups, as one array of ids.

        That is all that a grid needs for its scroll bar; 100,000 images take 15 ms of processor time by path
        and 40 to 120 ms in any other order.
        """
        with self._project.read() as connection:
            scope = self.scope(connection, query.folder)
            if query.folder is not None and scope is None:
                return Listing(np.empty(0, np.int64))
            return listed(connection, query, scope)

    def ids(self, query: ImageQuery) -> NDArray[np.int64]:
        """Return the ids of a list in order, shape (n,)."""
        return self.listing(query).ids

    def column(self, key: Key, ids: NDArray[np.int64], model_id: ModelId | None) -> Column:
        """Return one value of each of these images, aligned with `ids`.

        Parameters
        ----------
        key
            Anything but the order of paths.
        model_id
            Whose answers are meant.
        """
        with self._project.read() as connection:
            return read_column(connection, ImageQuery(model_id=model_id), key, ids)

    def count(self, query: ImageQuery) -> int:
        """Return how many images a query finds."""
        with self._project.read() as connection:
            scope = self.scope(connection, query.folder)
            if query.folder is not None and scope is None:
                return 0
            statement = counting(with_merged(connection, query), scope)
            return int(connection.execute(statement).scalar_one())

    def scope(self, connection: Connection, folder: Path | None) -> Scope | None:
        """Return a folder as the database knows it; ``None`` where it is outside of the project."""
        if folder is None:
            return None
        # A link is the folder that it leads to: what lies there was taken in by that name.
        real = folder.resolve()
        places = [*_places([real], _roots(connection))[0], *_places([folder], _roots(connection))[0]]
        return Scope(*places[0]) if places else None

    def roots(self) -> list[Root]:
        """Return the opened folders."""
        with self._project.read() as connection:
            return _roots(connection)

    # ---- what is learned from the pixels ----

    def record_analysis(self, image: ImageRecord, databar: Databar, contrast: ContrastLimits) -> None:
        """Keep what one decoding found, so that no later one has to look again."""
        self.record_analyses([(image, databar, contrast)])

    def record_analyses(self, found: Sequence[tuple[ImageRecord, Databar, ContrastLimits]]) -> None:
        """Keep what decoding several images found, in one transaction.

        A databar that the user placed stays. A databar that differs from the one found before makes
        predictions out of date; the first one found does not, since they were made with it. What was found
        in a file that has changed since, or above a line that was moved since, is dropped.

        Parameters
        ----------
        found
            The images as they were before they were decoded, and what was found.
        """
        rows = [
            {
                "image": image.id,
                "as_seen": image.version,
                "row": databar.row,
                "source": databar.source,
                "certain": int(databar.certain),
                "low": contrast.low,
                "high": contrast.high,
            }
            for image, databar, contrast in found
        ]
        if rows:
            with self._project.write() as connection:
                connection.execute(_ANALYSIS, rows)

    def record_error(self, image: ImageRecord, reason: str) -> None:
        """Say that the pixels of a file could not be read, and why, unless it has changed since."""
        there = images.c.status != ImageStatus.MISSING.value
        with self._project.write() as connection:
            connection.execute(
                update(images)
                .where(images.c.id == image.id, images.c.version == image.version, there)
                .values(status=ImageStatus.UNREADABLE.value, error=reason)
            )


_BY_USER = func.coalesce(images.c.databar_source == "user", False)
_MOVED = and_(
    ~_BY_USER,
    images.c.contrast_low.is_not(None),
    images.c.databar_row.is_distinct_from(bindparam("row")),
)
# One statement for all rows: made anew for each it would hold the interpreter's lock against the window.
_ANALYSIS = (
    update(images)
    .where(images.c.id == bindparam("image"), images.c.version == bindparam("as_seen"))
    .values(
        databar_row=case((_BY_USER, images.c.databar_row), else_=bindparam("row")),
        databar_source=case((_BY_USER, "user"), else_=bindparam("source")),
        databar_certain=case((_BY_USER, 1), else_=bindparam("certain")),
        contrast_low=bindparam("low"),
        contrast_high=bindparam("high"),
        version=images.c.version + case((_MOVED, 1), else_=0),
    )
)


def _records(connection: Connection, ids: Sequence[ImageId]) -> dict[ImageId, ImageRecord]:
    found: dict[ImageId, ImageRecord] = {}
    statement = select(*COLUMNS).select_from(TABLES)
    for chunk in chunks(ids, _CHUNK):
        for row in connection.execute(statement.where(images.c.id.in_(chunk))):
            found[row[0]] = record_of(row, {})
    return found


def _roots(connection: Connection) -> list[Root]:
    rows = connection.execute(select(roots.c.id, roots.c.path).order_by(roots.c.id))
    return [Root(row.id, Path(row.path)) for row in rows]


def _places(paths: Sequence[Path], known: Sequence[Root]) -> list[list[Place]]:
    """Return where the row of each path may be: as it is spelled, and with links above the file followed."""
    spellings = [(root.id, folder) for root in known for folder in {root.path, root.path.resolve()}]
    resolved: dict[Path, Path] = {}

    def places(path: Path) -> list[Place]:
        parent = path.parent
        if parent not in resolved:
            resolved[parent] = parent.resolve()
        found = (
            (root_id, relative_to(candidate, folder))
            for candidate in {path: None, resolved[parent] / path.name: None}
            for root_id, folder in spellings
        )
        return list(dict.fromkeys((root_id, place) for root_id, place in found if place is not None))

    return [places(absolute(path)) for path in paths]
