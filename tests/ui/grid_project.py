"""A project of any size that opens as if it had been scanned and classified.

The files are real but small: some hundred different pictures, the others links to them. What a scan, a model
and people would have said is written straight into the catalogue, since a real scan and classification of
100,000 images take half an hour.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from semgui.catalogue.fingerprint import fingerprint
from semgui.catalogue.label_tables import batches, label_events, mark_events
from semgui.catalogue.naming import name_key
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.presets import load_preset
from semgui.catalogue.project import Project, open_project
from semgui.catalogue.tables import image_metadata, images, predictions, roots
from semgui.domain.ids import ClassId
from semgui.services.classes import start_with_preset
from semgui.viewmodels.brain import Brain
from tests.ui.pictures import write_picture

_DIFFERENT = 300
_PER_FOLDER = 2_000
_RECORD = {
    f"Section{n}": {f"Key{k}": "a value as long as vendors write them" for k in range(8)} for n in range(8)
}
_MICROSCOPES = (("zeiss", "SUPRA 40-24-33", ("InLens", "SE2")), ("tescan", "VEGA3", ("SE", "BSE")))


@dataclass(frozen=True)
class Generated:
    """A folder of images and the project on it."""

    folder: Path
    place: Path


def generate(
    where: Path, count: int, brain: Brain | None, seed: int = 1, size: tuple[int, int] = (144, 192)
) -> Generated:
    """Write images, project, labels, predictions, marks; every tenth label differs from the model."""
    folder, place = where / "images", where / "images.semgui"
    chance = random.Random(seed)
    files = _write_files(folder, count, chance, size)
    classes = [c.id for c in load_preset("nffa10")]
    with open_project(place, create=True) as project:
        start_with_preset(project, "nffa10", "ann")
        with project.write() as connection:
            connection.execute(insert(roots), {"id": 1, "path": str(folder)})
            for start in range(0, count, 20_000):
                connection.execute(insert(images), files[start : start + 20_000])
            facts = [_facts(row["id"], chance) for row in files]
            connection.execute(insert(image_metadata), facts)
        if brain is not None:
            _predict(project, brain, count, chance)
        _say(project, count, classes, chance)
        with project.write() as connection:
            connection.exec_driver_sql("ANALYZE")
    return Generated(folder, place)


def _write_files(
    folder: Path, count: int, chance: random.Random, size: tuple[int, int]
) -> list[dict[str, Any]]:
    models = []
    for number in range(min(_DIFFERENT, count)):
        path = folder / ".models" / f"{number}.png"
        write_picture(path, number, size)
        models.append((path, path.stat(), fingerprint(path, folder)))
    rows = []
    for number in range(count):
        model, stat, print_ = models[number % len(models)]
        session = folder / f"session {number // _PER_FOLDER + 1}" / ("left" if number % 3 else "right")
        session.mkdir(parents=True, exist_ok=True)
        path = session / f"sample_A3_spot{number % 7}_img{number + 1}.png"
        os.link(model, path)
        relpath = path.relative_to(folder).as_posix()
        time = datetime(2024, 3, 1) + timedelta(minutes=7 * number)
        rows.append(
            {
                "id": number + 1,
                "root_id": 1,
                "relpath": relpath,
                "folder": relpath.rpartition("/")[0],
                "sort_key": name_key(relpath),
                "size": stat.st_size,
                "mtime_ns": stat.st_mtime_ns,
                "fingerprint": print_,
                "status": "ok",
                "width": size[1],
                "height": size[0],
                "dtype": "uint8",
                "acquired_at": time.isoformat() if chance.random() < 0.9 else None,
                "contrast_low": 0.0,
                "contrast_high": 200.0,
                "databar_certain": int(chance.random() < 0.98),
            }
        )
    return rows


def _facts(image_id: int, chance: random.Random) -> dict[str, Any]:
    vendor, instrument, detectors = chance.choice(_MICROSCOPES)
    return {
        "image_id": image_id,
        "vendor": vendor,
        "instrument": instrument,
        "detector": chance.choice(detectors),
        "hv_kv": chance.choice([2.0, 5.0, 10.0, 20.0]),
        "wd_mm": round(chance.uniform(3, 12), 1),
        "pixel_size_nm": round(10 ** chance.uniform(0, 3), 1),
        "magnification": round(10 ** chance.uniform(2, 5)),
        "record": _RECORD,
    }


def _predict(project: Project, brain: Brain, count: int, chance: random.Random) -> None:
    ids = [class_id for class_id, _ in brain.classes]
    PredictionStore(project).begin(brain.id, ids)
    rows = [
        {
            "model": 1,
            "image_id": number,
            "predicted": chance.choice(ids),
            "confidence": sure,
            "novelty": round(chance.random(), 3),
            "status": "ok" if sure > 0.5 else "uncertain",
            "predicted_at": "2026-01-01T00:00:00+00:00",
        }
        for number in range(1, count + 1)
        for sure in [round(chance.uniform(0.3, 1), 3)]
    ]
    with project.write() as connection:
        connection.execute(insert(predictions), rows)


def _say(project: Project, count: int, classes: list[ClassId], chance: random.Random) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    common = {"annotator": "ann", "created_at": now}
    with project.write() as connection:
        batch = {"action": "setup", "title": "generated", **common}
        key = connection.execute(insert(batches).values(batch)).inserted_primary_key
        assert key is not None
        common |= {"batch_id": key[0]}
        labels = [
            {**common, "image_id": number, "class_id": chance.choice(classes), "source": "user"}
            for number in range(1, count + 1)
            if number % 3 == 0
        ]
        marks = [
            {**common, "image_id": number, "kind": kind, "word": word, "present": True, "text": note}
            for number in range(1, count + 1)
            for every, kind, word, note in (
                (17, "flag", "", ""),
                (41, "excluded", "", ""),
                (29, "tag", "tilted", ""),
                (53, "note", "", "charging at the left edge"),
            )
            if number % every == 0
        ]
        for table, rows in ((label_events, labels), (mark_events, marks)):
            if rows:
                connection.execute(insert(table), rows)
