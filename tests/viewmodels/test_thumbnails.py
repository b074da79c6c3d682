from __future__ import annotations

import io
import threading

import numpy as np
from PIL import Image

from semgui.domain.ids import ImageId
from semgui.viewmodels.thumbnails import ThumbnailModel, shrunk
from tests.viewmodels.runner import ManualRunner


def jpeg(width: int, height: int) -> bytes:
    encoded = io.BytesIO()
    grey = np.tile(np.linspace(0, 255, width).astype(np.uint8), (height, 1))
    Image.fromarray(grey).save(encoded, "JPEG", quality=90)
    return encoded.getvalue()


def test_many_thumbnails_are_one_call():
    runner, seen = ManualRunner(), []
    model = ThumbnailModel(runner)
    model.arrived.connect(seen.append)
    picture = jpeg(256, 192)
    workers = [
        threading.Thread(target=lambda n=n: [model.deliver(ImageId(n * 10 + k), picture) for k in range(5)])
        for n in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(runner.calls) == 1
    runner.drain()
    assert len(seen) == 1
    assert sorted(t.id for t in seen[0]) == sorted(n * 10 + k for n in range(4) for k in range(5))
    for damaged in (b"", b"no picture", picture[: len(picture) // 2]):
        model.deliver(ImageId(99), damaged)  # the thread that delivers goes on
        runner.drain()
        assert seen[-1][0].pixels is None


def test_pictures_arrive_as_large_as_they_are_shown():
    picture = jpeg(256, 192)
    for edge in (64, 100, 112, 255):
        pixels = shrunk(picture, edge)
        assert max(pixels.shape) == edge
        assert abs(pixels.shape[0] / pixels.shape[1] - 0.75) < 0.02
        assert pixels[:, 0].mean() < 20
        assert pixels[:, -1].mean() > 235
    assert shrunk(picture, 400).shape == (192, 256)


def test_another_size_is_asked_for_anew():
    class Maker:
        def __init__(self) -> None:
            self.asked: list[tuple[int, ...]] = []

        def want(self, ids) -> None:
            self.asked.append(tuple(ids))

    maker, model = Maker(), ThumbnailModel(ManualRunner())
    model.attach(maker)
    for _ in range(2):
        model.want([ImageId(1), ImageId(2)])
    model.set_edge(200)
    model.want([ImageId(1), ImageId(2)])
    assert maker.asked == [(1, 2), (1, 2)]
