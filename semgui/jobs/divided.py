"""Images in groups, groups in splits, and what has to be said about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project
from semgui.domain.split import GroupBy, Split, SplitRules
from semgui.jobs.grouping import Grouped, crossing, grouped
from semgui.jobs.samples import Sample
from semgui.jobs.splits import check_split, divide, divide_project, rules_of
from semgui.scoring.duplicates import Lookup
from trainer.card import CardClass


@dataclass(frozen=True, slots=True)
class Divided:
    """A divided set.

    Parameters
    ----------
    samples
        In the order given, with their groups.
    split_of
        Split of every group.
    warnings
        What the user should know: rare classes, leaks, unknown columns.
    """

    samples: tuple[Sample, ...]
    split_of: Mapping[str, Split]
    warnings: tuple[str, ...]


def divided_set(
    classes: Sequence[CardClass],
    samples: Sequence[Sample],
    hashes: NDArray[np.uint64],
    rules: SplitRules,
    project: Project | None,
    tick: Callable[[int], None],
) -> Divided:
    """Group images and divide the groups; a project keeps its division.

    Parameters
    ----------
    classes
        Of the images.
    hashes
        (N, 8), the perceptual hash of each sample.
    project
        ``None`` for a class folder, which remembers nothing.
    tick
        Called with the number of images compared; may raise to stop.

    Raises
    ------
    UsageError
        If the grouping makes no sense here, a class would be missing from training, or somebody divided the
        project by other rules meanwhile.
    """
    before = None if project is None else rules_of(project)
    lookup = None if project is None else embeddings_of(project, samples)
    groups = grouped(samples, rules.by, hashes, lookup, tick)
    if project is None:
        split_of: Mapping[str, Split] = divide(groups.samples, rules, {})
        warnings = check_split(groups.samples, split_of, classes, rules)
    else:
        split_of, warnings = divide_project(project, groups.samples, classes, rules, before)
    return Divided(groups.samples, split_of, (*_leaks(groups, split_of, rules), *warnings))


def embeddings_of(project: Project, samples: Sequence[Sample]) -> Lookup | None:
    """Return the way to the embeddings of the model that was added last, ``None`` if there is no model."""
    models = PredictionStore(project).models()
    if not models:
        return None
    store = ArrayStore(project, models[-1].model_id)
    ids = np.array([int(sample.image_id) for sample in samples], np.int64)

    def look_up(numbers: NDArray[np.int64]) -> NDArray[np.floating]:
        found = store.get_embeddings(ids[numbers])
        return found if found.shape[1] else np.full((len(numbers), 1), np.nan, np.float16)

    return look_up


def _leaks(groups: Grouped, split_of: Mapping[str, Split], rules: SplitRules) -> list[str]:
    said = []
    if groups.unknown:
        said.append(
            f"{groups.unknown} of {len(groups.samples)} images do not say their {rules.by}; these are "
            f"grouped by near-duplicates."
        )
    crossed = crossing(groups.samples, groups.duplicates, split_of)
    if crossed:
        kind = "A random split leaks" if rules.by == GroupBy.RANDOM else f"Grouping by {rules.by} leaks"
        said.append(
            f"{kind}: {crossed} images have a near-duplicate in another part, so that figures will be better "
            f"than they should be."
        )
    return said
