"""What happened in a run, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from semgui.jobs.prepare import JobSpec
from semgui.jobs.supervisor import create_run
from semgui.services.runs import RunWatch
from semgui.viewmodels.run_words import story_words
from trainer.events import Done, Epoch, EventWriter, Progress, Started, Warned


def test_a_run_tells_its_story(tmp_path: Path, own_home: Path):
    path = tmp_path / "run"
    writer = EventWriter(create_run(path, JobSpec(name="r", kind="folder", data=tmp_path)).run.events)
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    numbers = {"epochs": 2, "valid_loss": 0.5, "valid_accuracy": 0.5, "valid_macro_f1": 0.25}
    for event in (
        Progress(stage="pixels", done=4, total=9),
        Progress(stage="pixels", done=9, total=9),
        Progress(stage="pixels", done=9, total=9),
        Warned(text="Tips has few images."),
        Started(pid=7),
        Epoch(epoch=1, train_loss=1.5, best=True, **numbers),
        Done(model="model", summary="Right in 90 %."),
    ):
        writer.write(event.model_copy(update={"time": noon}))
    clock = f"{noon.astimezone():%H:%M:%S}  "
    assert story_words(RunWatch(path).look().story) == "".join(
        f"{clock}{line}\n"
        for line in (
            "preparing pixels: 9 done",
            "Tips has few images.",
            "started, process 7",
            "epoch 1 of 2 · training loss 1.5000 · validation loss 0.5000 · macro-F1 0.250 · the best so far",
            "done: Right in 90 %.",
        )
    )
