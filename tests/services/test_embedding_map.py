"""The map of a project: who is on it, that it stays as it is, and what UMAP needs."""

from __future__ import annotations

import errno
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, update

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.project import open_project
from semgui.catalogue.tables import images, roots
from semgui.domain.errors import Cancelled
from semgui.domain.ids import ModelId
from semgui.domain.progress import CancelToken
from semgui.services import embedding_map
from semgui.services.embedding_map import Layout, draw_map, forget_map

MODEL = ModelId("m@1")


@pytest.fixture
def project(tmp_path: Path):
    """120 images, of which the model has seen all but the last twenty."""
    with open_project(tmp_path / "p.semgui", create=True) as opened:
        with opened.write() as connection:
            connection.execute(insert(roots), {"id": 1, "path": str(tmp_path)})
            connection.execute(insert(images), [_image(number) for number in range(1, 121)])
        _see(opened, range(1, 101))
        yield opened


def _image(number: int) -> dict[str, object]:
    name = f"{number:03}.png"
    return {
        "id": number,
        "root_id": 1,
        "relpath": name,
        "folder": "",
        "sort_key": name,
        "size": 1,
        "mtime_ns": 1,
        "fingerprint": name,
        "status": "ok",
    }


def _see(project, ids: range) -> None:
    generator = np.random.default_rng(0)
    middles = generator.normal(size=(4, 60))
    rows = middles[np.array(ids) % 4] + 0.1 * generator.normal(size=(len(ids), 60))
    ArrayStore(project, MODEL).put(
        list(ids), np.full((len(ids), 2), 0.5, np.float32), rows.astype(np.float16)
    )


def test_only_images_that_the_model_has_seen_are_on_it(project):
    found = draw_map(project, MODEL, Layout.PCA)
    assert found.ids.tolist() == list(range(1, 101))
    assert found.missing == 20
    assert found.places.shape == (100, 2)
    assert found.places.min() > -0.01 and found.places.max() < 1.01


def test_a_model_that_has_seen_nothing_gives_an_empty_map(project):
    found = draw_map(project, ModelId("other@1"), Layout.PCA)
    assert (len(found), found.missing) == (0, 120)


def test_an_image_that_cannot_be_read_is_not_waited_for(project):
    unreadable = update(images).where(images.c.id > 115).values(status="unreadable")
    with project.write() as connection:
        connection.execute(unreadable)
    assert draw_map(project, MODEL, Layout.PCA).missing == 15


def test_images_seen_later_move_no_other(project):
    before = draw_map(project, MODEL, Layout.PCA)
    _see(project, range(101, 121))
    after = draw_map(project, MODEL, Layout.PCA, before=before)
    assert len(after) == 120 and after.missing == 0
    assert np.allclose(after.places[:100], before.places, atol=1e-6)


def test_it_can_be_stopped(project):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        draw_map(project, MODEL, Layout.PCA, cancel=cancel)


def test_umap_is_kept_and_gone_on_with(project, monkeypatch: pytest.MonkeyPatch):
    made = []

    def plane(features, cancel):
        made.append(len(features))
        return features[:, :2]

    monkeypatch.setattr(embedding_map, "umap_plane", plane)
    first = draw_map(project, MODEL, Layout.UMAP)
    _see(project, range(101, 121))
    second = draw_map(project, MODEL, Layout.UMAP)
    assert made == [100]
    assert np.array_equal(second.places[:100], first.places)
    others = first.places[np.arange(1, 101) % 4 == 101 % 4]
    assert np.linalg.norm(second.places[100] - others.mean(axis=0)) < 0.2
    forget_map(project, MODEL)
    assert len(draw_map(project, MODEL, Layout.UMAP)) == 120
    assert made == [100, 120]


@pytest.mark.slow
def test_a_full_disk_costs_no_map(project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(embedding_map, "umap_plane", lambda coordinates, cancel: coordinates[:, :2])

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    assert len(draw_map(project, MODEL, Layout.UMAP)) == 100
    assert not list(project.path.rglob("*.part"))


@pytest.mark.skipif(importlib.util.find_spec("umap") is None, reason="the extra umap is not installed")
def test_umap_keeps_bunches_apart(project):
    found = draw_map(project, MODEL, Layout.UMAP)
    middles = np.stack([found.places[found.ids % 4 == k].mean(axis=0) for k in range(4)])
    nearest = np.linalg.norm(found.places[:, None] - middles[None], axis=2).argmin(axis=1)
    assert np.mean(nearest == found.ids % 4) > 0.99
