"""Embeddings that are known before a run."""

from __future__ import annotations

import numpy as np
import pytest

from tests.trainer.textures import prepare
from trainer.errors import TrainerError
from trainer.events import EventReader, Progress
from trainer.finetune_config import ResolvedFineTuning
from trainer.known import KnownFeatures, load_known, save_known
from trainer.run_folder import PartFolder, read_manifest
from trainer.train import train


def _embeddings(run) -> np.ndarray:
    return np.fromfile(run.features / "embeddings.f32", np.float32).reshape(-1, 1280)


def test_what_is_known_is_taken_and_the_rest_computed(tmp_path):
    plain = prepare(tmp_path / "plain", each=5)
    train(plain)
    computed = _embeddings(plain)
    rows = np.array([0, 3, 4, 14])
    told = np.tile(np.arange(1280, dtype=np.float16) / 256, (4, 1))
    run = prepare(tmp_path / "told", each=5)
    save_known(KnownFeatures(rows, told), run)
    train(run)
    found = _embeddings(run)
    others = np.setdiff1d(np.arange(15), rows)
    assert np.array_equal(found[rows], told.astype(np.float32))
    assert np.allclose(found[others], computed[others], atol=1e-4)  # batches are cut otherwise
    done = [e for e in EventReader(run.events).new() if isinstance(e, Progress) and e.stage == "features"]
    assert (done[-1].done, done[-1].total) == (15, 15)


def test_a_backbone_that_is_trained_begins_with_a_head_on_what_is_known(tmp_path):
    """Rows are those of the manifest, and the head sees no test image: it counts anew."""
    run = prepare(tmp_path / "run", each=10, mode="last:1", finetune=ResolvedFineTuning(epochs=1))
    manifest = read_manifest(run.manifest)
    rows = np.arange(1, len(manifest))
    told = np.repeat(rows, 1280).reshape(-1, 1280).astype(np.float16)
    save_known(KnownFeatures(rows, told), run)
    train(run)
    found = _embeddings(PartFolder.within(run, "head", 0))
    seen = [i for i, row in enumerate(manifest) if row.split != "test"]
    assert 0 < len(seen) < len(manifest)
    assert found[1:, 0].tolist() == seen[1:]


@pytest.mark.parametrize("size", [7, 1280])
def test_features_of_another_network_and_damage_are_sentences(tmp_path, size):
    run = prepare(tmp_path / "run", each=5)
    save_known(KnownFeatures(np.arange(2), np.zeros((2, size), np.float16)), run)
    if size == 1280:
        run.known.write_bytes(run.known.read_bytes()[:100])
    with pytest.raises(TrainerError, match="prepare the run again"):
        load_known(run, 1280)
