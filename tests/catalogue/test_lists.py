"""Lists of images: every condition, order and group against plain Python."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import event, insert, text, update

from semgui.catalogue import sorting
from semgui.catalogue.images import ImageStore
from semgui.catalogue.label_tables import mark_events
from semgui.catalogue.naming import name_key
from semgui.catalogue.project import Project, open_project
from semgui.catalogue.query import Choice, ImageQuery, Key, LabelState, Range
from semgui.catalogue.tables import images
from semgui.domain.ids import ClassId, ModelId
from semgui.domain.image import ImageStatus
from semgui.domain.prediction import PredictionStatus
from tests.catalogue.synthetic import MODEL, NOW, OTHER_MODEL, Row, fill

COUNT = 400


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, list[Row]]]:
    with open_project(tmp_path_factory.mktemp("lists") / "p.semgui", create=True) as project:
        rows = fill(project, COUNT, seed=3)
        with project.write() as connection:
            connection.execute(insert(mark_events), [m for row in rows for m in marks_of(row)])
        yield project, rows


def is_flagged(row: Row) -> bool:
    return row.id % 5 == 0


def is_excluded(row: Row) -> bool:
    return row.id % 7 == 0


def marks_of(row: Row) -> list[dict[str, Any]]:
    """Marks put on and, for some, taken off again."""

    def mark(kind: str, word: str = "", *, present: bool = True, text: str = "") -> dict[str, Any]:
        common = {"batch_id": 1, "image_id": row.id, "annotator": "a", "created_at": NOW}
        return {**common, "kind": kind, "word": word, "present": present, "text": text}

    found = [mark("flag")] if is_flagged(row) or row.id % 3 == 0 else []
    if found and not is_flagged(row):
        found.append(mark("flag", present=False))
    if is_excluded(row):
        found.append(mark("excluded"))
    if row.id % 4 == 0:
        found.append(mark("tag", "odd"))
    if row.id % 11 == 0:
        found.append(mark("note", text="a scratch at the left"))
    return found


def path_key(row: Row) -> tuple[int, str, int]:
    return row.root_id, name_key(row.relpath), row.id


def folder_of(row: Row) -> str:
    return str(Path(("/one", "/two")[row.root_id - 1], row.relpath).parent)


VALUES: dict[Key, Callable[[Row], Any]] = {
    Key.NAME: lambda r: name_key(r.relpath).rpartition("\x01")[2],
    Key.FOLDER: lambda r: (r.root_id, name_key(r.relpath.rpartition("/")[0])),
    Key.CLASS: lambda r: r.label or (r.predicted if r.current else None),
    Key.LABEL: lambda r: r.label,
    Key.PREDICTED: lambda r: r.predicted if r.current else None,
    Key.CONFIDENCE: lambda r: r.confidence if r.current else None,
    Key.NOVELTY: lambda r: r.novelty if r.current else None,
    Key.ACQUIRED: lambda r: r.acquired_at,
    Key.SIZE: lambda r: r.size,
    Key.HV: lambda r: r.hv_kv,
    Key.PIXEL_SIZE: lambda r: r.pixel_size_nm,
    Key.DETECTOR: lambda r: r.detector,
}


def there(rows: list[Row]) -> list[Row]:
    return sorted((row for row in rows if row.status != "missing"), key=path_key)


def in_order(rows: list[Row], key: Key, *, descending: bool) -> list[int]:
    by_path = there(rows)
    if key is Key.PATH:
        return [row.id for row in (reversed(by_path) if descending else by_path)]
    valued = [row for row in by_path if VALUES[key](row) is not None]
    empty = [row for row in by_path if VALUES[key](row) is None]
    distinct = sorted({VALUES[key](row) for row in valued}, reverse=descending)
    return [row.id for value in distinct for row in valued if VALUES[key](row) == value] + [
        row.id for row in empty
    ]


@pytest.mark.parametrize("few", [0, 4_000])  # whole columns, and the rows of a short list
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", [Key.PATH, *VALUES])
def test_a_list_is_in_order_and_stable(
    filled: tuple[Project, list[Row]],
    order: Key,
    descending: bool,
    few: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sorting, "_FEW", few)
    project, rows = filled
    query = ImageQuery(order=order, descending=descending, model_id=MODEL)
    assert ImageStore(project).ids(query).tolist() == in_order(rows, order, descending=descending)


def test_the_date_of_the_file_is_an_order_and_its_days_are_groups(tmp_path: Path) -> None:
    noon = datetime(2026, 3, 1, 12).astimezone()
    with open_project(tmp_path / "p.semgui", create=True) as project:
        rows = there(fill(project, 60, seed=5))
        times = {row.id: noon + timedelta(days=row.id % 7, seconds=row.id) for row in rows}
        with project.write() as connection:
            for image_id, time in times.items():
                modified = {"mtime_ns": round(time.timestamp()) * 1_000_000_000 + 5}
                connection.execute(update(images).where(images.c.id == image_id).values(modified))
        found = ImageStore(project).listing(ImageQuery(order=Key.MODIFIED, group=Key.MODIFIED))
        column = ImageStore(project).column(Key.MODIFIED, found.ids, None)
    assert found.ids.tolist() == sorted(times, key=times.__getitem__)
    days = Counter(f"{time:%Y-%m-%d}" for time in times.values())
    assert [(group.value, group.count) for group in found.groups] == sorted(days.items())
    first = times[int(found.ids[0])]
    assert column.value_of(column.ranks[0]) == f"{first:%Y-%m-%dT%H:%M:%S}.000000005"


@pytest.mark.parametrize("key", [Key.CLASS, Key.FOLDER, Key.DETECTOR, Key.PREDICTED])
def test_groups_hold_what_belongs_together(filled: tuple[Project, list[Row]], key: Key) -> None:
    project, rows = filled
    query = ImageQuery(group=key, order=Key.CONFIDENCE, descending=True, model_id=MODEL)
    found = ImageStore(project).listing(query)
    by_id = {row.id: row for row in rows}
    ends = np.cumsum([group.count for group in found.groups])
    assert ends[-1] == found.ids.size == len(there(rows))
    seen = []
    for group, end in zip(found.groups, ends, strict=True):
        members = [by_id[i] for i in found.ids[end - group.count : end].tolist()]
        value = folder_of(members[0]) if key is Key.FOLDER else VALUES[key](members[0])
        assert group.value == value
        assert len({VALUES[key](member) for member in members}) == 1
        sure = [m.confidence for m in members if m.current]
        assert sure == sorted(sure, reverse=True)
        seen.append(VALUES[key](members[0]))
    known = [value for value in seen if value is not None]
    assert known == sorted(known)
    assert None not in seen[:-1]  # those without a value are the last group


@pytest.mark.parametrize("descending", [False, True])
def test_numbers_and_times_are_grouped_as_people_would(
    filled: tuple[Project, list[Row]], descending: bool
) -> None:
    project, rows = filled
    store = ImageStore(project)

    def groups(key: Key) -> dict[Any, int]:
        query = ImageQuery(group=key, groups_descending=descending, model_id=MODEL)
        return {group.value: group.count for group in store.listing(query).groups}

    tenths = groups(Key.CONFIDENCE)
    in_eighties = [r for r in there(rows) if r.current and 0.8 <= r.confidence < 0.9]
    assert tenths[0.8] == len(in_eighties)
    known = [value for value in tenths if value is not None]
    assert known == sorted(known, reverse=descending)
    assert list(tenths)[-1] is None
    days = groups(Key.ACQUIRED)
    assert days["2020-01-03"] == sum((r.acquired_at or "").startswith("2020-01-03") for r in there(rows))
    steps = groups(Key.PIXEL_SIZE)
    assert {2.0, 5.0, 10.0} <= steps.keys()
    assert steps[2.0] == sum(r.pixel_size_nm is not None and 2 <= r.pixel_size_nm < 5 for r in there(rows))


FILTERS: dict[str, tuple[dict[str, Any], Callable[[Row], bool]]] = {
    "text": ({"text": "SCAN1"}, lambda r: "scan1" in r.relpath),
    "percent": ({"text": "100%"}, lambda r: "100%" in r.relpath),
    "note": ({"text": "Scratch"}, lambda r: r.id % 11 == 0),
    "class": (
        {"classes": frozenset({ClassId("c1"), ClassId("c4")})},
        lambda r: VALUES[Key.CLASS](r) in ("c1", "c4"),
    ),
    "labelled": ({"label_state": LabelState.LABELLED}, lambda r: r.label is not None),
    "unlabelled": ({"label_state": LabelState.UNLABELLED}, lambda r: r.label is None),
    "disagree": (
        {"label_state": LabelState.DISAGREE},
        lambda r: bool(r.label and r.current and r.label != r.predicted),
    ),
    "predicted": (
        {"predicted": frozenset({ClassId("c2")})},
        lambda r: bool(r.current and r.predicted == "c2"),
    ),
    "uncertain": (
        {"prediction_status": PredictionStatus.UNCERTAIN},
        lambda r: bool(r.current and r.confidence < 0.3),
    ),
    "unreadable": ({"status": ImageStatus.UNREADABLE}, lambda r: r.status == "unreadable"),
    "missing": ({"status": ImageStatus.MISSING}, lambda r: r.status == "missing"),
    "folder": ({"folder": Path("/one/sub1")}, lambda r: r.root_id == 1 and r.relpath.startswith("sub1/")),
    "root": ({"folder": Path("/two")}, lambda r: r.root_id == 2),
    "nowhere": ({"folder": Path("/three")}, lambda r: False),
    "flagged": ({"flagged": True}, is_flagged),
    "not flagged": ({"flagged": False}, lambda r: not is_flagged(r)),
    "excluded": ({"excluded": True}, is_excluded),
    "not excluded": ({"excluded": False}, lambda r: not is_excluded(r)),
    "tag": ({"tag": "odd"}, lambda r: r.id % 4 == 0),
    "databar": ({"databar_uncertain": True}, lambda r: not r.certain),
    "sure": (
        {"ranges": (Range(Key.CONFIDENCE, 0.5, 0.9),)},
        lambda r: bool(r.current and 0.5 <= r.confidence <= 0.9),
    ),
    "kilovolts": ({"ranges": (Range(Key.HV, 10.0),)}, lambda r: r.hv_kv is not None and r.hv_kv >= 10),
    "february": (
        {"ranges": (Range(Key.ACQUIRED, "2020-02", "2020-02"),)},
        lambda r: (r.acquired_at or "").startswith("2020-02"),
    ),
    "detector": (
        {"choices": (Choice(Key.DETECTOR, frozenset({"SE", "BSD"})),)},
        lambda r: r.detector in ("SE", "BSD"),
    ),
}


def combinations() -> list[tuple[str, ...]]:
    """Return each filter alone, and every pair that does not ask one field two things."""
    pairs = itertools.combinations(FILTERS, 2)
    fields = {name: conditions.keys() for name, (conditions, _) in FILTERS.items()}
    return [*((name,) for name in FILTERS), *(p for p in pairs if not fields[p[0]] & fields[p[1]])]


@pytest.mark.parametrize("names", combinations(), ids="-".join)
def test_filters_narrow_and_combine(filled: tuple[Project, list[Row]], names: tuple[str, ...]) -> None:
    project, rows = filled
    conditions: dict[str, Any] = {"model_id": MODEL}
    for name in names:
        conditions |= FILTERS[name][0]
    hidden = "status" not in conditions
    wanted = {
        row.id
        for row in rows
        if all(FILTERS[n][1](row) for n in names) and not (hidden and row.status == "missing")
    }
    store = ImageStore(project)
    ids = store.ids(ImageQuery(**conditions)).tolist()
    assert set(ids) == wanted
    assert len(ids) == len(wanted) == store.count(ImageQuery(**conditions))


def test_predictions_of_another_model_do_not_count(filled: tuple[Project, list[Row]]) -> None:
    project, rows = filled
    store = ImageStore(project)
    query = ImageQuery(order=Key.CONFIDENCE, model_id=OTHER_MODEL, descending=True)
    assert store.ids(query).tolist() == [r.id for r in there(rows)]
    unknown = ImageQuery(predicted=frozenset({ClassId("c1")}), model_id=ModelId("none@0"))
    assert store.count(unknown) == 0


def test_a_query_that_asks_about_predictions_says_so() -> None:
    for asking in (
        ImageQuery(order=Key.CONFIDENCE),
        ImageQuery(predicted=frozenset({ClassId("a")})),
        ImageQuery(label_state=LabelState.DISAGREE),
        ImageQuery(ranges=(Range(Key.NOVELTY, 0.5),)),
    ):
        assert asking.needs_model
    assert not ImageQuery(text="a", order=Key.HV, group=Key.LABEL).needs_model
    with pytest.raises(ValueError, match="twice"):
        ImageQuery(ranges=(Range(Key.HV, 1.0), Range(Key.HV, None, 2.0)))


def test_a_merged_class_is_found_by_the_one_it_went_into(tmp_path: Path) -> None:
    with open_project(tmp_path / "p.semgui", create=True) as project:
        rows = fill(project, 200, seed=8)
        store = ImageStore(project)
        c2 = frozenset({ClassId("c2")})
        before = store.ids(ImageQuery(predicted=c2, model_id=MODEL)).tolist()
        with project.write() as connection:
            connection.execute(
                text(
                    "INSERT INTO class_events (batch_id, class_id, present, name, colour, shortcut, "
                    "description, position, archived, merged_into) "
                    "VALUES (1, 'c1', 1, 'one', '#000000', '', '', 0, 1, 'c2')"
                )
            )
        after = store.ids(ImageQuery(predicted=c2, model_id=MODEL)).tolist()
        ones = [r.id for r in there(rows) if r.current and r.predicted == "c1"]
        assert sorted(after) == sorted([*before, *ones])
        assert ones
        differ = store.ids(ImageQuery(label_state=LabelState.DISAGREE, model_id=MODEL)).tolist()
        settled = {r.id for r in rows if r.current and r.label == "c2" and r.predicted == "c1"}
        assert not settled & set(differ)


def test_a_folder_among_many_is_not_searched_for_and_records_are_not_read(
    filled: tuple[Project, list[Row]],
) -> None:
    project, _ = filled
    sent: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        sent.append((statement, parameters))

    event.listen(project.engine, "before_cursor_execute", note)
    try:
        store = ImageStore(project)
        store.ids(ImageQuery(folder=Path("/one/sub3"), order=Key.HV, ranges=(Range(Key.WD, 1.0),)))
    finally:
        event.remove(project.engine, "before_cursor_execute", note)
    with project.read() as connection:
        lines = [
            row[3]
            for statement, parameters in sent
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert any("sort_key>? AND sort_key<?" in line for line in lines), lines
    of_metadata = [line for line in lines if "image_metadata" in line]
    assert of_metadata
    assert all("ix_image_metadata_facts" in line for line in of_metadata), lines
