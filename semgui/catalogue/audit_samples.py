"""How many images are to be audited, in which random order, and how often the outcome was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from semgui.catalogue.label_tables import audit_looks, audit_samples
from semgui.catalogue.project import Project
from semgui.catalogue.tables import splits
from semgui.domain.ids import ImageId, ModelId
from semgui.domain.split import Split


class AuditSampleStore:
    """The samples of a project; nothing in it is ever changed, only added to.

    Parameters
    ----------
    project
        The open project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def seed(self) -> int | None:
        """Return the seed of the project's random order, ``None`` before the first sample."""
        with self._project.read() as connection:
            return connection.execute(sa.select(audit_samples.c.seed).limit(1)).scalar()

    def sizes(self) -> dict[str, int]:
        """Return how many images of each part are to be audited."""
        query = sa.select(audit_samples.c.part, audit_samples.c.size).order_by(audit_samples.c.id)
        with self._project.read() as connection:
            return {row.part: row.size for row in connection.execute(query)}

    def add(
        self, part: str, size: int, seed: int, annotator: str, kept_for_test: Sequence[ImageId] = ()
    ) -> bool:
        """Say how many images of a part are to be audited from now on; a sample never shrinks.

        Parameters
        ----------
        seed
            Of the project's random order.
        kept_for_test
            Images that no model is to be trained on, unless a split says so already.

        Returns
        -------
        bool
            False, and nothing is written, if the project has a random order of another seed.
        """
        now = datetime.now(UTC)
        with self._project.write() as connection:
            known = connection.execute(sa.select(audit_samples.c.seed).limit(1)).scalar()
            if known not in {None, seed}:
                return False
            of_part = sa.select(sa.func.max(audit_samples.c.size)).where(audit_samples.c.part == part)
            size = max(size, connection.execute(of_part).scalar() or 0)
            values = {"part": part, "size": size, "annotator": annotator, "created_at": now}
            connection.execute(sa.insert(audit_samples).values(seed=seed, **values))
            decided = set(connection.execute(sa.select(splits.c.image_id)).scalars())
            rows = [
                {
                    "image_id": int(image_id),
                    "group_key": f"image {image_id}",
                    "split": Split.TEST.value,
                    "decided_at": now.isoformat(timespec="seconds"),
                }
                for image_id in kept_for_test
                if image_id not in decided
            ]
            if rows:
                connection.execute(sa.insert(splits), rows)
        return True

    def look(self, model_id: ModelId, judged: int) -> int:
        """Note that the evidence on a model was looked at; return how often that was done with new evidence.

        Parameters
        ----------
        judged
            How many verdicts there are now.
        """
        of_model = audit_looks.c.model_id == model_id
        with self._project.write() as connection:
            known = connection.execute(sa.select(audit_looks.c.judged).where(of_model)).scalars()
            seen = set(known)
            if judged not in seen:
                now = datetime.now(UTC)
                connection.execute(
                    sa.insert(audit_looks).values(model_id=model_id, judged=judged, created_at=now)
                )
        return len(seen | {judged})
