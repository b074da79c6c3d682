"""Each image's combination of what was said of it, and of where and how it was made.

There are few combinations, however many images: conditions are asked of them, not of images.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from semgui.catalogue.columns import Coded, Columns, combined
from semgui.catalogue.conditions import known_to
from semgui.catalogue.query import TRAITS, ImageQuery, Key, LabelState, Scope
from semgui.catalogue.tables import image_metadata, roots
from semgui.domain.ids import ModelId
from semgui.domain.image import ImageStatus
from semgui.domain.marks import MarkKind

_LABEL = 4  # its place among what is combined


@dataclass(frozen=True, slots=True)
class Said:
    """One state, label and prediction.

    Parameters
    ----------
    known
        Whether the model can say the label.
    """

    status: str
    certain: bool
    flagged: bool
    excluded: bool
    label: str | None
    predicted: str | None
    trust: str | None
    known: bool

    @property
    def present(self) -> bool:
        """Whether the file is where it was."""
        return self.status != ImageStatus.MISSING.value

    @property
    def shown(self) -> str | None:
        """The label or, without one, the model's class."""
        return self.label or self.predicted

    @property
    def differs(self) -> bool:
        """Whether the model says another class than the label, which it could have said."""
        return self.known and self.predicted is not None and self.label != self.predicted


@dataclass(frozen=True, slots=True)
class Made:
    """One folder and microscope."""

    root_id: int
    folder: str
    path: Path
    traits: tuple[str | None, ...]


def read_said(
    connection: Connection, columns: Columns, model_id: ModelId | None, merged: Mapping[str, str]
) -> Coded[Said]:
    """Read what was said of every image.

    Parameters
    ----------
    model_id
        Whose predictions count.
    merged
        Which class a class was merged into: models go on predicting the old one.
    """
    predicted, trust = columns.answers(connection, model_id)
    found = combined(
        [
            columns.status,
            columns.databars(connection),
            columns.marked(connection, MarkKind.FLAG),
            columns.marked(connection, MarkKind.EXCLUDED),
            columns.labels(connection),
            Coded(tuple(merged.get(guess or "", guess) for guess in predicted.values), predicted.codes),
            trust,
        ]
    )
    known = frozenset(connection.execute(known_to(model_id)).scalars())
    values = (Said(*(*value, value[_LABEL] in known)) for value in found.values)
    return Coded(tuple(values), found.codes)


def passes(one: Said, query: ImageQuery) -> bool:
    """Whether images of this combination pass the conditions on status, marks, label and prediction."""
    return (
        (one.present if query.status is None else one.status == query.status.value)
        and _label_passes(one, query.label_state)
        and (not query.classes or one.shown in query.classes)
        and (not query.predicted or one.predicted in query.predicted)
        and query.prediction_status in (None, one.trust)
        and query.flagged in (None, one.flagged)
        and query.excluded in (None, one.excluded)
        and not (query.databar_uncertain and one.certain)
    )


def _label_passes(one: Said, state: LabelState | None) -> bool:
    if state is None:
        return True
    if state is LabelState.DISAGREE:
        return one.differs
    return (one.label is not None) is (state is LabelState.LABELLED)


def read_made(connection: Connection, columns: Columns) -> Coded[Made]:
    """Read where every image lies and what its microscope was."""
    opened = dict(connection.execute(select(roots.c.id, roots.c.path)).all())
    facts = columns.facts(connection, [image_metadata.c[key] for key in TRAITS])
    found = combined([columns.folders(connection), facts])
    nothing = (None,) * len(TRAITS)
    values = (
        Made(root_id, folder, Path(opened[root_id], folder), traits or nothing)
        for (root_id, folder), traits in found.values
    )
    return Coded(tuple(values), found.codes)


def lies_in(one: Made, scope: Scope | None) -> bool:
    """Whether images of this combination lie in a folder, however deep; all do where none is asked for."""
    if scope is None:
        return True
    deeper = not scope.folder or f"{one.folder}/".startswith(f"{scope.folder}/")
    return one.root_id == scope.root_id and deeper


def chosen_by(one: Made, query: ImageQuery, leaving_out: Key | None = None) -> bool:
    """Whether images of this combination pass the choices of a query, one of them left out."""
    chosen = {choice.key: choice.values for choice in query.choices if choice.key is not leaving_out}
    return all(value in chosen.get(key, {value}) for key, value in zip(TRAITS, one.traits, strict=True))
