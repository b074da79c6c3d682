"""What reading files gave, written to their rows, some hundred at a time.

The statements are made once and run for many rows: building one for each row would take three times as long
as reading the files.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, insert, null, select, union, update

from semgui.catalogue.label_tables import databar_events, label_events, mark_events, verdict_events
from semgui.catalogue.listing import FoundFile
from semgui.catalogue.tables import image_metadata, images, predictions, roots, splits
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageStatus
from semgui.domain.metadata import SemMetadata


@dataclass(frozen=True, slots=True)
class ToRead:
    """A row whose file is to be read, and what is known of it from the time before.

    Parameters
    ----------
    id, path
        The image.
    relpath
        Its path below the root.
    status, size, mtime_ns, fingerprint, full_hash
        As the row has them; the fingerprint is empty before the first time.
    """

    id: ImageId
    path: Path
    relpath: str
    status: ImageStatus
    size: int
    mtime_ns: int
    fingerprint: str
    full_hash: str | None


@dataclass(frozen=True, slots=True)
class FileContent:
    """What reading a file gave.

    Parameters
    ----------
    row
        The row it was read for.
    found
        Size and time; ``None``: the file is gone.
    fingerprint
        The row's own when the file could not even be opened.
    same
        Whether it is, as far as can be told, what the row described before.
    error
        Why the picture cannot be read, else ``None``.
    width, height, dtype, metadata
        From the header.
    """

    row: ToRead
    found: FoundFile | None
    fingerprint: str = ""
    same: bool = False
    error: str | None = None
    width: int = 0
    height: int = 0
    dtype: str = ""
    metadata: SemMetadata | None = None


def write_contents(connection: Connection, contents: Sequence[FileContent]) -> set[ImageId]:
    """Write to the rows what reading gave.

    A new file with the content of one that is no longer where it was is that one: the earlier row, with
    its labels, takes the place of the new one.

    Returns
    -------
    set of ImageId
        The images that were found to have moved.
    """
    contents = _still_there(connection, contents)
    moved = _find_moved(connection, [c for c in contents if c.found is not None])
    if moved:
        _move(connection, moved)
    gone: list[dict[str, Any]] = []
    failed_again: list[dict[str, Any]] = []
    read: list[dict[str, Any]] = []
    metadata: list[dict[str, Any]] = []
    for content in contents:
        image_id = moved.get(content.row.id, content.row.id)
        if content.found is None:
            gone.append({"this": image_id, "new_status": ImageStatus.MISSING.value})
        elif content.error is not None and content.same:
            failed_again.append({"this": image_id, "new_error": content.error})
        else:
            read.append(_values(image_id, content, content.found))
            if content.metadata is not None:
                metadata.append(_metadata_values(image_id, content.metadata))
    for statement, rows in ((_GONE, gone), (_FAILED_AGAIN, failed_again), (_READ, read)):
        if rows:
            connection.execute(statement, rows)
    if read:
        connection.execute(_FORGET_METADATA, [{"this": row["this"]} for row in read])
    if metadata:
        connection.execute(insert(image_metadata), metadata)
    return set(moved.values())


_THIS = images.c.id == bindparam("this")
_IS_NEW = bindparam("is_new") == 1
_FORGET_DATABAR = _IS_NEW & images.c.databar_source.is_distinct_from("user")

_GONE = update(images).where(_THIS).values(status=bindparam("new_status"))
_FAILED_AGAIN = (
    update(images).where(_THIS).values(status=ImageStatus.UNREADABLE.value, error=bindparam("new_error"))
)
# Where the content is new, what was found in the pixels is forgotten; the user's own crop line stays.
_READ = (
    update(images)
    .where(_THIS)
    .values(
        **{
            name: bindparam(f"new_{name}")
            for name in ("size", "mtime_ns", "fingerprint", "status", "error", "width", "height", "dtype")
        },
        acquired_at=bindparam("new_acquired_at"),
        version=images.c.version + bindparam("is_new"),
        full_hash=case((_IS_NEW, null()), else_=images.c.full_hash),
        contrast_low=case((_IS_NEW, null()), else_=images.c.contrast_low),
        contrast_high=case((_IS_NEW, null()), else_=images.c.contrast_high),
        databar_row=case((_FORGET_DATABAR, null()), else_=images.c.databar_row),
        databar_source=case((_FORGET_DATABAR, null()), else_=images.c.databar_source),
        databar_certain=case((_FORGET_DATABAR, 1), else_=images.c.databar_certain),
    )
)
_FORGET_METADATA = delete(image_metadata).where(image_metadata.c.image_id == bindparam("this"))


def _still_there(connection: Connection, contents: Sequence[FileContent]) -> list[FileContent]:
    """Leave out rows that another process, scanning the same folder, has found to have moved."""
    statement = select(images.c.id).where(images.c.id.in_([c.row.id for c in contents]))
    there = set(connection.execute(statement).scalars())
    return [c for c in contents if c.row.id in there]


def _values(image_id: ImageId, content: FileContent, found: FoundFile) -> dict[str, Any]:
    acquired_at = None if content.metadata is None else content.metadata.acquired_at
    return {
        "this": image_id,
        "is_new": int(_is_new(image_id, content, found)),
        "new_size": found.size,
        "new_mtime_ns": found.mtime_ns,
        "new_fingerprint": content.fingerprint,
        "new_status": (ImageStatus.OK if content.error is None else ImageStatus.UNREADABLE).value,
        "new_error": content.error,
        "new_width": content.width,
        "new_height": content.height,
        "new_dtype": content.dtype,
        "new_acquired_at": None if acquired_at is None else acquired_at.isoformat(),
    }


def _is_new(image_id: ImageId, content: FileContent, found: FoundFile) -> bool:
    """Tell whether what was computed of an image is out of date."""
    if content.row.fingerprint:
        return not content.same
    # Read for the first time: since it was listed it may have been decoded, and then been written to.
    as_listed = (found.size, found.mtime_ns) == (content.row.size, content.row.mtime_ns)
    return image_id == content.row.id and not as_listed


def _metadata_values(image_id: ImageId, metadata: SemMetadata) -> dict[str, Any]:
    names = (column.name for column in image_metadata.c if column.name != "image_id")
    return {"image_id": image_id, **{name: getattr(metadata, name) for name in names}}


def _find_moved(connection: Connection, contents: Sequence[FileContent]) -> dict[ImageId, ImageId]:
    """Return the earlier row of each new file whose content was elsewhere before, and is there no more."""
    new = [c for c in contents if c.fingerprint and not c.row.fingerprint]
    if not new:
        return {}
    earlier = connection.execute(
        select(images.c.id, images.c.relpath, images.c.fingerprint, roots.c.path)
        .select_from(images.join(roots, roots.c.id == images.c.root_id))
        .where(images.c.fingerprint.in_({c.fingerprint for c in new}))
        .order_by(images.c.id)
    )
    gone: defaultdict[str, list[Any]] = defaultdict(list)
    for row in earlier:
        # A duplicate that is still in its place is another image, not this one.
        if not os.path.lexists(os.path.join(row.path, row.relpath)):  # noqa: PTH118
            gone[row.fingerprint].append(row)
    if not gone:
        return {}
    touched = _touched(connection, [c.row.id for c in new])
    moved: dict[ImageId, ImageId] = {}
    for content in new:
        candidates = gone[content.fingerprint]
        if candidates and content.row.id not in touched:  # what was said of the new row meanwhile stays its
            same_name = [c for c in candidates if c.relpath.rpartition("/")[2] == content.row.path.name]
            chosen = (same_name or candidates)[0]
            candidates.remove(chosen)
            moved[content.row.id] = ImageId(chosen.id)
    return moved


def _touched(connection: Connection, ids: Sequence[ImageId]) -> set[ImageId]:
    """Return those of some images that somebody has labelled, marked or judged, ever."""
    tables = (label_events, mark_events, databar_events, verdict_events)
    said = union(*(select(events.c.image_id).where(events.c.image_id.in_(ids)) for events in tables))
    return {ImageId(i) for i in connection.execute(said).scalars()}


def _move(connection: Connection, moved: dict[ImageId, ImageId]) -> None:
    """Give earlier rows (values) the places of new ones (keys), which are removed."""
    names = ("root_id", "relpath", "folder", "sort_key")
    columns = [images.c[name].label(f"new_{name}") for name in names]
    wanted = select(images.c.id.label("now"), *columns).where(images.c.id.in_(moved))
    places = [dict(row) for row in connection.execute(wanted).mappings()]
    for table in (image_metadata, predictions, splits):
        connection.execute(delete(table).where(table.c.image_id.in_(moved)))
    connection.execute(delete(images).where(images.c.id.in_(moved)))
    statement = update(images).where(_THIS).values(**{name: bindparam(f"new_{name}") for name in names})
    connection.execute(statement, [{"this": moved[place.pop("now")], **place} for place in places])
