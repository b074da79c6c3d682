"""Models put in, taken out, renamed, deleted and brought back."""

from __future__ import annotations

import errno
import shutil
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from semgui.cli.main import app
from semgui.domain.errors import ModelError, SemguiError, UsageError
from semgui.registry import library
from semgui.registry.gallery import GALLERY_FILE
from semgui.registry.library import add_model, delete_model, export_model, import_model, rename_model
from semgui.registry.store import bundled_models, find_model, list_models, user_models
from semgui.settings import load_settings
from trainer.card import CARD_FILE, WEIGHTS_FILE

STARTER = "nffa10-starter"


def _models(*arguments: str):
    return CliRunner().invoke(app, ["models", *arguments])


@pytest.fixture
def mine(own_home: Path) -> str:
    """A model of the user's own, a copy of the bundled one under another name."""
    return add_model(bundled_models() / STARTER, "mine").name


def test_a_model_travels_as_one_file(mine: str, tmp_path: Path):
    file = tmp_path / "mine.zip"
    assert _models("export", mine, "--out", str(file)).exit_code == 0
    assert _models("delete", mine).exit_code == 0
    assert mine not in {info.name for info in list_models()}
    assert _models("import", str(file), "--name", "theirs").exit_code == 0
    original = bundled_models() / STARTER
    for name in (CARD_FILE, WEIGHTS_FILE, GALLERY_FILE):
        assert (find_model("theirs") / name).read_bytes() == (original / name).read_bytes()


def test_a_finished_run_is_kept_with_its_report(tmp_path: Path, own_home: Path):
    run = tmp_path / "run"
    (run / "model").mkdir(parents=True)
    for name in (CARD_FILE, WEIGHTS_FILE):
        (run / "model" / name).write_bytes((bundled_models() / STARTER / name).read_bytes())
    (run / "report.html").write_text("good")
    info = add_model(run, "from-run")
    assert info.problem is None
    assert (info.folder / "report.html").read_text() == "good"


def test_a_model_is_not_listed_before_it_is_whole(own_home: Path, monkeypatch: pytest.MonkeyPatch):
    copy, seen = shutil.copyfile, []

    def look_and_copy(source: Path, target: Path):
        copy(source, target)
        seen.append({info.name for info in list_models()})

    before = {info.name for info in list_models()}
    monkeypatch.setattr(shutil, "copyfile", look_and_copy)
    add_model(bundled_models() / STARTER, "mine")
    assert seen
    assert all(names == before for names in seen)
    assert {info.name for info in list_models()} == before | {"mine"}


def test_renaming_keeps_the_version_and_the_default_follows(mine: str):
    version = next(info.id for info in list_models() if info.name == mine)
    assert _models("default", mine).exit_code == 0
    assert _models("rename", mine, "better").exit_code == 0
    assert next(info.id for info in list_models() if info.name == "better") == version
    assert load_settings().compute.model == "better"


def test_deleting_can_be_taken_back_and_the_default_falls_back(mine: str):
    _models("default", mine)
    assert _models("delete", mine).exit_code == 0
    assert load_settings().compute.model == STARTER
    assert _models("restore", mine).exit_code == 0
    assert find_model(mine).is_dir()
    assert _models("delete", str(find_model(mine))).exit_code == 0  # named by its folder
    assert _models("restore", mine).exit_code == 0
    assert find_model(mine).is_dir()


def test_bundled_models_stay(own_home: Path):
    for change in (lambda: delete_model(STARTER), lambda: rename_model(STARTER, "x")):
        with pytest.raises(UsageError, match="not one of your models"):
            change()


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "", "x" * 101, "nul\x00", " a", "con", "a\udcff"])
def test_names_that_are_no_folder_are_refused(mine: str, name: str):
    with pytest.raises(UsageError, match="cannot name a model"):
        rename_model(mine, name)


def test_a_taken_name_is_refused_and_nothing_is_left_behind(mine: str):
    before = sorted(user_models().iterdir())
    with pytest.raises(UsageError, match="already"):
        add_model(bundled_models() / STARTER, mine)
    assert sorted(user_models().iterdir()) == before


def test_a_full_disk_is_not_called_an_unreadable_file(
    mine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    export_model(mine, tmp_path / "mine.zip")

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(library, "_unpack", full)
    with pytest.raises(SemguiError, match="there is no room for the model"):
        import_model(tmp_path / "mine.zip", "theirs")
    assert [path.name for path in user_models().iterdir()] == [mine]


def test_an_archive_cannot_write_outside(mine: str, tmp_path: Path):
    file = tmp_path / "bad.zip"
    export_model(mine, file)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("../../escaped.txt", "x")
        archive.writestr("/tmp/escaped.txt", "x")
    info = import_model(file, "guarded")
    assert {path.name for path in info.folder.iterdir()} == {CARD_FILE, WEIGHTS_FILE, GALLERY_FILE}
    assert not list(user_models().parent.rglob("escaped.txt"))


def test_damaged_archives_are_one_sentence(mine: str, tmp_path: Path):
    file = tmp_path / "m.zip"
    export_model(mine, file)
    content = file.read_bytes()
    for name, damaged in (("short.zip", content[: len(content) // 2]), ("text.zip", b"hello")):
        (tmp_path / name).write_bytes(damaged)
        result = _models("import", str(tmp_path / name), "--name", "n")
        assert result.exit_code == 2
        assert "Traceback" not in result.output and result.stderr.count("\n") == 1
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(CARD_FILE, "{}" * 1000)
        archive.writestr(WEIGHTS_FILE, b"x")
    deflated = bytearray(file.read_bytes())
    deflated[40:46] = b"\xff" * 6
    (tmp_path / "deflated.zip").write_bytes(deflated)
    assert _models("import", str(tmp_path / "deflated.zip"), "--name", "n").exit_code == 2
    swapped = bytearray(content)
    swapped[len(swapped) // 2] ^= 0xFF
    (tmp_path / "flipped.zip").write_bytes(swapped)
    with pytest.raises((UsageError, ModelError)):
        import_model(tmp_path / "flipped.zip", "n")
    with pytest.raises(UsageError, match="models add"):
        import_model(tmp_path, "n")
    assert _models("import", str(tmp_path / "absent.zip")).exit_code == 2
    assert [info.name for info in list_models() if not info.bundled] == [mine]
