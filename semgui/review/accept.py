"""Accepting many predictions at once; see `semgui.review.commands`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from semgui.catalogue.labels import read_labels
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.review.commands import AcceptPredictions, Changes, image_ids


@dataclass(frozen=True, slots=True)
class AcceptForUnlabelled:
    """Make a model's predictions the labels of images that nobody has labelled, as it is then.

    Parameters
    ----------
    class_names
        As for `semgui.review.commands.AcceptPredictions`.
    """

    image_ids: Sequence[ImageId]
    model_id: ModelId
    class_names: Sequence[tuple[ClassId, str]] = ()

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per image without a label."""
        in_force = read_labels(connection, self.image_ids)
        labelled = {i for i, label in in_force.items() if label.class_id is not None}
        waiting = [i for i in image_ids(self.image_ids) if i not in labelled]
        return AcceptPredictions(waiting, self.model_id, self.class_names).plan(connection, annotator, at)
