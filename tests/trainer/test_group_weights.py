"""Groups of a class that count the same, however many images they have."""

from __future__ import annotations

import numpy as np
import pytest

from tests.trainer.textures import prepare
from trainer.batches import image_set, order_of
from trainer.config import GroupWeights, load_config
from trainer.features import Features
from trainer.finetune_config import Balance, ResolvedFineTuning
from trainer.group_weights import group_weights
from trainer.run_data import RunData
from trainer.run_folder import PixelCache, RunFolder, read_manifest, write_manifest

EQUAL, NONE = GroupWeights.EQUAL, GroupWeights.NONE


def test_the_groups_of_a_class_sum_up_to_the_same():
    labels = np.array([0, 0, 0, 0, 1, 1, 2])
    weights = group_weights(labels, list("aaabaac"), EQUAL)
    # Four images of class 0 in two groups: two for each. A group with two classes is two groups.
    np.testing.assert_allclose(weights, [2 / 3, 2 / 3, 2 / 3, 2, 1, 1, 1])
    np.testing.assert_array_equal(group_weights(labels, list("aaabaac"), NONE), np.ones(7))
    assert len(group_weights(np.zeros(0, np.int64), [], EQUAL)) == 0


@pytest.fixture
def uneven(tmp_path) -> RunFolder:
    """Twelve training images of each class, eleven of them of one group."""
    run = prepare(tmp_path / "run", each=20, edge=32, group_weights=EQUAL)
    rows = [
        row.model_copy(
            update={"group": f"{row.class_id} {'small' if row.image_id.endswith('/0') else row.split}"}
        )
        for row in read_manifest(run.manifest)
    ]
    write_manifest(rows, run.manifest)
    return run


def test_a_head_counts_them_the_same_with_their_changed_copies(uneven):
    manifest = read_manifest(uneven.manifest)
    train = [i for i, row in enumerate(manifest) if row.split == "train"]
    rows = np.array([*range(len(manifest)), *train])
    data = RunData(load_config(uneven.config), manifest, Features(np.zeros((len(rows), 4), np.float32), rows))
    examples = data.examples("train")
    small = np.char.endswith(data.groups(examples), "small")
    assert len(examples) == 72 and small.sum() == 6
    assert examples.weights[small].sum() == pytest.approx(examples.weights[~small].sum())
    assert examples.weights.mean() == pytest.approx(1)


@pytest.mark.parametrize("balance", list(Balance))
def test_fine_tuning_weighs_them_or_draws_them_but_never_both(uneven, balance):
    config = load_config(uneven.config)
    config = config.model_copy(update={"finetune": ResolvedFineTuning(balance=balance)})
    images = image_set(config, read_manifest(uneven.manifest), PixelCache(uneven.pixels, 32), "train")
    small = np.array([row.group.endswith("small") for row in images.rows])
    epochs = [order_of(images, balance, seed=0, epoch=epoch) for epoch in range(40)]
    seen = np.concatenate(epochs)
    share = images.weights[seen][small[seen]].sum() / images.weights[seen].sum()
    assert share == pytest.approx(0.5, abs=0.05)
    if balance is not Balance.SAMPLING:
        assert all(sorted(order) == list(range(36)) for order in epochs)
