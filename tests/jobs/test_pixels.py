from __future__ import annotations

import numpy as np
import pytest

from semgui.domain.errors import UnreadableImageError
from semgui.imaging.limits import DecodeLimits
from semgui.inference.prepare import Source, prepare
from semgui.jobs.pixels import write_pixels
from trainer.preprocess import PreprocessParams

PARAMS = PreprocessParams(edge=64)


def ignore(count: int) -> None:
    pass


def test_images_lie_in_order_and_bad_ones_leave_no_gap(class_folder, tmp_path):
    files = sorted(p for p in class_folder.rglob("*") if p.suffix in {".png", ".tif"})
    sources = [Source(file) for file in files]
    outcomes = write_pixels(sources, tmp_path / "pixels.bin", PARAMS, DecodeLimits(), ignore)
    content = np.fromfile(tmp_path / "pixels.bin", np.uint8).reshape(-1, 64, 64)
    assert len(content) == 30
    for source, outcome in zip(sources, outcomes, strict=True):
        if source.path.name == "broken.tif":
            assert isinstance(outcome, UnreadableImageError)
        else:
            expected = prepare(source, PARAMS, DecodeLimits()).pixels
            np.testing.assert_array_equal(content[outcome // 64**2], expected)


def test_a_stop_leaves_no_half_file(class_folder, tmp_path):
    class StoppedError(Exception):
        pass

    def stop(count: int) -> None:
        if count == 5:
            raise StoppedError

    sources = [Source(file) for file in sorted(class_folder.glob("dots/*"))]
    with pytest.raises(StoppedError):
        write_pixels(sources, tmp_path / "pixels.bin", PARAMS, DecodeLimits(), stop)
    assert not (tmp_path / "pixels.bin").exists()


def test_limits_hold(class_folder, tmp_path):
    source = Source(class_folder / "dots" / "image0.png")
    (outcome,) = write_pixels([source], tmp_path / "pixels.bin", PARAMS, DecodeLimits(max_pixels=100), ignore)
    assert isinstance(outcome, UnreadableImageError)
