from __future__ import annotations

from trainer.events import Done, EventReader, EventWriter, Failed, Progress


def test_events_come_back_once_and_in_order(tmp_path):
    path = tmp_path / "events.jsonl"
    writer, reader = EventWriter(path), EventReader(path)
    assert list(reader.new()) == []
    first = Progress(stage="features", done=1, total=2, rate=3.5)
    writer.write(first)
    assert list(reader.new()) == [first]
    later = [Done(model="model", summary="Right — in 97 %."), Failed(text="no")]
    for event in later:
        writer.write(event)
    assert list(reader.new()) == later
    assert list(reader.new()) == []


def test_a_line_still_being_written_waits(tmp_path):
    path = tmp_path / "events.jsonl"
    line = Progress(stage="é", done=1, total=2).model_dump_json().encode() + b"\n"
    reader = EventReader(path)
    path.write_bytes(line[:20])
    assert list(reader.new()) == []
    path.write_bytes(line)
    assert [event.stage for event in reader.new()] == ["é"]


def test_a_torn_line_is_skipped(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"event": "progr\n{"event": "tomorrow"}\n')
    EventWriter(path).write(Failed(text="x"))
    assert [event.event for event in EventReader(path).new()] == ["failed"]
