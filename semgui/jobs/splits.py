"""Divide images into training, validation and test, whole groups at a time."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import numpy as np
import sqlalchemy as sa

from semgui.catalogue.project import Project
from semgui.catalogue.tables import project_info, splits
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId
from semgui.domain.split import Split, SplitRules
from semgui.jobs.samples import Sample
from trainer.card import CardClass

_STRICTEST_FIRST = (Split.TEST, Split.VALID, Split.TRAIN)
_RULES = "split_rules"
_AT_ONCE = 5_000  # rows in one statement; SQLite takes 32,766 variables


def divide(samples: Sequence[Sample], rules: SplitRules, kept: Mapping[str, Split]) -> dict[str, Split]:
    """Decide a split for every group, each class as near to the shares as its groups allow.

    Parameters
    ----------
    samples
        The images.
    rules
        Shares, and the seed of the order among groups of one size.
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
    missing = {split: {c: share * n for c, n in totals.items()} for split, share in rules.shares.items()}
    decided = {group: kept[group] for group in members if group in kept}
    for group, split in decided.items():
        _take(missing[split], members[group])
    generator = np.random.default_rng(rules.seed)
    open_groups = sorted(group for group in members if group not in kept)
    order = [open_groups[i] for i in generator.permutation(len(open_groups))]
    # The largest first, as in packing: small groups then even out what large ones left uneven.
    for group in sorted(order, key=lambda g: -members[g].total()):
        decided[group] = _neediest(missing, members[group], rules)
        _take(missing[decided[group]], members[group])
    return decided


def check_split(
    samples: Sequence[Sample],
    decided: Mapping[str, Split],
    classes: Sequence[CardClass],
    rules: SplitRules,
) -> list[str]:
    """Refuse a split without training images of a class, and tell what it cannot say about rare ones.

    Returns
    -------
    list of str
        A sentence for each class of which nothing is left to validate or to test with.

    Raises
    ------
    UsageError
        If a class would be missing from training.
    """
    counts: dict[str, Counter[Split]] = defaultdict(Counter)
    groups: dict[str, set[str]] = defaultdict(set)
    for sample in samples:
        counts[sample.class_id][decided[sample.group]] += 1
        groups[sample.class_id].add(sample.group)
    lost = [c.name for c in classes if not counts[c.id][Split.TRAIN]]
    if lost:
        raise UsageError(
            f"Grouped by {rules.by}, no image of {', '.join(lost)} would be left to train on: what there is "
            f"belongs to groups kept for validation or test; label more images of it or group otherwise."
        )
    wanted = [split for split, share in rules.shares.items() if share]
    warnings = []
    for c in classes:
        short = [split.value for split in wanted if not counts[c.id][split]]
        if short:
            number, kinds = counts[c.id].total(), len(groups[c.id])
            warnings.append(
                f"{c.name} has {number} image{'s' * (number != 1)} in {kinds} group{'s' * (kinds != 1)}: "
                f"none for {' and '.join(short)}, so nobody will know how well it is told."
            )
    return warnings


def rules_of(project: Project) -> SplitRules | None:
    """Return the rules by which a project was divided, ``None`` if it was not."""
    with project.read() as connection:
        return _rules_in(connection)


def _rules_in(connection: sa.Connection) -> SplitRules | None:
    text = connection.execute(sa.select(project_info.c.value).where(project_info.c.key == _RULES)).scalar()
    return None if text is None else SplitRules(**json.loads(text))


def divide_project(
    project: Project,
    samples: Sequence[Sample],
    classes: Sequence[CardClass],
    rules: SplitRules,
    before: SplitRules | None,
) -> tuple[dict[str, Split], list[str]]:
    """Divide the images of a project, keeping what was decided earlier, and keep what is decided now.

    Groups that have grown together since go to the strictest split that any member had: an image that
    was for testing is never trained on. A project that was divided by other rules forgets that division.

    Parameters
    ----------
    before
        `rules_of` the project when the samples began to be grouped, which takes long.

    Returns
    -------
    dict of str to Split
        Split of every group.
    list of str
        Warnings, see `check_split`.

    Raises
    ------
    UsageError
        If a class would be missing from training, or somebody divided the project by other rules since;
        nothing is changed then.
    """
    with project.write() as connection:  # one transaction: two runs prepared at once agree
        if _rules_in(connection) not in (before, rules):
            raise UsageError(f"{project.path}: it was divided by other rules meanwhile; start again.")
        _begin_anew_if_changed(connection, rules)
        known = {
            row.image_id: Split(row.split)
            for row in connection.execute(sa.select(splits.c.image_id, splits.c.split))
        }
        decided = divide(samples, rules, _kept(samples, known))
        warnings = check_split(samples, decided, classes, rules)
        _store(connection, samples, known, decided)
    return decided, warnings


def _begin_anew_if_changed(connection: sa.Connection, rules: SplitRules) -> None:
    text = json.dumps(asdict(rules))
    of_rules = project_info.c.key == _RULES
    before = connection.execute(sa.select(project_info.c.value).where(of_rules)).scalar()
    if before == text:
        return
    if before is not None:
        connection.execute(sa.delete(splits))
        connection.execute(sa.delete(project_info).where(of_rules))
    connection.execute(sa.insert(project_info), {"key": _RULES, "value": text})


def _kept(samples: Sequence[Sample], known: Mapping[int, Split]) -> dict[str, Split]:
    """Return the split of every group that has a member decided earlier, the strictest of its members'."""
    kept: dict[str, Split] = {}
    for sample in samples:
        earlier = [s for s in (known.get(int(sample.image_id)), kept.get(sample.group)) if s is not None]
        if earlier:
            kept[sample.group] = min(earlier, key=_STRICTEST_FIRST.index)
    return kept


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
    for start in range(0, len(changed), _AT_ONCE):
        some = changed[start : start + _AT_ONCE]
        connection.execute(sa.delete(splits).where(splits.c.image_id.in_(some)))
    if rows:
        connection.execute(sa.insert(splits), rows)


def _take(missing: dict[ClassId, float], members: Mapping[ClassId, int]) -> None:
    for class_id, count in members.items():
        missing[class_id] -= count


def _neediest(
    missing: Mapping[Split, Mapping[ClassId, float]], members: Mapping[ClassId, int], rules: SplitRules
) -> Split:
    """Return the split that lacks most images of the group's classes; of equals the smaller one."""

    def need(split: Split) -> tuple[float, float]:
        lacking = sum(count * missing[split][class_id] for class_id, count in members.items())
        return round(lacking, 9), -rules.shares[split]

    return max((split for split, share in rules.shares.items() if share), key=need)
