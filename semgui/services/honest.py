"""How good a head is on specimens that it does not know: whole groups are left out together."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.project import Project
from semgui.catalogue.splits import groups_of_images
from semgui.domain.ids import ImageId
from semgui.domain.split import GroupBy
from semgui.jobs.splits import rules_of
from semgui.review.evidence import Evidence
from semgui.review.head import Head


def grouped_by(project: Project) -> str | None:
    """Return what a project was divided by: a folder, a column (`semgui.domain.split.SplitRules.by`).

    ``None`` if by nothing else than near-duplicates, which the heads of `semgui.services.review` leave out
    together anyway.
    """
    rules = rules_of(project)
    return None if rules is None or rules.by in {GroupBy.NEAR_DUPLICATES, GroupBy.RANDOM} else rules.by


class HonestHead:
    """Judges labelled images by the images of other groups.

    For finding wrong labels near-duplicates alone are left out together, which is right: that head knows
    every specimen. How good it is on a new one, only this says. Images of which no group is known are groups
    by their near-duplicates. Keeps what takes long as long as the embeddings are the same; not for two
    threads at once.

    Parameters
    ----------
    project
        The open project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._head: tuple[NDArray[np.float16], NDArray[np.int64], Head] | None = None

    def judged(self, evidence: Evidence) -> Evidence | None:
        """Return the same with the probabilities of such a head, which takes a second the first time.

        ``None`` if the project is not divided by anything else than near-duplicates, or too little is
        labelled. Images of a class that lies in one group alone are not judged: without that group nobody
        knows the class.
        """
        if grouped_by(self._project) is None:
            return None
        groups = self._groups(evidence)
        judged = _known_to_others(evidence.labels, groups)
        if len(np.unique(evidence.labels[judged])) < 2:
            return None
        head = self._head_of(evidence, groups)
        probabilities = np.where(
            judged[:, None],
            head.probabilities(evidence.labels, len(evidence.classes)),
            evidence.model_probabilities,
        )
        return dataclasses.replace(evidence, probabilities=probabilities, by_head=judged)

    def _groups(self, evidence: Evidence) -> NDArray[np.int64]:
        group_of = groups_of_images(self._project)
        names = [
            group_of.get(ImageId(i), f"near-duplicate {group}")
            for i, group in zip(evidence.ids.tolist(), evidence.groups.tolist(), strict=True)
        ]
        return np.unique(np.array(names, np.str_), return_inverse=True)[1]

    def _head_of(self, evidence: Evidence, groups: NDArray[np.int64]) -> Head:
        kept = self._head
        if kept is None or kept[0] is not evidence.embeddings or not np.array_equal(kept[1], groups):
            kept = (evidence.embeddings, groups, Head(evidence.features, groups, evidence.labels))
            self._head = kept
        return kept[2]


def _known_to_others(labels: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which images have a label that images of another group have, too."""
    in_several = [c for c in np.unique(labels[labels >= 0]) if len(np.unique(groups[labels == c])) >= 2]
    return np.isin(labels, in_several)
