from __future__ import annotations

import errno

import numpy as np
import pytest
from PIL import Image

from semgui.catalogue.fingerprint import fingerprint
from semgui.domain.errors import UnreadableImageError
from semgui.domain.metadata import Databar
from semgui.imaging.limits import DecodeLimits
from semgui.imaging.perceptual import perceptual_hash
from semgui.inference.prepare import Source, prepare
from semgui.jobs import pixels
from semgui.jobs.canonical import canonical_of
from semgui.jobs.pixel_store import PixelStore
from semgui.jobs.pixels import write_pixels
from trainer.errors import DiskFullError
from trainer.preprocess import PreprocessParams
from trainer.run_folder import STRIP_SHAPE, RunFolder

PARAMS = PreprocessParams(edge=64)


def ignore(count: int) -> None:
    pass


@pytest.fixture
def store(tmp_path):
    with PixelStore(PARAMS, tmp_path / "cache") as opened:
        yield opened


def test_images_lie_in_order_and_bad_ones_leave_no_gap(class_folder, tmp_path, store):
    files = sorted(p for p in class_folder.rglob("*") if p.suffix in {".png", ".tif"})
    sources = [Source(file) for file in files]
    written = write_pixels(sources, RunFolder(tmp_path), PARAMS, DecodeLimits(), ignore, store)
    content = np.fromfile(tmp_path / "pixels.bin", np.uint8).reshape(-1, 64, 64)
    assert len(content) == 30
    np.testing.assert_array_equal(written.hashes, [perceptual_hash(image) for image in content])
    for source, outcome in zip(sources, written.outcomes, strict=True):
        if source.path.name == "broken.tif":
            assert isinstance(outcome, UnreadableImageError)
        else:
            expected = prepare(source, PARAMS, DecodeLimits()).pixels
            np.testing.assert_array_equal(content[outcome.offset // 64**2], expected)
            assert outcome.fingerprint == fingerprint(source.path, class_folder)
            assert outcome.strip is None


def test_a_stop_leaves_no_half_file(class_folder, tmp_path, store):
    class StoppedError(Exception):
        pass

    def stop(count: int) -> None:
        if count == 5:
            raise StoppedError

    sources = [Source(file) for file in sorted(class_folder.glob("dots/*"))]
    with pytest.raises(StoppedError):
        write_pixels(sources, RunFolder(tmp_path), PARAMS, DecodeLimits(), stop, store)
    assert not (tmp_path / "pixels.bin").exists()
    assert not (tmp_path / "strips.bin").exists()


def test_a_full_disk_is_one_sentence_and_gets_its_room_back(class_folder, tmp_path, store):
    def fill(count: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    sources = [Source(file) for file in sorted(class_folder.glob("dots/*"))]
    (tmp_path / "run").mkdir()
    with pytest.raises(DiskFullError, match="no room on the disk"):
        write_pixels(sources, RunFolder(tmp_path / "run"), PARAMS, DecodeLimits(), fill, store)
    assert not list((tmp_path / "run").iterdir())


def test_a_file_that_vanishes_while_it_is_read_is_left_out(class_folder, tmp_path, store, monkeypatch):
    hashed = pixels.fingerprint

    def hash_and_remove(path, root):
        found = hashed(path, root)
        if path.name == "image3.png":
            path.unlink()
        return found

    monkeypatch.setattr(pixels, "fingerprint", hash_and_remove)
    sources = [Source(file) for file in sorted(class_folder.glob("dots/*"))]
    written = write_pixels(sources, RunFolder(tmp_path), PARAMS, DecodeLimits(), ignore, store)
    (left_out,) = (o for o in written.outcomes if isinstance(o, UnreadableImageError))
    assert left_out.path.name == "image3.png"


def test_limits_hold(class_folder, tmp_path, store):
    source = Source(class_folder / "dots" / "image0.png")
    limits = DecodeLimits(max_pixels=100)
    (outcome,) = write_pixels([source], RunFolder(tmp_path), PARAMS, limits, ignore, store).outcomes
    assert isinstance(outcome, UnreadableImageError)


def test_what_has_not_changed_is_not_decoded_again(class_folder, tmp_path, monkeypatch):
    sources = [Source(file) for file in sorted(class_folder.glob("*/*.png"))]
    decoded: list[Source] = []

    def counted(source, params, limits):
        decoded.append(source)
        return canonical_of(source, params, limits)

    monkeypatch.setattr(pixels, "canonical_of", counted)
    contents = []
    for run in ("first", "second", "third"):
        if run == "third":
            sources[3].path.write_bytes(sources[4].path.read_bytes())
        (tmp_path / run).mkdir()
        with PixelStore(PARAMS, tmp_path / "cache") as store:
            write_pixels(sources, RunFolder(tmp_path / run), PARAMS, DecodeLimits(), ignore, store)
        contents.append(np.fromfile(tmp_path / run / "pixels.bin", np.uint8).reshape(-1, 64, 64))
        assert len(decoded) == {"first": 30, "second": 30, "third": 31}[run]
    np.testing.assert_array_equal(contents[0], contents[1])
    np.testing.assert_array_equal(contents[2][3], contents[0][4])


def test_databars_lie_beside_at_their_canonical_size(class_folder, tmp_path, store):
    """The bar's own grey values, also where the specimen has little contrast; none where there is no bar."""
    picture = np.full((200, 300), 100, np.uint8)
    picture[:160:2] = 110
    picture[160:] = 40
    picture[170:190, 30:150] = 250
    Image.fromarray(picture).save(tmp_path / "bar.png")
    deep = (picture.astype(np.uint16) * 200).clip(0, 50_000)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    crop = Databar(row=160, source="user")
    sources = [
        Source(class_folder / "dots" / "image0.png", databar=Databar()),
        Source(tmp_path / "bar.png", databar=crop),
        Source(tmp_path / "deep.png", databar=crop),
    ]
    (none, first, second) = write_pixels(
        sources, RunFolder(tmp_path), PARAMS, DecodeLimits(), ignore, store
    ).outcomes
    assert none.strip is None
    strips = np.fromfile(tmp_path / "strips.bin", np.uint8).reshape(-1, *STRIP_SHAPE)
    assert (first.strip, second.strip) == (0, strips[0].nbytes)
    for strip, dark, bright in zip(strips, (40, 0), (250, 255), strict=True):
        assert abs(int(strip[2, 5]) - dark) <= 2
        assert abs(int(strip[16, 130]) - bright) <= 2
