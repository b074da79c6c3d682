"""What stands out about an image, in words."""

from __future__ import annotations

from semgui.domain.ids import ClassId
from semgui.domain.marks import NO_MARKS
from semgui.domain.prediction import PredictionStatus
from semgui.viewmodels.answer import answer_of
from semgui.viewmodels.why import why_shown

TIPS, POWDER = (ClassId("nffa.tips"), "Tips"), (ClassId("nffa.powder"), "Powder")


def test_only_a_class_that_the_model_knows_can_be_contradicted() -> None:
    answer = answer_of([TIPS, POWDER], [0.2, 0.8], PredictionStatus.OK, 0.0, {}, "starter")
    assert "Label Tips" in why_shown("Tips", answer, NO_MARKS)
    assert why_shown("Powder", answer, NO_MARKS) == ""
    assert why_shown("spheroidite", answer, NO_MARKS) == ""
    assert why_shown(None, answer, NO_MARKS) == ""
