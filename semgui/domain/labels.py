"""Label events: what was said about an image, by whom and on what ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from semgui.domain.ids import BatchId, ClassId, ImageId, ModelId


class LabelSource(StrEnum):
    """Where a label came from."""

    USER = "user"
    IMPORT = "import"
    ACCEPTED = "accepted"  # the user accepted a model's prediction


@dataclass(frozen=True, slots=True)
class LabelEvent:
    """One line of the append-only label history.

    Parameters
    ----------
    id
        Row id; later events have larger ids.
    image_id
        The image.
    class_id
        The class, or ``None`` for "label removed".
    annotator
        Name of the person.
    created_at
        UTC.
    source
        Where it came from.
    model_id
        The model whose prediction was accepted, else ``None``.
    batch_id
        The user action that it belongs to.
    undoes
        Id of the event that this one takes back, else ``None``.
    """

    id: int
    image_id: ImageId
    class_id: ClassId | None
    annotator: str
    created_at: datetime
    source: LabelSource
    model_id: ModelId | None
    batch_id: BatchId
    undoes: int | None = None
