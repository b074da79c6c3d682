from __future__ import annotations

import numpy as np
import pytest

from semgui.domain.metadata import ContrastLimits, Databar
from semgui.inference.prepare import Source
from semgui.jobs import pixel_store
from semgui.jobs.canonical import Canonical
from semgui.jobs.pixel_store import PixelStore
from trainer.preprocess import PreprocessParams
from trainer.run_folder import STRIP_SHAPE

PARAMS = PreprocessParams(edge=32)
ROW = 32 * 32 + STRIP_SHAPE[0] * STRIP_SHAPE[1]


def image(seed: int) -> Canonical:
    """Every third one without a databar."""
    generator = np.random.default_rng(seed)
    strip = None if seed % 3 == 0 else generator.integers(0, 256, STRIP_SHAPE, dtype=np.uint8)
    return Canonical(generator.integers(0, 256, (32, 32), dtype=np.uint8), strip)


def assert_same(found: Canonical | None, expected: Canonical) -> None:
    assert found is not None
    np.testing.assert_array_equal(found.pixels, expected.pixels)
    assert (found.strip is None) == (expected.strip is None)
    if expected.strip is not None:
        np.testing.assert_array_equal(found.strip, expected.strip)


def keys(count: int) -> list[bytes]:
    return [bytes([i]) * 16 for i in range(count)]


@pytest.fixture
def filled(tmp_path):
    with PixelStore(PARAMS, tmp_path) as store:
        for i, key in enumerate(keys(200)):
            store.put(key, image(i))
    return tmp_path


def test_what_was_kept_is_found_by_the_next_one(filled):
    with PixelStore(PARAMS, filled) as store:
        for i, key in enumerate(keys(200)):
            assert_same(store.get(key), image(i))
        assert store.get(b"another") is None


def test_another_preprocessing_has_images_of_its_own(filled):
    with PixelStore(PreprocessParams(edge=32, fit="crop"), filled) as store:
        assert store.get(keys(1)[0]) is None


def test_a_damaged_row_counts_as_not_there(filled):
    (rows,) = filled.glob("*/images.bin")
    content = bytearray(rows.read_bytes())
    content[5 * ROW + 7] ^= 1
    rows.write_bytes(content)
    with PixelStore(PARAMS, filled) as store:
        missing = [i for i, key in enumerate(keys(200)) if store.get(key) is None]
    assert len(missing) == 1


def test_a_cut_file_counts_as_far_as_it_goes(filled):
    (rows,) = filled.glob("*/images.bin")
    rows.write_bytes(rows.read_bytes()[: 100 * ROW])
    with PixelStore(PARAMS, filled) as store:
        assert sum(store.get(key) is not None for key in keys(200)) == 100


def test_a_damaged_index_is_made_anew(filled):
    (index,) = filled.glob("*/index.db")
    for file in filled.glob("*/index.db-*"):
        file.unlink()
    index.write_bytes(b"no database" * 1000)
    with PixelStore(PARAMS, filled) as store:
        assert store.get(keys(1)[0]) is None
        store.put(keys(1)[0], image(0))
    with PixelStore(PARAMS, filled) as store:
        assert_same(store.get(keys(1)[0]), image(0))


def test_two_at_once_do_not_overwrite_each_other(tmp_path):
    with PixelStore(PARAMS, tmp_path) as one, PixelStore(PARAMS, tmp_path) as other:
        for i, key in enumerate(keys(250)):
            (one, other)[i % 2].put(key, image(i))
    with PixelStore(PARAMS, tmp_path) as store:
        for i, key in enumerate(keys(250)):
            assert_same(store.get(key), image(i))


def test_it_begins_anew_when_it_is_full(filled):
    with PixelStore(PARAMS, filled, max_bytes=1000) as store:
        assert store.get(keys(1)[0]) is None


def test_it_leaves_room_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(pixel_store, "LEFT_FREE", 1 << 60)
    with PixelStore(PARAMS, tmp_path) as store:
        store.put(keys(1)[0], image(0))
    with PixelStore(PARAMS, tmp_path) as store:
        assert store.get(keys(1)[0]) is None


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with PixelStore(PARAMS, tmp_path / "file") as store:
        store.put(keys(1)[0], image(0))
        assert store.get(keys(1)[0]) is None


def test_crop_line_contrast_and_time_are_part_of_the_key(tmp_path, class_folder):
    file = class_folder / "dots" / "image0.png"
    known = [
        Source(file),
        Source(file, databar=Databar(row=100, source="user")),
        Source(file, databar=Databar()),
        Source(file, contrast=ContrastLimits(3, 200)),
    ]
    with PixelStore(PARAMS, tmp_path) as store:
        found = {store.key(source, "content") for source in known}
        assert store.key(Source(file), "content") in found
        assert store.key(Source(file), "other content") not in found
        file.touch()
        assert store.key(Source(file), "content") not in found
    assert len(found) == 4


def test_what_older_versions_kept_is_removed(filled):
    (filled / "1-448-0123456789abcdef").mkdir()
    (filled / "1-448-0123456789abcdef" / "images.bin").write_bytes(b"old")
    (filled / "notes-of-the-user").mkdir()
    with PixelStore(PreprocessParams(edge=64), filled):
        assert not (filled / "1-448-0123456789abcdef").exists()
        assert (filled / "notes-of-the-user").exists()
    with PixelStore(PARAMS, filled) as store:
        assert_same(store.get(keys(1)[0]), image(0))
