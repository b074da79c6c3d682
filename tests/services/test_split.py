from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from PIL import Image

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import open_project
from semgui.catalogue.tables import splits
from semgui.domain.errors import Cancelled, UsageError
from semgui.domain.ids import ClassId, ModelId
from semgui.domain.progress import CancelToken
from semgui.domain.split import Split, SplitRules, parse_ratios
from semgui.exchange.class_tree import LinkMode
from semgui.jobs import divided
from semgui.jobs.divided import embeddings_of
from semgui.jobs.samples import read_project
from semgui.jobs.splits import rules_of
from semgui.services.label_files import import_labels
from semgui.services.scan import scan_folder
from semgui.services.split import SPLIT_FILE, split_folder, split_project


def picture(seed: int) -> Image.Image:
    generator = np.random.default_rng(seed)
    small = generator.integers(0, 256, (12, 16), dtype=np.uint8)
    return Image.fromarray(small).resize((160, 120), Image.Resampling.BICUBIC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes of twenty pictures; every picture has a brighter copy, in the other class's folder once."""
    made = tmp_path / "pictures"
    for number, kind in enumerate(("grains", "wires")):
        (made / kind / "old").mkdir(parents=True)
        for i in range(20):
            image = picture(100 * number + i)
            image.save(made / kind / f"image{i}.png")
            image.point([min(255, v + 20) for v in range(256)]).save(made / kind / "old" / f"copy{i}.png")
    return made


def tree(out: Path) -> dict[str, set[str]]:
    return {
        split: {p.relative_to(out / split).as_posix() for p in (out / split).rglob("*.png")}
        for split in ("train", "valid", "test")
    }


def test_folders_are_divided_and_near_duplicates_stay_together(folder, tmp_path):
    report = split_folder(folder, tmp_path / "out", SplitRules(), LinkMode.COPY)
    found = tree(tmp_path / "out")
    assert {split: len(files) for split, files in found.items()} == {"train": 56, "valid": 16, "test": 8}
    assert report.counts["grains"] == {Split.TRAIN: 28, Split.VALID: 8, Split.TEST: 4}
    assert report.groups == 40
    assert report.written == 80
    for files in found.values():
        pairs = Counter(name.replace("old/copy", "image") for name in files)
        assert set(pairs.values()) == {2}
    everything = {p.relative_to(folder).as_posix() for p in folder.rglob("*.png")}
    assert set.union(*found.values()) == everything


def test_a_random_split_is_called_leaky(folder, tmp_path):
    report = split_folder(folder, tmp_path / "out", SplitRules(by="random"), LinkMode.COPY)
    assert any(w.startswith("A random split leaks: ") for w in report.warnings)


@pytest.mark.parametrize("link", [LinkMode.HARD, LinkMode.SYMLINK])
def test_links_take_no_room(folder, tmp_path, link):
    split_folder(folder, tmp_path / "out", SplitRules(), link)
    file = next((tmp_path / "out" / "train").rglob("*.png"))
    assert file.samefile(folder / file.relative_to(tmp_path / "out" / "train"))


def test_the_same_request_goes_on_and_another_is_refused(folder, tmp_path):
    out = tmp_path / "out"
    cancel = CancelToken()

    def stop_in_the_middle(progress):
        if progress.stage == "writing" and progress.done == 30:
            cancel.cancel()

    with pytest.raises(Cancelled):
        split_folder(folder, out, SplitRules(), LinkMode.COPY, progress=stop_in_the_middle, cancel=cancel)
    report = split_folder(folder, out, SplitRules(), LinkMode.COPY)
    assert sum(len(files) for files in tree(out).values()) == 80
    assert report.written < 80
    with pytest.raises(UsageError, match="must not end up in two parts"):
        split_folder(folder, out, SplitRules(seed=1), LinkMode.COPY)
    picture(999).save(folder / "wires" / "new.png")
    with pytest.raises(UsageError, match="must not end up in two parts"):
        split_folder(folder, out, SplitRules(), LinkMode.COPY)
    assert json.loads((out / SPLIT_FILE).read_bytes())["rules"]["by"] == "near-duplicates"


def test_nothing_is_written_into_the_source_or_over_something_else(folder, tmp_path):
    with pytest.raises(UsageError, match="outside"):
        split_folder(folder, folder / "out", SplitRules(), LinkMode.COPY)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="something else here"):
        split_folder(folder, tmp_path / "mine", SplitRules(), LinkMode.COPY)
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_unreadable_images_are_left_out_and_told(folder, tmp_path):
    (folder / "grains" / "broken.tif").write_bytes(b"II*\0")
    report = split_folder(folder, tmp_path / "out", SplitRules(), LinkMode.COPY)
    ((path, reason),) = report.unreadable
    assert path.name == "broken.tif"
    assert "truncated" in reason


def test_by_folder_within_the_class(folder, tmp_path):
    for kind in ("grains", "wires"):
        for i in range(20):
            (folder / kind / f"s{i % 5}").mkdir(exist_ok=True)
            (folder / kind / f"image{i}.png").rename(folder / kind / f"s{i % 5}" / f"image{i}.png")
        shutil.rmtree(folder / kind / "old")
    report = split_folder(folder, tmp_path / "out", SplitRules(by="folder"), LinkMode.COPY)
    assert report.groups == 5
    found = tree(tmp_path / "out")
    samples = [{Path(name).parts[1] for name in files} for files in found.values()]
    assert not set.intersection(*samples)
    assert sum(map(len, samples)) == 5


@pytest.mark.parametrize(
    ("text", "shares"), [("70/20/10", (0.7, 0.2, 0.1)), ("8/1/1", (0.8, 0.1, 0.1)), ("1/0/1", (0.5, 0, 0.5))]
)
def test_ratios(text, shares):
    assert parse_ratios(text) == pytest.approx(shares)


@pytest.mark.parametrize("text", ["70/20", "a/b/c", "0/0/0", "-1/1/1", "nan/1/1", "inf/1/1", ""])
def test_ratios_that_are_none(text):
    with pytest.raises(UsageError, match="for instance 70/20/10"):
        parse_ratios(text)


@pytest.fixture
def project(folder, tmp_path):
    with open_project(tmp_path / "p.semgui", create=True) as opened:
        scan_folder(opened, folder)
        import_labels(opened, folder, "ann")
        yield opened


def known(project) -> dict[int, str]:
    with project.read() as connection:
        return {r.image_id: r.split for r in connection.execute(sa.select(splits))}


def test_a_project_keeps_its_split_and_new_images_join_their_group(project, folder):
    report = split_project(project, SplitRules())
    before = known(project)
    assert len(before) == 80
    assert report.groups == 40
    assert rules_of(project) == SplitRules()
    for kind, number in (("grains", 0), ("wires", 100)):
        for i in range(20):
            picture(number + i).point([max(0, v - 15) for v in range(256)]).save(
                folder / kind / f"dark{i}.png"
            )
    scan_folder(project, folder)
    import_labels(project, folder, "ann")
    assert split_project(project, SplitRules()).groups == 40
    after = known(project)
    assert {i: after[i] for i in before} == before
    assert Counter(after.values()) == {"train": 84, "valid": 24, "test": 12}


def test_a_group_that_grew_together_goes_to_test(project):
    split_project(project, SplitRules(by="random"))
    with project.write() as connection:
        connection.execute(sa.update(splits).values(split="train"))
        first = connection.execute(sa.select(sa.func.min(splits.c.image_id))).scalar_one()
        connection.execute(sa.update(splits).where(splits.c.image_id == first).values(split="test"))
        connection.execute(
            sa.text("UPDATE project_info SET value = replace(value, 'random', 'near-duplicates')")
        )
    split_project(project, SplitRules())
    assert Counter(known(project).values())["test"] == 2


def test_embeddings_are_those_of_the_model_that_was_added_last(project):
    samples = read_project(project, lambda count: None).samples
    assert embeddings_of(project, samples) is None
    ids = np.array([int(sample.image_id) for sample in samples], np.int64)
    for number, name in enumerate(("old@1", "new@1")):
        PredictionStore(project).begin(ModelId(name), [ClassId("a"), ClassId("b")])
        rows = np.stack([ids, ids + 1000 * number], axis=1).astype(np.float16)
        ArrayStore(project, ModelId(name)).put(ids[:50], np.full((50, 2), 0.5, np.float32), rows[:50])
    look_up = embeddings_of(project, samples)
    assert look_up is not None
    found = look_up(np.array([3, 60]))
    assert found[0].tolist() == [ids[3], ids[3] + 1000]
    assert np.isnan(found[1]).all()


def test_other_rules_divide_anew_and_say_so(project):
    first = split_project(project, SplitRules())
    assert not any(w.startswith("Divided anew") for w in first.warnings)
    again = split_project(project, SplitRules(train=0.5, valid=0.25, test=0.25))
    assert again.warnings[0].startswith("Divided anew")
    assert Counter(known(project).values()) == {"train": 40, "valid": 20, "test": 20}


def test_a_refused_division_changes_nothing(project):
    split_project(project, SplitRules())
    before = known(project)
    with pytest.raises(UsageError, match="no image says its detector"):
        split_project(project, SplitRules(by="detector"))
    assert known(project) == before
    assert rules_of(project) == SplitRules()


def test_who_divides_the_project_while_another_still_compares_is_not_overruled(project, monkeypatch):
    split_project(project, SplitRules())
    compare, others = divided.grouped, [SplitRules(seed=7)]

    def meanwhile(*args, **kwargs):
        while others:
            split_project(project, others.pop())
        return compare(*args, **kwargs)

    monkeypatch.setattr(divided, "grouped", meanwhile)
    with pytest.raises(UsageError, match="divided by other rules meanwhile"):
        split_project(project, SplitRules())
    assert rules_of(project) == SplitRules(seed=7)
    others.append(SplitRules(seed=8))
    assert split_project(project, SplitRules(seed=8)).groups == 40  # both want the same
