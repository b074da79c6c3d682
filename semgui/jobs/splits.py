"""Divide images into training, validation and test, whole groups at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
import sqlalchemy as sa

from semgui.catalogue.project import Project
from semgui.catalogue.tables import splits
from semgui.domain.ids import ClassId
from semgui.domain.split import Split
from semgui.jobs.samples import Sample

SHARES = {Split.TRAIN: 0.7, Split.VALID: 0.2, Split.TEST: 0.1}
_STRICTEST_FIRST = (Split.TEST, Split.VALID, Split.TRAIN)


def divide(samples: Sequence[Sample], seed: int, kept: Mapping[str, Split]) -> dict[str, Split]:
    """Decide a split for every group, each class as near to 70 : 20 : 10 as its groups allow.

    Parameters
    ----------
    samples
        The images.
    seed
        Of the order among groups of one size.
    kept
        Groups decided earlier; they stay.

    Returns
    -------
    dict of str to Split
        Split of every group.
    """
    members: dict[str, Counter[ClassId]] = defaultdict(Counter)
    for sample in samples:
        members[sample.group][sample.class_id] += 1
    totals = Counter(sample.class_id for sample in samples)
    missing = {split: {c: share * n for c, n in totals.items()} for split, share in SHARES.items()}
    decided = {group: kept[group] for group in members if group in kept}
    for group, split in decided.items():
        _take(missing[split], members[group])
    generator = np.random.default_rng(seed)
    open_groups = sorted(group for group in members if group not in kept)
    order = [open_groups[i] for i in generator.permutation(len(open_groups))]
    # The largest first, as in packing: small groups then even out what large ones left uneven.
    for group in sorted(order, key=lambda g: -members[g].total()):
        decided[group] = _neediest(missing, members[group])
        _take(missing[decided[group]], members[group])
    return decided


def divide_project(project: Project, samples: Sequence[Sample], seed: int) -> dict[str, Split]:
    """Divide the images of a project, keeping what was decided earlier, and keep what is decided now.

    Groups that have grown together since go to the strictest split that any member had: an image that
    was for testing is never trained on.
    """
    with project.write() as connection:
        known = {
            row.image_id: Split(row.split)
            for row in connection.execute(sa.select(splits.c.image_id, splits.c.split))
        }
        kept: dict[str, Split] = {}
        for sample in samples:
            earlier = [s for s in (known.get(int(sample.image_id)), kept.get(sample.group)) if s is not None]
            if earlier:
                kept[sample.group] = min(earlier, key=_STRICTEST_FIRST.index)
        decided = divide(samples, seed, kept)
        _store(connection, samples, known, decided)
    return decided


def _store(
    connection: sa.Connection,
    samples: Sequence[Sample],
    known: Mapping[int, Split],
    decided: Mapping[str, Split],
) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    rows = [
        {
            "image_id": int(sample.image_id),
            "group_key": sample.group,
            "split": decided[sample.group].value,
            "decided_at": now,
        }
        for sample in samples
        if known.get(int(sample.image_id)) is not decided[sample.group]
    ]
    changed = [row["image_id"] for row in rows if row["image_id"] in known]
    for image_id in changed:
        connection.execute(sa.delete(splits).where(splits.c.image_id == image_id))
    if rows:
        connection.execute(sa.insert(splits), rows)


def _take(missing: dict[ClassId, float], members: Mapping[ClassId, int]) -> None:
    for class_id, count in members.items():
        missing[class_id] -= count


def _neediest(missing: Mapping[Split, Mapping[ClassId, float]], members: Mapping[ClassId, int]) -> Split:
    """Return the split that lacks most images of the group's classes; of equals the smaller one."""

    def need(split: Split) -> tuple[float, float]:
        lacking = sum(count * missing[split][class_id] for class_id, count in members.items())
        return round(lacking, 9), -SHARES[split]

    return max(SHARES, key=need)
