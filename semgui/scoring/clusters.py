"""Groups that images fall into by themselves, as proposals for classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.scoring.principal import principal_coordinates

Floats = NDArray[np.floating[Any]]

COMPONENTS = 32


@dataclass(frozen=True, slots=True)
class Clusters:
    """Proposed groups, the largest first.

    Parameters
    ----------
    cluster
        (N,) int64 number of the group of each image.
    centrality
        (N,) float32 in [0, 1]: 1 for the image that shows best what its group is, 0 for the one farthest
        from that.
    sizes
        (K,) int64 images in each group.
    """

    cluster: NDArray[np.int64]
    centrality: NDArray[np.float32]
    sizes: NDArray[np.int64]

    def typical(self, number: int, count: int) -> NDArray[np.int64]:
        """Return the rows that show best what a group is, the best first."""
        rows = np.flatnonzero(self.cluster == number)
        return np.asarray(rows[np.argsort(-self.centrality[rows], kind="stable")[:count]], np.int64)


def propose_groups(embeddings: Floats, count: int, seed: int = 0) -> Clusters:
    """Divide images into groups of images that look alike.

    Parameters
    ----------
    embeddings
        (N, D) any float, finite.
    count
        How many groups; fewer come if there are fewer images.
    seed
        Of the first centres.

    Notes
    -----
    k-means (Lloyd 1982) from k-means++ (Arthur and Vassilvitskii 2007) on 32 principal components of unit
    length, the best of three (scikit-learn).
    """
    from sklearn.cluster import KMeans

    images = len(embeddings)
    count = min(count, images)
    if count < 1:
        return Clusters(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.int64))
    points = principal_coordinates(embeddings, COMPONENTS)
    points = points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    found = KMeans(count, n_init=3, random_state=seed).fit(points)
    distance = np.linalg.norm(points - found.cluster_centers_[found.labels_], axis=1)
    sizes = np.bincount(found.labels_, minlength=count)
    place = np.empty(count, np.int64)
    order = np.argsort(-sizes, kind="stable")
    place[order] = np.arange(count)
    cluster = place[found.labels_]
    centrality = np.empty(images, np.float32)
    for number in range(count):
        rows = np.flatnonzero(cluster == number)
        farthest = max(float(distance[rows].max(initial=0)), 1e-12)
        centrality[rows] = 1 - distance[rows] / farthest
    return Clusters(cluster, centrality, sizes[order].astype(np.int64))
