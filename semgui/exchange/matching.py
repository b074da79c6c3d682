"""Find the images of a project that rows of labels are about."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

from semgui.catalogue.fingerprint import fingerprint
from semgui.catalogue.images import ImageStore
from semgui.catalogue.project import Project
from semgui.catalogue.records import chunks
from semgui.catalogue.tables import images
from semgui.domain.errors import UnreadableImageError
from semgui.domain.ids import ImageId
from semgui.domain.progress import CancelToken

_PER_QUERY = 5_000

Matches = dict[Path, tuple[ImageId, ...]]


def by_path(project: Project, paths: Sequence[Path]) -> Matches:
    """Return the image at each path, or at the end of the link that the path is."""
    store = ImageStore(project)
    found = _look_up(store, paths)
    rest = {path: Path(os.path.realpath(path)) for path in paths if path not in found}  # a loop is no error
    at_end = _look_up(store, list(rest.values()))
    return found | {path: at_end[end] for path, end in rest.items() if end in at_end}


def by_fingerprint(project: Project, fingerprints: Mapping[Path, str]) -> Matches:
    """Return the images with the same content; several, if the project holds copies."""
    images_of: dict[str, list[ImageId]] = defaultdict(list)
    with project.read() as connection:
        for some in chunks(sorted(set(fingerprints.values())), _PER_QUERY):
            query = sa.select(images.c.id, images.c.fingerprint).where(images.c.fingerprint.in_(some))
            for row in connection.execute(query.order_by(images.c.id)):
                images_of[row.fingerprint].append(ImageId(row.id))
    return {path: tuple(images_of[f]) for path, f in fingerprints.items() if f in images_of}


def fingerprints_in(folder: Path, paths: Iterable[Path], cancel: CancelToken) -> dict[Path, str]:
    """Return the fingerprints of files in a folder, leaving out those that cannot be read."""
    found: dict[Path, str] = {}
    for path in paths:
        cancel.raise_if_cancelled()
        try:
            found[path] = fingerprint(path, folder)
        except UnreadableImageError:
            continue
    return found


def _look_up(store: ImageStore, paths: Sequence[Path]) -> Matches:
    records = store.by_paths(paths)
    return {path: (record.id,) for path, record in zip(paths, records, strict=True) if record is not None}
