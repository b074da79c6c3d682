from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from semgui.domain.errors import ModelError, UsageError
from semgui.inference.devices import pick_device
from semgui.inference.engine import Engine, automatic_batch_size, cores_shared, plan_for
from semgui.inference.folding import load_folded
from trainer.errors import DeviceMemoryError
from trainer.models import Model, Output


@pytest.fixture
def model(standin: Path) -> Model:
    return load_folded(standin, torch.device("cpu"))


def images(count: int) -> list[NDArray[np.uint8]]:
    return list(np.random.default_rng(2).integers(0, 256, (count, 128, 128), dtype=np.uint8))


def short_of_memory(model: Model, monkeypatch: pytest.MonkeyPatch, room: int, error: Exception) -> None:
    forward = model.forward

    def fits(canonical: torch.Tensor) -> Output:
        if len(canonical) > room:
            raise error
        return forward(canonical)

    monkeypatch.setattr(model, "forward", fits)


def test_an_answer_does_not_depend_on_the_batch(model: Model) -> None:
    pictures = images(7)
    together = Engine(model, batch_size=7).forward(pictures)
    apart = Engine(model, batch_size=2).forward(pictures)
    for one, other in zip(together, apart, strict=True):
        np.testing.assert_allclose(one.logits, other.logits, atol=1e-4)
        np.testing.assert_allclose(one.embedding, other.embedding, atol=1e-4)


@pytest.mark.parametrize(
    "error",
    [
        DeviceMemoryError("cuda has no memory for 8 images."),
        RuntimeError("MPS backend out of memory (MPS allocated: 1 GB)"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"),
        MemoryError(),
    ],
)
def test_too_little_memory_halves_the_batch_and_says_so(
    model: Model, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    expected = Engine(model, batch_size=8).forward(images(8))
    short_of_memory(model, monkeypatch, 3, error)
    said: list[str] = []
    engine = Engine(model, batch_size=8, notify=said.append)
    answers = engine.forward(images(8))
    assert engine.batch_size == 2
    assert said == [
        "cpu has no memory for 8 images at once; going on with 4.",
        "cpu has no memory for 4 images at once; going on with 2.",
    ]
    for answer, wanted in zip(answers, expected, strict=True):
        np.testing.assert_allclose(answer.logits, wanted.logits, atol=1e-4)


def test_a_device_without_room_for_one_image_gives_way_to_the_cpu(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    forward = model.forward

    def only_on_cpu(canonical: torch.Tensor) -> Output:
        if model.device.type != "cpu":
            raise DeviceMemoryError("no memory")
        return forward(canonical)

    monkeypatch.setattr(model, "forward", only_on_cpu)
    model.device = torch.device("meta")  # stands in for a GPU: the weights stay where they are
    said: list[str] = []
    engine = Engine(model, batch_size=1, notify=said.append)
    assert len(engine.forward(images(3))) == 3
    assert engine.device == torch.device("cpu")
    assert said == ["meta has no memory for even one image; going on with the CPU."]


def test_a_cpu_without_room_for_one_image_is_one_sentence(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_of_memory(model, monkeypatch, 0, MemoryError())
    with pytest.raises(ModelError, match="not enough memory"):
        Engine(model, batch_size=2).forward(images(2))


def test_other_errors_are_not_taken_for_a_lack_of_memory(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_of_memory(model, monkeypatch, 0, RuntimeError("expected scalar type Float"))
    with pytest.raises(RuntimeError, match="scalar type"):
        Engine(model).forward(images(1))


def test_larger_inputs_give_smaller_batches(model: Model) -> None:
    small = automatic_batch_size(model)
    view = model.card.input.views[0].model_copy(update={"edge": 448})
    spec = model.card.input.model_copy(update={"views": (view,)})
    model.card = model.card.model_copy(update={"input": spec})
    assert automatic_batch_size(model) == 4
    assert small > 4


def test_threads_that_share_the_cores_leave_the_default_alone(model: Model) -> None:
    before = torch.get_num_threads()
    plan = plan_for(Engine(model))
    with cores_shared(plan) as start_thread:
        start_thread()
    assert torch.get_num_threads() == before
    assert plan.forward_slots * max(1, plan.workers // plan.forward_slots) <= plan.workers


def test_devices_that_are_not_there_are_refused() -> None:
    assert pick_device("cpu") == torch.device("cpu")
    with pytest.raises(UsageError, match="no device 'tpu'"):
        pick_device("tpu")
    missing = "cuda" if not torch.cuda.is_available() else "mps"
    with pytest.raises(UsageError, match=f"no {missing} device"):
        pick_device(missing)
