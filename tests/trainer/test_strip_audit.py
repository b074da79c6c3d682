"""Databars that tell the class, that do not, and that are not there."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.errors import TrainerError
from trainer.run_folder import STRIP_SHAPE, ManifestRow
from trainer.strip_audit import audit_strips

EACH, CLASSES = 40, 3
SIZE = STRIP_SHAPE[0] * STRIP_SHAPE[1]


def bar(text: int, seed: int) -> np.ndarray:
    """A black bar with a word of its own for each text, a scale bar of any length, and noise."""
    generator = np.random.default_rng(seed)
    letters = np.random.default_rng(1000 + text).integers(0, 2, (4, 20), dtype=np.uint8) * 230
    strip = np.zeros(STRIP_SHAPE, np.int64)
    strip[8:24, 60:140] = np.kron(letters, np.ones((4, 4), np.uint8))
    strip[14:18, 300 : 300 + generator.integers(40, 140)] = 255
    return np.clip(strip + generator.normal(0, 8, STRIP_SHAPE), 0, 255).astype(np.uint8)


def write(path, texts, *, bars=None, per_group=1) -> list[ManifestRow]:
    """Write one strip for each image; `bars` says which have one."""
    labels = np.repeat(np.arange(CLASSES), EACH)
    rows, offset = [], 0
    with path.open("wb") as file:
        for i, (label, text) in enumerate(zip(labels, texts, strict=True)):
            has = bars is None or bars[i]
            rows.append(
                ManifestRow(
                    image_id=str(i),
                    class_id=f"t.{label}",
                    split="train",
                    group=str(i // per_group),
                    offset=0,
                    strip=offset if has else None,
                )
            )
            if has:
                file.write(bar(int(text), i).tobytes())
                offset += SIZE
    return rows


@pytest.fixture
def path(tmp_path):
    return tmp_path / "strips.bin"


def test_a_bar_that_tells_the_class_is_found(path):
    audit = audit_strips(path, write(path, np.repeat(np.arange(CLASSES), EACH)))
    assert audit.tells
    assert audit.accuracy.value > 0.95
    assert audit.majority == pytest.approx(1 / 3)
    assert "split by session" in audit.sentence()


def test_a_grey_between_two_others_is_found(path):
    rows = write(path, np.zeros(CLASSES * EACH))
    greys = np.repeat([30, 110, 190], EACH).astype(np.uint8)
    path.write_bytes(np.repeat(greys, SIZE).tobytes())
    assert audit_strips(path, rows).accuracy.value == 1.0


def test_so_is_one_that_tells_it_of_half_of_the_images(path):
    generator = np.random.default_rng(0)
    told = np.repeat(np.arange(CLASSES), EACH)
    texts = np.where(generator.random(len(told)) < 0.5, told, generator.integers(3, 6, len(told)))
    audit = audit_strips(path, write(path, texts))
    assert audit.tells
    assert 0.5 < audit.accuracy.value < 0.85


@pytest.mark.parametrize("seed", range(3))
def test_the_same_bars_shuffled_tell_nothing(path, seed):
    texts = np.random.default_rng(seed).permutation(np.repeat(np.arange(CLASSES), EACH))
    audit = audit_strips(path, write(path, texts))
    assert not audit.tells
    assert audit.accuracy.low <= audit.majority + 0.07
    assert "no more than a trifle" in audit.sentence()


def test_groups_are_left_out_whole(path):
    """Every group has a word of its own: within a group it tells the class, across groups not."""
    texts = np.arange(CLASSES * EACH) // 4
    assert not audit_strips(path, write(path, texts, per_group=4)).tells
    assert audit_strips(path, write(path, texts)).tells


def test_that_only_one_class_has_bars_tells_it(path):
    bars = np.repeat([True, False, False], EACH)
    audit = audit_strips(path, write(path, np.zeros(CLASSES * EACH), bars=bars))
    assert audit.with_bar == EACH
    assert audit.tells


def test_images_without_bars_are_said_to_have_none(path):
    audit = audit_strips(path, write(path, np.zeros(CLASSES * EACH), bars=np.zeros(CLASSES * EACH, bool)))
    assert not audit.tells
    assert audit.sentence().startswith("None of the 120 images has a databar")


def test_a_run_that_does_not_know_its_bars_is_not_audited(path):
    rows = write(path, np.zeros(CLASSES * EACH))
    path.unlink()
    assert audit_strips(path, rows) is None


def test_too_few_groups_are_not_judged(path):
    audit = audit_strips(path, write(path, np.zeros(CLASSES * EACH), per_group=EACH))
    assert audit.accuracy is None
    assert "Too few groups" in audit.sentence()


def test_a_cut_file_is_said(path):
    rows = write(path, np.zeros(CLASSES * EACH))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(TrainerError, match="ends before 119"):
        audit_strips(path, rows)
