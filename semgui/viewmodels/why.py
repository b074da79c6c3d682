"""Why an image deserves a look, in a sentence."""

from __future__ import annotations

from semgui.domain.marks import Marks
from semgui.domain.prediction import PredictionStatus
from semgui.texts import tr
from semgui.viewmodels.answer import Answer


def why_shown(label: str | None, answer: Answer | None, marks: Marks) -> str:
    """Return what stands out about an image; empty where nothing does.

    Parameters
    ----------
    label
        Name of its class.
    """
    parts = []
    known = {bar.name for bar in answer.bars} if answer is not None else set()  # it cannot say others
    if answer is not None and label in known and answer.predicted.name != label:
        probability = f"{round(100 * answer.predicted.probability)}\N{NO-BREAK SPACE}%"
        parts.append(
            tr(
                "Label {label}, model {percent} {name}.",
                label=label,
                percent=probability,
                name=answer.predicted.name,
            )
        )
    if answer is not None and answer.status is PredictionStatus.UNCERTAIN:
        parts.append(tr("The model is not sure."))
    if answer is not None and answer.status is PredictionStatus.NOT_SEM:
        parts.append(tr("Unlike the SEM images that the model knows: its classes may all be wrong."))
    if marks.flagged:
        parts.append(tr("Flagged to look at again."))
    if marks.excluded:
        parts.append(tr("Excluded: never trained on."))
    return " ".join(parts)
