"""``semgui duplicates``: images that are the same picture, or nearly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from semgui.cli.errors import friendly
from semgui.cli.reviewing import Out, Project_, paths_of, put_table, remark, watched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from semgui.catalogue.project import Project
    from semgui.services.duplicates import DuplicateGroup

COLUMNS = ("group", "path", "label", "split", "conflict")


@friendly
def duplicates(project: Project_, out: Out = None) -> None:
    """List the images that are the same picture, or nearly: re-saved, re-exposed, or taken twice of one spot.

    The column conflict says labels where near-duplicates have different ones, and splits where they lie on
    different sides of the project's split, so that figures are better than they should be.
    """
    from semgui.catalogue.project import open_project
    from semgui.services.duplicates import duplicate_groups
    from semgui.settings import load_settings

    with open_project(project) as opened:
        limits = load_settings().limits.for_decoding()
        with watched() as (progress, cancel):
            groups = duplicate_groups(opened, limits=limits, progress=progress, cancel=cancel)
        put_table(out, COLUMNS, _rows(opened, groups))
    images = sum(len(group.images) for group in groups)
    remark(
        f"{images:,} images in {len(groups):,} groups of near-duplicates; in "
        f"{sum(g.labels_differ for g in groups):,} groups labels differ, and "
        f"{sum(g.leaks for g in groups):,} lie on different sides of the split."
    )


def _rows(project: Project, groups: Sequence[DuplicateGroup]) -> list[tuple[object, ...]]:
    from semgui.catalogue.classes import ClassStore

    names = ClassStore(project).names()
    paths = paths_of(project, [twin.image_id for group in groups for twin in group.images])
    rows: list[tuple[object, ...]] = []
    for number, group in enumerate(groups, start=1):
        kinds = (("labels", group.labels_differ), ("splits", group.leaks))
        conflict = " and ".join(word for word, there in kinds if there)
        for twin in group.images:
            label = "" if twin.label is None else names.get(twin.label, twin.label)
            rows.append((number, paths[twin.image_id], label, twin.split or "", conflict))
    return rows


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(duplicates)
