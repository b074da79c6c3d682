"""``semgui demo``."""

from __future__ import annotations

from typer.testing import CliRunner

from semgui.cli.main import app


def test_it_says_what_it_made_and_then_that_it_is_there(tmp_path):
    arguments = ["demo", str(tmp_path / "s"), "--seed", "3", "--images", "3"]
    first = CliRunner().invoke(app, arguments)
    assert first.exit_code == 0, first.output
    assert "Drew 3 pictures" in first.output
    assert str(tmp_path / "s" / "sample.semgui") in first.output
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 0
    assert "already" in again.output


def test_a_folder_with_other_things_is_wrong_usage(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    result = CliRunner().invoke(app, ["demo", str(tmp_path)])
    assert result.exit_code == 2
    assert "holds other things" in result.output
    assert "Traceback" not in result.output


def test_no_images_is_wrong_usage(tmp_path):
    assert CliRunner().invoke(app, ["demo", str(tmp_path / "s"), "--images", "0"]).exit_code == 2
