"""The cache of thumbnails: what they look like, and a cache that may be lost, full or damaged."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from semgui.catalogue.thumbnails import ThumbnailStore, make_thumbnail, thumbnail_key
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageRecord
from semgui.domain.metadata import ContrastLimits, Databar


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ThumbnailStore]:
    opened = ThumbnailStore(tmp_path)
    yield opened
    opened.close()


def decoded(thumbnail: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(thumbnail), formats=("JPEG",)) as image:
        assert image.mode == "L"
        return np.asarray(image)


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ((768, 1024), (192, 256)),
        ((3072, 4096), (192, 256)),
        ((4097, 3001), (256, 188)),
        ((100, 80), (100, 80)),
        ((1, 5000), (1, 256)),
        ((5000, 1), (256, 1)),
    ],
)
def test_the_longest_edge_is_256(shape: tuple[int, int], wanted: tuple[int, int]) -> None:
    pixels = np.full(shape, 100, np.uint8)
    assert decoded(make_thumbnail(pixels, ContrastLimits(0, 255))).shape == wanted


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_the_specimen_fills_the_greys_and_the_databar_is_kept(dtype: type) -> None:
    pixels = np.zeros((1000, 1000), dtype)
    pixels[:, :500] = 100
    pixels[:, 500:] = 140
    pixels[900:] = 250
    small = decoded(make_thumbnail(pixels, ContrastLimits(100, 140))).astype(int)
    assert small[:220, :120].max() < 10
    assert small[:220, 136:].min() > 245
    assert small[236:].min() > 245


def test_not_a_number_is_no_trouble() -> None:
    pixels = np.full((300, 300), 50, np.float32)
    pixels[:100] = np.nan
    pixels[100:110] = np.inf
    assert decoded(make_thumbnail(pixels, ContrastLimits(0, 100))).shape == (256, 256)


def test_a_change_of_content_or_crop_line_is_another_thumbnail() -> None:
    def key(fingerprint: str = "f", mtime_ns: int = 1, databar: Databar = Databar()) -> str:  # noqa: B008
        return thumbnail_key(
            fingerprint, mtime_ns, ImageRecord(ImageId(1), Path("a"), 1, 1, "f", databar=databar)
        )

    assert key() == key(databar=Databar(900, "tag")) == key(databar=Databar(900, "pixels"))
    others = [
        key("g"),
        key(mtime_ns=2),
        key(databar=Databar(900, "user")),
        key(databar=Databar(901, "user")),
        key(databar=Databar(None, "user")),
    ]
    assert len({key(), *others}) == 6


def test_kept_over_restarts(tmp_path: Path) -> None:
    first = ThumbnailStore(tmp_path)
    first.put("a", b"picture")
    first.close()
    second = ThumbnailStore(tmp_path)
    assert (second.get("a"), second.get("b")) == (b"picture", None)
    assert (second.has("a"), second.has("b")) == (True, False)
    second.close()


def test_the_least_used_go_when_the_room_is_full(tmp_path: Path) -> None:
    store = ThumbnailStore(tmp_path, max_bytes=10_000)
    for i in range(10):
        store.put(str(i), bytes(1000))
    store.close()
    store = ThumbnailStore(tmp_path, max_bytes=10_000)
    assert store.get("0") is not None  # the oldest, and now the last one used
    store.close()
    store = ThumbnailStore(tmp_path, max_bytes=10_000)
    store.put("new", bytes(1000))
    assert [i for i in range(10) if not store.has(str(i))] == [1, 2]
    assert store.has("new")
    store.close()


@pytest.mark.parametrize("damage", [b"no database", b""])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    store = ThumbnailStore(tmp_path)
    for i in range(100):
        store.put(f"key{i}", bytes(1000))
    store.close()
    path = next(tmp_path.glob("*.db"))
    path.write_bytes(damage or path.read_bytes()[:4096] + b"\xff" * 50_000)
    store = ThumbnailStore(tmp_path)
    assert store.get("key1") is None
    store.put("key1", b"again")
    assert store.get("key1") == b"again"
    store.close()


def test_a_cache_that_cannot_be_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where a folder should be")
    store = ThumbnailStore(tmp_path / "file")
    store.put("a", b"picture")
    assert store.get("a") is None
    assert not store.has("a")
    store.close()


def test_two_programs_share_one_cache(store: ThumbnailStore, tmp_path: Path) -> None:
    other = ThumbnailStore(tmp_path)
    for i in range(50):
        (store, other)[i % 2].put(str(i), b"x")
    assert all(store.has(str(i)) and other.has(str(i)) for i in range(50))
    other.close()
