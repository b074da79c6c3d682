"""Hash whole files in the background: slow on a network disk, and nothing waits for it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select, update

from semgui.catalogue.fingerprint import full_hash
from semgui.catalogue.listing import stat_file
from semgui.catalogue.project import Project
from semgui.catalogue.tables import images, roots
from semgui.domain.errors import UnreadableImageError
from semgui.domain.image import ImageStatus
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.services.rate import RateMeter

_FILES_AT_ONCE = 50


def hash_contents(
    project: Project, *, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None
) -> int:
    """Hash whole files that have no full hash yet, in the background; returns how many were hashed.

    With it a file whose time changed but whose content did not (copied back from a backup) keeps its
    predictions. Resumable; files that cannot be read are left out, and those that changed since they were
    scanned, whose hash would be that of something nobody has looked at.
    """
    cancel = cancel or CancelToken()
    with project.read() as connection:
        open_rows = (images.c.status == ImageStatus.OK.value) & images.c.full_hash.is_(None)
        total = connection.execute(select(func.count()).select_from(images).where(open_rows)).scalar_one()
    rate = RateMeter()
    done, last = 0, 0
    columns = (
        images.c.id,
        images.c.relpath,
        images.c.version,
        images.c.size,
        images.c.mtime_ns,
        roots.c.path,
    )
    joined = images.join(roots, roots.c.id == images.c.root_id)
    while True:
        with project.read() as connection:
            statement = select(*columns).select_from(joined).where(open_rows, images.c.id > last)
            rows = connection.execute(statement.order_by(images.c.id).limit(_FILES_AT_ONCE)).all()
        if not rows:
            return done
        hashes: list[tuple[int, int, str]] = []
        for row in rows:
            cancel.raise_if_cancelled()
            last = row.id
            file, root = Path(row.path, row.relpath), Path(row.path)
            try:
                found = full_hash(file, root)
                now = stat_file(file, root)
            except (UnreadableImageError, OSError):
                continue
            if (now.size, now.mtime_ns) == (row.size, row.mtime_ns):
                hashes.append((row.id, row.version, found))
        with project.write() as connection:
            for image_id, version, value in hashes:
                same = (images.c.id == image_id) & (images.c.version == version)
                connection.execute(update(images).where(same).values(full_hash=value))
        done += len(hashes)
        progress(Progress("hashing", done, total, rate.update(done)))
