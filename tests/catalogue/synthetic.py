"""A catalogue of any size without files: for lists, plans and timings."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from semgui.catalogue.label_tables import batches, label_events
from semgui.catalogue.naming import name_key
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project
from semgui.catalogue.tables import image_metadata, images, predictions, roots
from semgui.domain.ids import ClassId, ModelId

MODEL = ModelId("net@1")
OTHER_MODEL = ModelId("other@2")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CLASSES = tuple(ClassId(f"c{i}") for i in range(10))


@dataclass(frozen=True)
class Row:
    """What was written for one image."""

    id: int
    root_id: int
    relpath: str
    size: int
    status: str
    acquired_at: str | None
    label: str | None
    predicted: str
    confidence: float
    novelty: float
    current: bool | None  # None: there is no prediction
    hv_kv: float | None
    wd_mm: float | None
    pixel_size_nm: float | None
    detector: str | None
    certain: bool


def fill(project: Project, count: int, seed: int, labelled: float = 0.4) -> list[Row]:
    """Write images of two roots with labels and predictions of one model; another model knows nothing."""
    chance = random.Random(seed)
    rows = [_row(i + 1, chance, labelled) for i in range(count)]
    store = PredictionStore(project)
    for model in (MODEL, OTHER_MODEL):
        store.begin(model, CLASSES)
    now = NOW
    with project.write() as connection:
        connection.execute(insert(roots), [{"id": 1, "path": "/one"}, {"id": 2, "path": "/two"}])
        connection.execute(insert(images), [_image(row) for row in rows])
        record = {"Beam": {"HV": "5000"}}
        connection.execute(insert(image_metadata), [{**_metadata(r), "record": record} for r in rows])
        connection.execute(insert(predictions), [_prediction(row) for row in rows if row.current])
        batch = {"id": 1, "action": "do", "title": "t", "annotator": "a", "created_at": now}
        connection.execute(insert(batches).values(batch))
        connection.execute(insert(label_events), [e for row in rows for e in _events(row, now, chance)])
        connection.exec_driver_sql("ANALYZE")
    return rows


def _row(number: int, chance: random.Random, labelled: float) -> Row:
    folder = f"sub{chance.randrange(20)}"
    name = f"{chance.choice(['scan', 'Image', '100%_'])}{chance.randrange(10**6)}_{number}.tif"
    acquired = datetime(2020, 1, 1) + timedelta(minutes=chance.randrange(10**5))
    return Row(
        id=number,
        root_id=1 + chance.randrange(2),
        relpath=f"{folder}/{name}" if chance.random() < 0.9 else name,
        size=chance.randrange(1000, 1100),
        status=chance.choices(["ok", "pending", "unreadable", "missing"], [90, 4, 3, 3])[0],
        acquired_at=acquired.isoformat() if chance.random() < 0.7 else None,
        label=chance.choice(CLASSES) if chance.random() < labelled else None,
        predicted=chance.choice(CLASSES),
        confidence=round(chance.random(), 2),
        novelty=round(chance.random(), 2),
        current=True if chance.random() < 0.8 else None,
        hv_kv=chance.choice([None, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0]),
        wd_mm=chance.choice([None, 3.1, 4.0, 8.25]),
        pixel_size_nm=chance.choice([None, 2.5, 3.1, 7.0, 12.0, 130.0, 2600.0]),
        detector=chance.choice([None, "SE", "BSD", "InLens", "TLD"]),
        certain=chance.random() < 0.95,
    )


def _metadata(row: Row) -> dict[str, Any]:
    return {
        "image_id": row.id,
        "hv_kv": row.hv_kv,
        "wd_mm": row.wd_mm,
        "pixel_size_nm": row.pixel_size_nm,
        "detector": row.detector,
    }


def _image(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "root_id": row.root_id,
        "relpath": row.relpath,
        "folder": row.relpath.rpartition("/")[0],
        "sort_key": name_key(row.relpath),
        "size": row.size,
        "mtime_ns": 0,
        "fingerprint": f"{row.id:032x}",
        "status": row.status,
        "acquired_at": row.acquired_at,
        "databar_certain": int(row.certain),
    }


def _prediction(row: Row) -> dict[str, Any]:
    return {
        "model": 1,
        "image_id": row.id,
        "predicted": row.predicted,
        "confidence": row.confidence,
        "novelty": row.novelty,
        "status": "ok" if row.confidence >= 0.3 else "uncertain",
        "predicted_at": "2026-01-01T00:00:00+00:00",
    }


def _events(row: Row, now: datetime, chance: random.Random) -> list[dict[str, Any]]:
    """A history that ends with the row's label: half of them were something else before."""
    common = {"batch_id": 1, "image_id": row.id, "annotator": "a", "created_at": now, "source": "user"}
    before = [{**common, "class_id": chance.choice(CLASSES)}] if chance.random() < 0.5 else []
    if row.label is None and not before:
        return []
    return [*before, {**common, "class_id": row.label}]
