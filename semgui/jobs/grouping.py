"""Which images belong together and must not be torn apart: near-duplicates, folders, a metadata column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.domain.errors import UsageError
from semgui.domain.metadata import SemMetadata
from semgui.domain.split import COLUMNS, GroupBy, Split
from semgui.imaging.reader import read_info
from semgui.jobs.samples import Sample
from semgui.scoring.duplicates import Lookup, near_duplicate_groups

_SAMPLE_FIELDS = ("sv_sample_id", "sv_user_text", "user.usertext", "main.description")
"""Where ZEISS, Thermo and TESCAN keep what the user typed in about the sample."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """Images with their groups.

    Parameters
    ----------
    samples
        In the order given, `Sample.group` filled in.
    duplicates
        (N,) number of the set of near-duplicates that each belongs to, whatever the groups are.
    unknown
        Images of which nobody knows the folder or column that was asked for; near-duplicates of each other
        are a group among them.
    """

    samples: tuple[Sample, ...]
    duplicates: NDArray[np.int64]
    unknown: int = 0


def grouped(
    samples: Sequence[Sample],
    by: str,
    hashes: NDArray[np.uint64],
    embeddings: Lookup | None,
    tick: Callable[[int], None],
) -> Grouped:
    """Find the group of every image.

    Parameters
    ----------
    by
        A `GroupBy`, one of `semgui.domain.split.COLUMNS`, or a field of the vendor's record.
    hashes
        (N, 8) of `semgui.imaging.perceptual.perceptual_hash`, one row a sample.
    embeddings
        Where there are any, see `semgui.scoring.duplicates`.
    tick
        Called with the number of images done; may raise to stop.

    Raises
    ------
    UsageError
        If everything lies in one group, or nothing is known.
    """
    duplicates = near_duplicate_groups(hashes, embeddings, tick)
    if by == GroupBy.RANDOM:
        return Grouped(tuple(replace(s, group=f"image {s.image_id}") for s in samples), duplicates)
    alike = [f"image {samples[first].image_id}" for first in duplicates]
    if by == GroupBy.NEAR_DUPLICATES:
        return Grouped(_with_groups(samples, alike), duplicates)
    values = [_value(sample, by) for sample in samples]
    unknown = values.count("")
    _check(by, values)
    names = [f"{by} {v}" if v else same for v, same in zip(values, alike, strict=True)]
    return Grouped(_with_groups(samples, names), duplicates, unknown)


def crossing(samples: Sequence[Sample], duplicates: NDArray[np.int64], split_of: Mapping[str, Split]) -> int:
    """Count the images that have a near-duplicate in another split."""
    where: dict[int, set[Split]] = {}
    for sample, number in zip(samples, duplicates.tolist(), strict=True):
        where.setdefault(number, set()).add(split_of[sample.group])
    return sum(len(where[number]) > 1 for number in duplicates.tolist())


def _with_groups(samples: Sequence[Sample], names: Sequence[str]) -> tuple[Sample, ...]:
    return tuple(replace(sample, group=name) for sample, name in zip(samples, names, strict=True))


def _value(sample: Sample, by: str) -> str:
    """Return what an image has in the folder or column asked for; empty where nobody knows."""
    if by == GroupBy.FOLDER:
        return sample.folder
    if by == "sample":
        record = _metadata(sample).record
        return next((text for field in _SAMPLE_FIELDS if (text := _text(_recorded(record, field)))), "")
    if by in COLUMNS:
        metadata = sample.metadata or _metadata(sample)
        if by == "day":
            return "" if metadata.acquired_at is None else metadata.acquired_at.date().isoformat()
        return _text(getattr(metadata, by))
    return _text(_recorded(_metadata(sample).record, by.casefold()))


def _metadata(sample: Sample) -> SemMetadata:
    """Read a file's metadata with the vendor's whole record; the catalogue's lists come without it."""
    return read_info(sample.source.path, root=sample.source.root).metadata


def _recorded(record: Mapping[str, Any], name: str) -> Any | None:
    """Return a field of a vendor's record, by its name or as ``section.name``."""
    for key, value in record.items():
        if isinstance(value, Mapping):
            found = _recorded(value, name.removeprefix(f"{key.casefold()}."))
            if found is not None:
                return found
        elif key.casefold() == name:
            return value
    return None


def _text(value: Any | None) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value).strip()


def _check(by: str, values: Sequence[str]) -> None:
    known = sorted({value for value in values if value})
    if not known:
        what = (
            "no image lies in a folder below its class folder"
            if by == GroupBy.FOLDER
            else f"no image says its {by} (there are {', '.join(COLUMNS)} and the vendor's own fields)"
        )
        raise UsageError(f"Images cannot be grouped by {by}: {what}; group them by near-duplicates.")
    if len(known) < 2 and "" not in values:
        raise UsageError(
            f"Images cannot be grouped by {by}: all have the same ({known[0]}), so that nothing would be "
            f"left for testing; group them by near-duplicates."
        )
