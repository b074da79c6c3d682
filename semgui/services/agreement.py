"""What annotators agree on, what they do not, and settling it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from semgui.catalogue.batches import Batch
from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.opinions import Opinion, read_opinions
from semgui.catalogue.project import Project
from semgui.catalogue.verdicts import Verdict, VerdictKind, VerdictStore
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.taxonomy import Taxonomy
from semgui.review.audit_commands import Adjudicate
from semgui.review.history import History
from semgui.scoring.agreement import Agreement, agreement
from semgui.services.audit import JudgedTable, verdicts_of_table


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two annotators on the images that both labelled.

    Parameters
    ----------
    first, second
        Their names.
    agreement
        Cohen's kappa, over all classes and of each; its classes are those of the report.
    """

    first: str
    second: str
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Dispute:
    """An image on which annotators disagree.

    Parameters
    ----------
    opinions
        What each said last, by name.
    """

    image_id: ImageId
    opinions: Mapping[str, ClassId]


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """All of it.

    Parameters
    ----------
    classes, names
        Those that somebody used, in the project's order.
    images
        How many each annotator labelled.
    pairs
        Annotators with images in common, those with the most first.
    disputes
        Not settled yet; those on which the most annotators spoke come first.
    settled
        How many were.
    """

    classes: tuple[ClassId, ...]
    names: tuple[str, ...]
    images: Mapping[str, int]
    pairs: tuple[PairAgreement, ...]
    disputes: tuple[Dispute, ...]
    settled: int


def agreement_report(project: Project) -> AgreementReport:
    """Compare what annotators said, each by the last word, undone words left out.

    What settled a dispute is nobody's opinion: who did it had seen the others'.
    """
    taxonomy = ClassStore(project).taxonomy()
    settled = VerdictStore(project).current(VerdictKind.ADJUDICATION)
    by_image = _last_words(project, taxonomy)
    used = {opinion.class_id for found in by_image.values() for opinion in found.values()}
    classes = tuple(c.id for c in taxonomy if c.id in used)
    disputed = {i: found for i, found in by_image.items() if _is_disputed(found)}
    open_ = {i: found for i, found in disputed.items() if not _is_settled(found, settled.get(i))}
    order = sorted(open_, key=lambda i: (-len(open_[i]), i))
    names = ClassStore(project).names()
    return AgreementReport(
        classes,
        tuple(names[c] for c in classes),
        _counts(by_image),
        tuple(_pairs(by_image, classes)),
        tuple(Dispute(i, {who: o.class_id for who, o in open_[i].items() if o.class_id}) for i in order),
        len(disputed) - len(open_),
    )


def adjudicate(
    project: Project, image_ids: Sequence[ImageId], class_id: ClassId, annotator: str
) -> Batch | None:
    """Settle what images are: their label, whoever said what; one action, one undo."""
    return History(project, annotator).do(Adjudicate([(i, class_id) for i in image_ids]))


def adjudicate_from_table(project: Project, table: Path, annotator: str) -> JudgedTable:
    """Settle the images of a CSV with the columns ``path`` and ``class``.

    Images on which nobody disagrees are left out, with a sentence: a slip in the table must not replace a
    label that everybody gave.

    Raises
    ------
    UsageError
        If it is no such table, or a class is not there.
    """
    said, problems = verdicts_of_table(project, table)
    by_image = _last_words(project, ClassStore(project).taxonomy())
    disputed = [(i, class_id) for i, class_id in said if _is_disputed(by_image.get(i, {}))]
    batch = History(project, annotator).do(Adjudicate(disputed)) if disputed else None
    agreed = {i for i, _ in said} - {i for i, _ in disputed}
    paths = sorted(record.path for record in ImageStore(project).get_many(sorted(agreed)))
    left_out = [f"{path}: nobody disagrees on it, so there is nothing to settle" for path in paths]
    return JudgedTable(batch, (*problems, *left_out))


def _last_words(project: Project, taxonomy: Taxonomy) -> dict[ImageId, dict[str, Opinion]]:
    """Return by image what each annotator said last, without those who took theirs back."""
    last: dict[ImageId, dict[str, Opinion]] = defaultdict(dict)
    for opinion in read_opinions(project):  # oldest first
        last[opinion.image_id][opinion.annotator] = opinion.read_as(taxonomy)
    spoken = {i: {who: o for who, o in said.items() if o.class_id is not None} for i, said in last.items()}
    return {image_id: said for image_id, said in spoken.items() if said}


def _is_disputed(opinions: Mapping[str, Opinion]) -> bool:
    return len({opinion.class_id for opinion in opinions.values()}) > 1


def _is_settled(opinions: Mapping[str, Opinion], verdict: Verdict | None) -> bool:
    """Whether a dispute was settled, and nobody has spoken since."""
    if verdict is None:
        return False
    return all(opinion.created_at <= verdict.created_at for opinion in opinions.values())


def _counts(by_image: Mapping[ImageId, Mapping[str, Opinion]]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for found in by_image.values():
        for annotator in found:
            counts[annotator] += 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _pairs(
    by_image: Mapping[ImageId, Mapping[str, Opinion]], classes: Sequence[ClassId]
) -> list[PairAgreement]:
    index = {class_id: i for i, class_id in enumerate(classes)}
    spoken: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for found in by_image.values():
        for first, second in combinations(sorted(found), 2):
            a, b = found[first].class_id, found[second].class_id
            assert a is not None  # `_last_words` leaves those out that took theirs back
            assert b is not None
            spoken[first, second].append((index[a], index[b]))
    pairs = []
    for (first, second), both in spoken.items():
        labels = np.array(both, np.int64)
        pairs.append(PairAgreement(first, second, agreement(labels[:, 0], labels[:, 1], len(classes))))
    return sorted(pairs, key=lambda pair: (-pair.agreement.images, pair.first, pair.second))
