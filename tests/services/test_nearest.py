"""Nearest known images: of a project, and of the model's own gallery."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from semgui import paths
from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.images import ImageQuery, ImageStore
from semgui.catalogue.project import open_project
from semgui.domain.errors import ModelError
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.imaging.decoders import InThisProcess
from semgui.registry.gallery import GALLERY_FILE, Gallery, load_gallery, save_gallery
from semgui.registry.store import inspect_model
from semgui.services.classes import start_with_preset
from semgui.services.label import set_labels
from semgui.services.nearest import nearest_known
from semgui.services.scan import scan_folder
from tests.catalogue.pictures import write_tiff

MODEL = ModelId("m@1")
WIDTH = 16


@pytest.fixture
def gallery() -> Gallery:
    directions = np.eye(WIDTH, dtype=np.float16)[:3]
    return Gallery(
        MODEL, directions, tuple(map(ClassId, "abc")), ("one", "two", "three"), (b"1", b"22", b"333")
    )


@pytest.fixture
def project(tmp_path: Path):
    for number in range(8):
        write_tiff(tmp_path / "images" / f"{number}.tif", number)
    with open_project(tmp_path / "p.semgui", create=True) as opened:
        start_with_preset(opened, "nffa10", "ann")
        scan_folder(opened, tmp_path / "images")
        ids = [ImageId(int(i)) for i in ImageStore(opened).ids(ImageQuery())]
        angles = np.linspace(0, 1.4, 8)
        embeddings = np.zeros((8, WIDTH), np.float16)
        embeddings[:, 0], embeddings[:, 1] = np.cos(angles), np.sin(angles)
        ArrayStore(opened, MODEL).put(ids, np.full((8, 2), 0.5, np.float32), embeddings)
        yield opened, ids, embeddings


def test_of_a_project_the_labelled_ones_and_never_the_image_itself(project, gallery: Gallery) -> None:
    opened, ids, embeddings = project
    set_labels(opened, ids[2:5], ClassId("nffa.fibres"), "ann")
    itself = ImageStore(opened).get(ids[3]).path
    found = nearest_known(opened, gallery, MODEL, embeddings[3], 2, but=itself, decoder=InThisProcess())
    assert [known.image_id for known in found] in ([ids[2], ids[4]], [ids[4], ids[2]])
    assert {known.class_id for known in found} == {"nffa.fibres"}
    assert found[0].similarity == pytest.approx(np.cos(0.2), abs=2e-3)
    assert all(known.thumbnail.startswith(b"\xff\xd8") for known in found)
    assert found[0].path is not None
    assert found[0].caption == found[0].path.name
    named = nearest_known(opened, gallery, MODEL, embeddings[3], 2, but=itself)
    assert [(known.image_id, known.thumbnail) for known in named] == [(k.image_id, b"") for k in found]


def test_where_nothing_is_labelled_the_gallery_answers(project, gallery: Gallery) -> None:
    opened, _, embeddings = project
    found = nearest_known(opened, gallery, MODEL, embeddings[0], 2)
    assert [(known.caption, known.class_id, known.thumbnail) for known in found] == [
        ("one", "a", b"1"),
        ("two", "b", b"22"),
    ]
    assert nearest_known(opened, None, MODEL, embeddings[0], 2) == []


def test_a_gallery_is_kept_and_belongs_to_one_version(gallery: Gallery, tmp_path: Path) -> None:
    first = save_gallery(gallery, tmp_path).read_bytes()
    assert save_gallery(gallery, tmp_path).read_bytes() == first
    loaded = load_gallery(tmp_path, MODEL)
    assert loaded is not None
    np.testing.assert_array_equal(loaded.embeddings, gallery.embeddings)
    assert (loaded.class_ids, loaded.captions, loaded.thumbnails) == (
        gallery.class_ids,
        gallery.captions,
        gallery.thumbnails,
    )
    assert load_gallery(tmp_path, ModelId("m@2")) is None
    assert load_gallery(tmp_path / "none", MODEL) is None
    (tmp_path / GALLERY_FILE).write_bytes(first[:500])
    with pytest.raises(ModelError, match="install the model again"):
        load_gallery(tmp_path, MODEL)


def test_the_shipped_model_has_one_of_its_own() -> None:
    folder = paths.resources_dir() / "models" / "nffa10-starter"
    info = inspect_model(folder)
    assert info.id is not None
    assert info.card is not None
    shipped = load_gallery(folder, info.id)
    assert shipped is not None, "run resources/models/make_gallery.py after training the model anew"
    assert set(shipped.class_ids) == set(info.card.class_ids)
    assert np.isfinite(shipped.embeddings.astype(np.float32)).all()
    assert (folder / GALLERY_FILE).stat().st_size < 2_000_000
    # Each picture of a class is of another kind, and still half of them lie nearest to one of their class.
    hits = 0
    for row, class_id in enumerate(shipped.class_ids):
        found = nearest_known(None, shipped, info.id, shipped.embeddings[row], 2)
        hits += found[1].class_id == class_id
    assert hits > 0.4 * len(shipped.class_ids)
