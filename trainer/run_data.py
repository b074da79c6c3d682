"""What a run learns from and is judged by: its manifest with the features of every image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.config import RunConfig
from trainer.features import Features
from trainer.group_weights import group_weights
from trainer.head import Examples
from trainer.run_folder import ManifestRow, SplitName


@dataclass(frozen=True, slots=True)
class RunData:
    """What a run learns from and is judged by."""

    config: RunConfig
    manifest: Sequence[ManifestRow]
    features: Features

    def examples(self, split: SplitName) -> Examples:
        """Images of the classes in a split; for training with their changed copies."""
        index = {c.id: i for i, c in enumerate(self.config.classes)}
        lines = [
            line
            for line, row in enumerate(self.features.rows)
            if self.manifest[row].split == split and self.manifest[row].class_id is not None
        ]
        rows = [self.manifest[self.features.rows[line]] for line in lines]
        labels = np.array([index[row.class_id] for row in rows if row.class_id is not None], np.int64)
        weights = np.array([row.weight for row in rows], np.float64)
        weights *= group_weights(labels, [row.group for row in rows], self.config.group_weights)
        return Examples(self.features.embeddings, np.array(lines, np.int64), labels, weights)

    def foreign(self, split: SplitName) -> NDArray[np.float32]:
        """Embeddings of the pictures of a split that belong to no class."""
        lines = [i for i, row in enumerate(self.manifest) if row.split == split and row.class_id is None]
        return np.asarray(self.features.embeddings[lines])

    def unchanged(self, examples: Examples) -> Examples:
        """Leave changed copies out."""
        own = examples.lines < len(self.manifest)
        return Examples(examples.embeddings, examples.lines[own], examples.labels[own], examples.weights[own])

    def rows(self, examples: Examples) -> NDArray[np.int64]:
        """Index of each example in the manifest."""
        return np.asarray(self.features.rows[examples.lines], np.int64)

    def groups(self, examples: Examples) -> NDArray[np.str_]:
        """Group of each example."""
        return np.array([self.manifest[self.features.rows[line]].group for line in examples.lines])

    def folds(self, examples: Examples) -> NDArray[np.str_]:
        """Fold of each example; empty where it is in none."""
        return np.array([self.manifest[self.features.rows[line]].fold for line in examples.lines])
