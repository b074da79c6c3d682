from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from semgui.domain.ids import ClassId, ModelId
from semgui.domain.metadata import Databar
from semgui.domain.prediction import PredictionStatus
from semgui.domain.progress import CancelToken
from semgui.inference.classifier import Classified, Classifier, decide
from semgui.inference.engine import Answer
from semgui.inference.folding import load_folded
from semgui.inference.prepare import Source
from tests.inference.pictures import write_picture, write_pictures
from trainer.calibrate import softmax
from trainer.card import ColourCue, Thresholds
from trainer.novelty import NoveltyParams, fit_novelty


@pytest.fixture
def classifier(standin: Path) -> Classifier:
    return Classifier(load_folded(standin, torch.device("cpu")), ModelId("standin@0"), batch_size=4)


def run(classifier: Classifier, paths: list[Path]) -> list[Classified]:
    return list(classifier.stream([Source(p) for p in paths], cancel=CancelToken()))


def test_each_file_gets_one_answer_in_order_bad_ones_too(classifier: Classifier, tmp_path: Path) -> None:
    paths = write_pictures(tmp_path, 11)
    paths[3].write_bytes(b"")
    paths[7].write_bytes(paths[7].read_bytes()[:200])
    paths.insert(5, tmp_path / "gone.tif")
    results = run(classifier, paths)
    assert [r.source.path for r in results] == paths
    assert [i for i, r in enumerate(results) if r.status is PredictionStatus.ERROR] == [3, 5, 8]
    assert all((r.error is None) == (r.answer is not None) for r in results)
    assert "empty" in str(results[3].error)


def test_many_at_once_say_the_same_as_one_alone(classifier: Classifier, tmp_path: Path) -> None:
    paths = write_pictures(tmp_path, 9)
    for path, result in zip(paths, run(classifier, paths), strict=True):
        alone = classifier.classify(Source(path))
        assert alone.answer is not None
        assert result.answer is not None
        np.testing.assert_allclose(alone.answer.logits, result.answer.logits, atol=1e-4)
        assert alone.answer.predicted == result.answer.predicted


def test_what_lies_below_the_crop_line_changes_nothing(classifier: Classifier, tmp_path: Path) -> None:
    with_bar = write_picture(tmp_path / "a.png", height=120, bar=30)
    without = write_picture(tmp_path / "b.png", height=120)
    crop = Databar(row=80, source="user")
    contrast = classifier.classify(Source(with_bar, databar=crop)).contrast
    one, other = (
        classifier.classify(Source(p, databar=crop, contrast=contrast)) for p in (with_bar, without)
    )
    assert one.answer is not None
    assert other.answer is not None
    assert one.databar == crop
    np.testing.assert_array_equal(one.answer.logits, other.answer.logits)


def test_a_crop_line_that_leaves_nothing_is_a_sentence(classifier: Classifier, tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png")
    result = classifier.classify(Source(path, databar=Databar(row=0, source="user")))
    assert "covers the whole picture" in str(result.error)


def test_probabilities_are_calibrated_and_the_prediction_is_the_largest(classifier: Classifier) -> None:
    model = classifier.model
    model.card = model.card.model_copy(update={"temperature": 2.5})
    logits = np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 0.0]], np.float32)
    answers = decide(model, [Answer(row, np.zeros(1280, np.float32)) for row in logits], [0.0, 0.0])
    expected = softmax(logits, 2.5)
    for answer, row in zip(answers, expected, strict=True):
        np.testing.assert_allclose(answer.probabilities, row, atol=1e-6)
        assert answer.confidence == pytest.approx(row.max(), abs=1e-6)
    assert [a.predicted for a in answers] == [ClassId("t.b"), ClassId("t.a")]


def test_the_cards_thresholds_decide_the_status(classifier: Classifier) -> None:
    generator = np.random.default_rng(0)
    usual = generator.normal(0, 1, (60, 1280)).astype(np.float32)
    logits = np.array([3.0, 0.0, 0.0], np.float32) + generator.normal(0, 1, (60, 3)).astype(np.float32)
    model = classifier.model
    model.novelty_tensors = fit_novelty(usual[:30], usual[30:], logits[30:], None, NoveltyParams(), seed=0)
    thresholds = Thresholds(uncertain_below=0.6, not_sem_above=0.97)
    model.card = model.card.model_copy(update={"novelty": True, "thresholds": thresholds})
    strange = (usual[0] * 30).astype(np.float32)
    answers = decide(
        model,
        [
            Answer(np.array([4.0, 0.0, 0.0], np.float32), usual[0]),
            Answer(np.array([1.0, 0.9, 0.8], np.float32), usual[1]),
            Answer(np.array([-9.0, -9.0, -9.0], np.float32), strange),
        ],
        [0.0, 0.0, 0.0],
    )
    assert [a.status for a in answers] == [
        PredictionStatus.OK,
        PredictionStatus.UNCERTAIN,
        PredictionStatus.NOT_SEM,
    ]
    assert answers[2].novelty > 0.97 > answers[0].novelty


def test_a_coloured_file_is_novel_whatever_its_shapes(classifier: Classifier) -> None:
    model = classifier.model
    cue = ColourCue(grey_up_to=0.1, coloured_from=0.3)
    model.card = model.card.model_copy(update={"colour": cue})
    same = [Answer(np.zeros(3, np.float32), np.zeros(1280, np.float32))] * 3
    assert [a.novelty for a in decide(model, same, [0.05, 0.2, 0.8])] == pytest.approx([0, 0.5, 1])
