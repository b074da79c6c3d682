"""The memory-mapped store: what was put comes back, and nothing that was not put wholly."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.project import Project, open_project
from semgui.domain.errors import ProjectError
from semgui.domain.ids import ModelId

MODEL = ModelId("net@1")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with open_project(tmp_path / "p.semgui", create=True) as opened:
        yield opened


def rows(ids: Any, classes: int = 3, embedding: int = 7) -> tuple[NDArray[np.float32], NDArray[np.float16]]:
    """Return rows whose numbers follow from the ids."""
    column = np.asarray(ids, np.float32)[:, None]
    probs = column + np.arange(classes, dtype=np.float32)
    return probs, (column / 2 + np.arange(embedding)).astype(np.float16)


def test_rows_come_back_by_id_also_after_opening_again(project: Project) -> None:
    ids = [5, 900, 6, 40_000, 7]
    ArrayStore(project, MODEL).put(ids, *rows(ids))
    store = ArrayStore(project, MODEL)
    asked = [7, 40_000, 5]
    np.testing.assert_array_equal(store.get_probs(asked), rows(asked)[0])
    np.testing.assert_array_equal(store.get_embeddings(asked), rows(asked)[1])
    assert store.get_probs(asked).dtype == np.float32
    assert store.get_embeddings(asked).dtype == np.float16


def test_what_was_never_put_is_nan(project: Project) -> None:
    store = ArrayStore(project, MODEL)
    assert store.get_probs([1, 2]).shape == (2, 0)
    assert not store.has([1]).any()
    store.put([3], *rows([3]))
    assert store.has([2, 3, 10**6, -1]).tolist() == [False, True, False, False]
    assert np.isnan(store.get_embeddings([2, 10**6, -1])).all()


def test_a_later_row_replaces_the_earlier(project: Project) -> None:
    store = ArrayStore(project, MODEL)
    store.put([1, 2, 3], *rows([1, 2, 3]))
    store.put([2], *rows([50]))
    np.testing.assert_array_equal(store.get_probs([1, 2, 3]), rows([1, 50, 3])[0])


def test_models_have_rows_and_shapes_of_their_own(project: Project) -> None:
    other = ModelId("net@1/other: größer")
    ArrayStore(project, MODEL).put([1], *rows([1]))
    ArrayStore(project, other).put([1], *rows([9], classes=5, embedding=2))
    assert ArrayStore(project, MODEL).get_probs([1]).shape == (1, 3)
    assert ArrayStore(project, other).get_probs([1]).shape == (1, 5)


def test_rows_that_do_not_fit_are_a_mistake(project: Project) -> None:
    store = ArrayStore(project, MODEL)
    store.put([1], *rows([1]))
    with pytest.raises(ValueError, match="shape"):
        store.put([2], *rows([2], classes=4))
    with pytest.raises(ValueError, match="one row"):
        store.put([2, 3], *rows([2]))


@pytest.mark.parametrize("name", ["probabilities.f32", "embeddings.f16", "sums.u32"])
def test_a_damaged_row_counts_as_never_put(project: Project, name: str) -> None:
    store = ArrayStore(project, MODEL)
    store.put([1, 2, 3], *rows([1, 2, 3]))
    path = next(project.path.glob(f"arrays/*/{name}"))
    size = {"probabilities.f32": 12, "embeddings.f16": 14, "sums.u32": 8}[name]
    content = bytearray(path.read_bytes())
    content[2 * size] ^= 0xFF
    path.write_bytes(content)
    assert store.has([1, 2, 3]).tolist() == [True, False, True]
    broken = store.get_embeddings if name == "embeddings.f16" else store.get_probs
    assert np.isnan(broken([1, 2, 3])).any(axis=1).tolist() == [False, True, False]


def test_a_store_without_its_shape_begins_anew(project: Project) -> None:
    ArrayStore(project, MODEL).put([1], *rows([1]))
    next(project.path.glob("arrays/*/shape.json")).write_text("{")
    store = ArrayStore(project, MODEL)
    assert not store.has([1]).any()
    store.put([2], *rows([2], classes=4))
    assert store.has([1, 2]).tolist() == [False, True]


def test_a_full_disk_is_a_sentence(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("semgui.catalogue.arrays._write_rows", full)
    with pytest.raises(ProjectError, match="make room"):
        ArrayStore(project, MODEL).put([1], *rows([1]))


WRITER = """
import sys
from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.project import open_project
from tests.catalogue.test_arrays import MODEL, rows
start, stop = int(sys.argv[2]), int(sys.argv[3])
with open_project(sys.argv[1], create=True) as project:
    store = ArrayStore(project, MODEL)
    print("ready", flush=True)
    for i in range(start, stop, 20):
        ids = range(i, min(i + 20, stop))
        store.put(ids, *rows(ids, embedding=500))
"""


def test_two_processes_write_one_store(project: Project) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, project.path, str(a), str(b)])
        for a, b in ((1, 3_000), (3_000, 6_000))
    ]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    ids = np.arange(1, 6_000)
    np.testing.assert_array_equal(ArrayStore(project, MODEL).get_probs(ids), rows(ids)[0])


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_writer_leaves_whole_rows_only(project: Project) -> None:
    for attempt in range(4):
        command = [sys.executable, "-c", WRITER, project.path, "1", "1000000"]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.03 + 0.05 * attempt)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
    store = ArrayStore(project, MODEL)
    ids = np.arange(1, 20_000)
    there = ids[store.has(ids)]
    assert len(there) > 0
    np.testing.assert_array_equal(store.get_probs(there), rows(there)[0])
    np.testing.assert_array_equal(store.get_embeddings(there), rows(there, embedding=500)[1])
