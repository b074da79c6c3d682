"""Saying that labels are right: a second look, kept in the history like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from semgui.catalogue.classes import read_taxonomy
from semgui.catalogue.labels import Label, read_labels
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.labels import LabelSource
from semgui.review.commands import Changes, counted, image_ids
from semgui.review.naming import usable_class


@dataclass(frozen=True, slots=True)
class ConfirmLabels:
    """Say that the labels of images are right, whoever gave them. Images without one are left alone."""

    image_ids: Sequence[ImageId]

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per labelled image, also where the annotator said the same before."""
        now = read_labels(connection, image_ids(self.image_ids))
        labels = [
            Label(i, found.class_id, annotator, at, LabelSource.USER)
            for i in image_ids(self.image_ids)
            if (found := now.get(i)) is not None and found.class_id is not None
        ]
        return Changes(f"Confirm the label of {counted(labels)}", labels)


@dataclass(frozen=True, slots=True)
class ConfirmClasses:
    """Say of each image that it is of a class: its own label again, or what a model said of it.

    Parameters
    ----------
    classes
        Images and what they are.
    """

    classes: Sequence[tuple[ImageId, ClassId]]

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per image."""
        taxonomy = read_taxonomy(connection)
        usable = {class_id: usable_class(taxonomy, class_id).id for _, class_id in self.classes}
        said = dict(self.classes)
        wanted = [Label(i, usable[said[i]], annotator, at, LabelSource.USER) for i in image_ids(list(said))]
        return Changes(f"Confirm {counted(wanted)}", wanted)
