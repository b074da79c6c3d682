"""What models said about the images of a project, and which images a model has not seen as they are now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_or_update

from semgui.catalogue.conditions import known_to
from semgui.catalogue.label_tables import merged_classes
from semgui.catalogue.project import Project
from semgui.catalogue.records import chunks, id_array
from semgui.catalogue.tables import images, models, predictions
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.image import ImageStatus
from semgui.domain.prediction import Prediction, PredictionStatus

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class PredictingModel:
    """A model version that predicted something in this project.

    Parameters
    ----------
    model_id
        Name and content hash.
    class_ids
        The order of its probabilities.
    added_at
        When it was first used here, UTC.
    """

    model_id: ModelId
    class_ids: tuple[ClassId, ...]
    added_at: datetime


class PredictionStore:
    """Predictions of one project.

    A prediction lasts as long as the file and its databar are what they were (`ImageRecord.version`); after
    that it is as if it had never been made.

    Parameters
    ----------
    project
        The open project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def begin(self, model_id: ModelId, class_ids: Sequence[ClassId]) -> None:
        """Introduce a model; nothing happens when it is known.

        Parameters
        ----------
        model_id
            Its version.
        class_ids
            The order of its probabilities.
        """
        now = datetime.now(UTC).isoformat("T", "seconds")
        with self._project.write() as connection:
            if _key(connection, model_id) is None:
                row = {"model_id": model_id, "class_ids": list(class_ids), "added_at": now}
                connection.execute(insert(models).values(row))

    def models(self) -> list[PredictingModel]:
        """Return the models that predicted here, the newest last."""
        with self._project.read() as connection:
            rows = connection.execute(select(models).order_by(models.c.id)).all()
        return [
            PredictingModel(ModelId(r.model_id), tuple(r.class_ids), datetime.fromisoformat(r.added_at))
            for r in rows
        ]

    def put_many(
        self,
        model_id: ModelId,
        found: Sequence[Prediction],
        versions: Mapping[ImageId, int] | None = None,
    ) -> None:
        """Keep predictions, in one transaction; an older one of the same model and image is replaced.

        Parameters
        ----------
        model_id
            A model that `begin` has introduced; ``KeyError`` otherwise.
        found
            Predictions of this model.
        versions
            `ImageRecord.version` of the images as they were read: the answer for a file that has changed
            meanwhile is dropped. ``None``: nothing has changed.
        """
        now = datetime.now(UTC).isoformat("T", "seconds")
        with self._project.write() as connection:
            key = _key(connection, model_id)
            if key is None:
                raise KeyError(model_id)
            present = _versions(connection, [p.image_id for p in found])
            seen = present if versions is None else versions
            rows = [
                {**asdict(p), "status": p.status.value, "model": key, "predicted_at": now}
                for p in found
                if p.image_id in present and present[p.image_id] == seen.get(p.image_id)
            ]
            if rows:
                connection.execute(_UPSERT, rows)

    def get(self, model_id: ModelId, ids: Sequence[ImageId]) -> dict[ImageId, Prediction]:
        """Return predictions; images without one are not in the result.

        One of a class that was merged into another says the other.
        """
        found: dict[ImageId, Prediction] = {}
        columns = [
            predictions.c[name] for name in ("image_id", "predicted", "confidence", "novelty", "status")
        ]
        statement = select(*columns)
        with self._project.read() as connection:
            key, merged = _key(connection, model_id), _merged(connection)
            for chunk in chunks(ids, _CHUNK):
                wanted = statement.where(predictions.c.model == key, predictions.c.image_id.in_(chunk))
                for image_id, predicted, confidence, novelty, status in connection.execute(wanted):
                    class_id = merged.get(predicted, predicted)
                    found[image_id] = Prediction(
                        image_id, model_id, class_id, confidence, novelty, PredictionStatus(status)
                    )
        return found

    def known_classes(self, model_id: ModelId) -> frozenset[ClassId]:
        """Return the classes that a model can say; of one that was merged into another, the other."""
        with self._project.read() as connection:
            return frozenset(ClassId(found) for found in connection.execute(known_to(model_id)).scalars())

    def missing(self, model_id: ModelId) -> NDArray[np.int64]:
        """Return the ids of the images that the model has not seen as they are now, by path; shape (n,).

        Images that cannot be read or are not there are left out.
        """
        states = (ImageStatus.OK.value, ImageStatus.PENDING.value)
        with self._project.read() as connection:
            seen = select(predictions.c.image_id).where(predictions.c.model == _key(connection, model_id))
            statement = (
                select(images.c.id)
                .where(images.c.status.in_(states), images.c.id.not_in(seen))
                .order_by(images.c.root_id, images.c.sort_key, images.c.id)
            )
            return id_array(connection, statement)

    def counts(self, model_id: ModelId) -> dict[ClassId, int]:
        """Return how many images the model gives each class, missing ones left out.

        A class that was merged into another counts for the other.
        """
        gone = select(images.c.id).where(images.c.status == ImageStatus.MISSING.value)
        statement = (
            select(predictions.c.predicted, func.count())
            .where(predictions.c.image_id.not_in(gone))
            .group_by(predictions.c.predicted)
        )
        with self._project.read() as connection:
            key, merged = _key(connection, model_id), _merged(connection)
            rows = connection.execute(statement.where(predictions.c.model == key)).all()
        found: Counter[ClassId] = Counter()
        for class_id, count in rows:
            found[merged.get(class_id, class_id)] += count
        return dict(found)


_VALUES = ("model", "image_id", "predicted", "confidence", "novelty", "status", "predicted_at")
_INSERT = insert_or_update(predictions).values({name: bindparam(name) for name in _VALUES})
_UPSERT = _INSERT.on_conflict_do_update(
    index_elements=["model", "image_id"], set_={name: _INSERT.excluded[name] for name in _VALUES[2:]}
)


def _key(connection: Connection, model_id: ModelId) -> int | None:
    return connection.execute(select(models.c.id).where(models.c.model_id == model_id)).scalar()


def _merged(connection: Connection) -> dict[ClassId, ClassId]:
    """Return the classes that count as others."""
    rows = connection.execute(select(merged_classes.c.class_id, merged_classes.c.merged_into))
    return {ClassId(row.class_id): ClassId(row.merged_into) for row in rows}


def _versions(connection: Connection, ids: Sequence[ImageId]) -> dict[ImageId, int]:
    found: dict[ImageId, int] = {}
    for chunk in chunks(ids, _CHUNK):
        rows = connection.execute(select(images.c.id, images.c.version).where(images.c.id.in_(chunk)))
        found.update({ImageId(row.id): row.version for row in rows})
    return found
