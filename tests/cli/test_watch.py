"""``semgui watch`` as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.project import open_project
from semgui.catalogue.query import ImageQuery
from semgui.cli.main import app
from semgui.domain.ids import ClassId
from semgui.services.classes import create_class, merge_classes, start_with_classes
from tests.inference.pictures import write_picture
from tests.inference.standin import make_model

SEMGUI = Path(sys.executable).with_name("semgui")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(make_model(tmp_path_factory.mktemp("models") / "standin"))


def test_a_new_image_is_named_with_its_class_and_ctrl_c_ends_it(model: str, tmp_path: Path) -> None:
    folder, project = tmp_path / "images", tmp_path / "p.semgui"
    write_picture(folder / "old.png", 1)
    command = [str(SEMGUI), "watch", str(folder), "--project", str(project), "--model", model]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "1 images; watching" in process.stderr.readline()
        write_picture(folder / "new.png", 2)
        line = process.stdout.readline()
        with open_project(project) as opened:
            start_with_classes(opened, [(ClassId(f"t.{name}"), name.upper()) for name in "abc"], "ann")
            create_class(opened, "Mine", "ann")
            ids = {name: i for i, name in ClassStore(opened).names().items()}
            for name in "ABC":
                merge_classes(opened, ids[name], ids["Mine"], "ann")
        write_picture(folder / "next.png", 3)
        after_merging = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0
        assert "no longer watching" in process.stderr.read()
    assert "new.png" in line
    assert any(f"  {name}  " in line for name in "ABC")
    assert "next.png  Mine  " in after_merging
    with open_project(project) as opened:
        assert ImageStore(opened).count(ImageQuery()) == 3


def test_a_folder_that_is_not_there_is_wrong_usage(model: str, tmp_path: Path) -> None:
    answer = CliRunner().invoke(
        app, ["watch", str(tmp_path / "none"), "--project", str(tmp_path / "p.semgui"), "--model", model]
    )
    assert answer.exit_code == 2
    assert not (tmp_path / "p.semgui").exists()
