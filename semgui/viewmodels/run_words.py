"""How far a training run is and what happened in it, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from semgui.domain.progress import Progress as Pace
from semgui.jobs.turn import QUEUED
from semgui.texts import mark, tr
from semgui.viewmodels.activity import duration
from trainer.events import Done, Epoch, Event, Failed, Metrics, Progress, Started, Stopped, Warned

_STAGES: Mapping[str, str] = {
    QUEUED: mark("waiting for another run"),
    "images": mark("looking at the images"),
    "pixels": mark("preparing pixels"),
    "groups": mark("grouping near-duplicates"),
    "features": mark("computing features"),
    "training": mark("training"),
    "members": mark("training heads to be averaged"),
    "folds": mark("leaving one source out at a time"),
    "judging": mark("measuring the model"),
    "report": mark("writing the report"),
}


def progress_words(progress: Progress) -> list[str]:
    """Say which stage a run is in, and how far that is, in parts."""
    words = [tr(_STAGES.get(progress.stage, progress.stage))]
    if progress.total > 1:
        words.append(tr("{done:,} of {total:,}", done=progress.done, total=progress.total))
    if progress.rate > 0:
        words.append(tr("{rate:.3g}/s", rate=progress.rate))
    left = Pace(progress.stage, progress.done, progress.total, progress.rate).seconds_left
    if left is not None:
        words.append(tr("{time} left", time=duration(left)))
    return words


def story_words(story: Sequence[Event]) -> str:
    """Say what happened in a run, a line an event, at the time of this place."""
    return "".join(f"{event.time.astimezone():%H:%M:%S}  {_event_words(event)}\n" for event in story)


def _event_words(event: Event) -> str:
    match event:
        case Started():
            said = tr("started, process {pid}", pid=event.pid)
        case Progress():
            stage = tr(_STAGES.get(event.stage, event.stage))
            said = tr("{stage}: {total:,} done", stage=stage, total=event.total)
        case Epoch():
            said = _epoch_words(event)
        case Metrics():
            said = tr(
                "{split}: {images:,} images, accuracy {accuracy:.3f}, macro-F1 {macro_f1:.3f}",
                split=event.split,
                images=event.images,
                accuracy=event.accuracy,
                macro_f1=event.macro_f1,
            )
        case Done():
            said = tr("done: {summary}", summary=event.summary)
        case Stopped():
            said = tr("stopped")
        case Failed() | Warned():
            said = event.text
    return said


def _epoch_words(epoch: Epoch) -> str:
    words = [tr("epoch {n} of {epochs}", "", epoch.epoch, epochs=epoch.epochs)]
    words.append(tr("training loss {loss:.4f}", loss=epoch.train_loss))
    if epoch.valid_loss is not None:
        words.append(tr("validation loss {loss:.4f}", loss=epoch.valid_loss))
    if epoch.valid_macro_f1 is not None:
        words.append(tr("macro-F1 {macro_f1:.3f}", macro_f1=epoch.valid_macro_f1))
    if epoch.best:
        words.append(tr("the best so far"))
    return " · ".join(words)
