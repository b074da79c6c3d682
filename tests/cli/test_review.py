"""The verbs of review as a user types them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from semgui.catalogue.images import ImageStore
from semgui.catalogue.project import open_project
from semgui.cli.main import app
from semgui.cli.verbs.review import StrategyName
from semgui.review.queue import ranked
from semgui.review.strategies import NAMES, strategy_named
from semgui.services.review import Reranker
from tests.label_projects import project_with_rows
from tests.review_projects import PLANTED, WIRES, label, reviewed_project, same_look, truth


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("cli-review")
    with reviewed_project(folder / "p.semgui") as project:
        label(project, {5: WIRES}, "bob")
        label(project, {5: truth(5)}, "ann")
    return folder


@pytest.fixture
def folder(made, monkeypatch) -> Path:
    monkeypatch.chdir(made)
    return made


def run(*arguments: object) -> Result:
    verb, *rest = map(str, arguments)
    return CliRunner().invoke(app, [verb, "--project", "p.semgui", *rest])


def table(name: str = "out.csv") -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(row: dict[str, str]) -> int:
    return int(Path(row["path"]).stem.removeprefix("img"))


def test_the_queue_is_that_of_the_window(folder):
    answer = run("review", "--strategy", "label_issues", "--limit", 10, "--out", "out.csv")
    assert answer.exit_code == 0, answer.output
    rows = table()
    assert list(rows[0]) == ["rank", "path", "label", "predicted", "score", "reason"]
    assert {number(row) for row in rows[:6]} == set(PLANTED)
    with open_project(folder / "p.semgui") as project:
        queue = ranked(Reranker(project).gather(), strategy_named("label_issues"), 10)
        records = {r.id: r.path for r in ImageStore(project).get_many([e.image_id for e in queue])}
    assert [row["path"] for row in rows] == [str(records[e.image_id]) for e in queue]
    assert [row["reason"] for row in rows] == [e.reason for e in queue]
    assert {(row["label"], row["predicted"]) for row in rows if number(row) == 10} == {("Wires", "Grains")}


def test_pair_and_filters(folder):
    rows = run("review", "--strategy", "pair", "--pair", "wires", "Grains", "--folder", "/data/f10").stdout
    assert [row.split(",")[:3] for row in rows.splitlines()[1:]] == [
        ["1", "/data/f10/img10.tif", "Wires"],
        ["2", "/data/f10/img60.tif", "Wires"],
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--strategy", "pair"), "needs two classes"),
        (("--strategy", "pair", "--pair", "Wires", "Graims"), "did you mean Grains?"),
        (("--strategy", "pair", "--pair", "Wires", "Wires"), "two different classes"),
        (("--strategy", "margin", "--filter", "mine"), "there is no filter 'mine'; none was saved yet"),
        (("--strategy", "margin", "--model", "absent"), "there is no model 'absent'"),
        (("--strategy", "margin", "--out", "nowhere/q.csv"), "make it first"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(folder, arguments, sentence):
    answer = run("review", *arguments)
    assert answer.exit_code == 2, answer.output
    assert sentence in answer.stderr
    assert "Traceback" not in answer.output


def test_a_project_that_nobody_classified(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    project_with_rows(tmp_path / "p.semgui", 3).close()
    for verb in (("review", "--strategy", "novelty"), ("groups",), ("accept", "--precision", 0.9)):
        answer = run(*verb)
        assert answer.exit_code == 2, answer.output
        assert "`semgui classify --project p.semgui`" in answer.stderr


def test_groups_duplicates_and_agreement(folder):
    assert run("groups", "--images", "all", "--count", 3, "--out", "out.csv").exit_code == 0
    groups = [{truth(number(row)) for row in table() if row["group"] == n} for n in "123"]
    assert [len(classes) for classes in groups] == [1, 1, 1]
    with open_project(folder / "p.semgui") as project:
        same_look(project, 1, 2)  # in the cache of this test
    assert run("duplicates", "--out", "out.csv").exit_code == 0
    assert [(r["group"], number(r), r["label"], r["conflict"]) for r in table()] == [
        ("1", 1, "Grains", ""),
        ("1", 2, "Grains", ""),
    ]
    answer = run("agreement", "--out", "out.csv", "--trail", "trail.jsonl")
    assert "ann and bob: 1 image, 0.0% alike" in answer.stderr
    assert [(number(row), row["opinions"]) for row in table()] == [(5, "ann: Grains; bob: Wires")]
    trail = [json.loads(line) for line in Path("trail.jsonl").read_text().splitlines()]
    assert [entry["title"] for entry in trail][-1] == "Label 1 image as Grains"


def test_audit_and_accept_without_a_screen(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reviewed_project(tmp_path / "p.semgui", images=480, labelled=30).close()
    assert run("accept", "--precision", 0.9).exit_code == 2
    answer = run("audit", "--draw", 200, "--of", "unlabelled", "--seed", 1, "--out", "sample.csv")
    assert answer.exit_code == 0, answer.output
    waiting = table("sample.csv")
    assert len(waiting) == 200
    run("audit", "--draw", 5, "--of", "unlabelled", "--out", "sample.csv")
    assert len(table("sample.csv")) == 200  # what was drawn stays
    blind = run("review", "--strategy", "audit", "--limit", 3).stdout.splitlines()
    assert [line.split(",")[2:4] for line in blind[1:]] == [["", ""]] * 3
    answer = run("accept", "--precision", 0.9)
    assert answer.exit_code == 1
    assert "more are needed" in answer.stderr
    names = {"c.grains": "Grains", "c.wires": "Wires", "c.tips": "Tips"}
    rows = [f"{row['path']},{names[truth(number(row))]}" for row in waiting]
    Path("verdicts.csv").write_text("\n".join(["path,class", *rows]))
    assert (
        "Judge 200 images of the audit"
        in run("audit", "--judge", "verdicts.csv", "--annotator", "eve").output
    )
    answer = run("accept", "--precision", 0.9, "--dry-run", "--out", "accepted.csv")
    assert answer.exit_code == 0, answer.output
    assert len(table("accepted.csv")) == 250
    assert "Nothing was labelled" in answer.stdout
    assert "Accept the prediction for 250 images" in run("accept", "--precision", 0.9).stdout


def test_the_strategies_of_the_command_line_are_those_there_are():
    assert {name.value for name in StrategyName} == set(NAMES)
