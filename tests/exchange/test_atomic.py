"""What is written whole or not at all."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from semgui.exchange.atomic import atomic_text


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes have no place in Windows' folders")
def test_a_pipe_or_device_is_written_into_and_never_replaced(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    with atomic_text(pipe) as file:
        file.write("rank,path\n")
    reader.join()
    assert read == ["rank,path\n"]
    assert pipe.is_fifo()


def test_a_link_keeps_pointing_where_it_did(tmp_path: Path):
    (tmp_path / "link.csv").symlink_to(tmp_path / "table.csv")
    for text in ("first", "second"):  # the first time it leads nowhere yet
        with atomic_text(tmp_path / "link.csv") as file:
            file.write(text)
        assert (tmp_path / "link.csv").is_symlink()
        assert (tmp_path / "table.csv").read_text() == text
