from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId
from semgui.domain.metadata import SemMetadata
from semgui.domain.split import Split, SplitRules
from semgui.inference.prepare import Source
from semgui.jobs.divided import divided_set
from semgui.jobs.grouping import crossing, grouped
from semgui.jobs.samples import Sample
from trainer.card import CardClass


def ignore(count: int) -> None:
    pass


def sample(number: int, kind: str = "a", **known) -> Sample:
    return Sample(str(number), Source(Path(f"{number}.tif")), ClassId(kind), **known)


def hashes(kinds: Sequence[int]) -> np.ndarray:
    """Hashes that are equal where the kinds are and far apart elsewhere."""
    return np.stack([np.random.default_rng(k).integers(0, 1 << 64, 8, dtype=np.uint64) for k in kinds])


def names(samples: Sequence[Sample], by: str, kinds: Sequence[int]) -> list[str]:
    return [s.group for s in grouped(samples, by, hashes(kinds), None, ignore).samples]


def test_near_duplicates_are_a_group_across_classes():
    samples = [sample(0), sample(1), sample(2, "b"), sample(3)]
    assert names(samples, "near-duplicates", [7, 8, 7, 9]) == ["image 0", "image 1", "image 0", "image 3"]


def test_random_makes_every_image_its_own_group():
    assert len(set(names([sample(i) for i in range(4)], "random", [1, 1, 2, 2]))) == 4


def test_folders_are_groups_and_images_outside_of_them_stay_with_their_like():
    samples = [sample(0, folder="s1"), sample(1, "b", folder="s1"), sample(2), sample(3), sample(4)]
    assert names(samples, "folder", [1, 2, 3, 3, 4]) == [
        "folder s1",
        "folder s1",
        "image 2",
        "image 2",
        "image 4",
    ]


@pytest.mark.parametrize(
    ("column", "metadata", "group"),
    [
        ("hv_kv", SemMetadata(hv_kv=15.0), "hv_kv 15"),
        ("detector", SemMetadata(detector="InLens"), "detector InLens"),
        ("day", SemMetadata(acquired_at=datetime(2024, 3, 5, 23, 10)), "day 2024-03-05"),
    ],
)
def test_a_column_of_the_metadata_makes_groups(column, metadata, group):
    samples = [sample(0, metadata=metadata), sample(1, metadata=SemMetadata())]
    found = grouped(samples, column, hashes([1, 2]), None, ignore)
    assert [s.group for s in found.samples] == [group, "image 1"]
    assert found.unknown == 1


def test_what_nobody_knows_is_no_column():
    with pytest.raises(UsageError, match="no image says its detector"):
        names([sample(0, metadata=SemMetadata()), sample(1, metadata=SemMetadata())], "detector", [1, 2])
    with pytest.raises(UsageError, match="no image lies in a folder"):
        names([sample(0), sample(1)], "folder", [1, 2])


def test_one_value_for_all_leaves_nothing_to_test_with():
    same = SemMetadata(instrument="Supra 40")
    with pytest.raises(UsageError, match=r"all have the same \(Supra 40\)"):
        names([sample(i, metadata=same) for i in range(5)], "instrument", range(5))


def test_metadata_is_read_from_files_where_nobody_has_it(class_folder):
    files = sorted(class_folder.glob("dots/*.png"))[:3]
    with pytest.raises(UsageError, match="no image says its vendor"):
        names([Sample(f.name, Source(f), ClassId("a")) for f in files], "vendor", [1, 2, 3])


def test_what_the_microscope_wrote_makes_groups(shared_data):
    vendor = shared_data / "vendor"
    files = [*sorted((vendor / "fei").glob("FEI-Helios-*.tif")), next(vendor.rglob("1-as-cast_16*.tif"))]
    samples = [Sample(f.name, Source(f), ClassId("a")) for f in files]
    numbers = range(len(files))
    assert names(samples, "sample", numbers) == [
        "sample Helios E-Beam",
        "sample Helios E-Beam",
        "sample USER TEXTFOR NAVCAM FIB",
        "sample 1 as cast",
    ]
    by_user = names(samples, "user.USER", numbers)
    assert by_user[:3] == ["user.USER supervisor", "user.USER supervisor", "user.USER user"]
    assert by_user[3].startswith("image 1-as-cast")


def test_crossing_duplicates_are_counted():
    found = grouped([sample(i) for i in range(5)], "random", hashes([1, 1, 2, 2, 3]), None, ignore)
    split_of = dict.fromkeys((s.group for s in found.samples), Split.TRAIN)
    assert crossing(found.samples, found.duplicates, split_of) == 0
    split_of[found.samples[0].group] = Split.TEST
    assert crossing(found.samples, found.duplicates, split_of) == 2


CLASSES = (CardClass(id="a", name="A"), CardClass(id="b", name="B"))


def test_a_random_split_is_called_leaky_with_the_count():
    samples = [sample(i, "ab"[i % 2]) for i in range(200)]
    codes = hashes([i // 4 for i in range(200)])
    divided = divided_set(CLASSES, samples, codes, SplitRules(by="random"), None, ignore)
    (leak,) = divided.warnings
    assert leak.startswith("A random split leaks: ")
    assert int(leak.split()[4]) > 50
    tight = divided_set(CLASSES, samples, codes, SplitRules(), None, ignore)
    assert tight.warnings == ()


def test_folders_that_are_the_classes_are_refused():
    samples = [sample(i, "ab"[i % 2], folder="s1" if i % 2 else "s2") for i in range(8)]
    rules = SplitRules(by="folder", train=0.5, valid=0.0, test=0.5)
    divided = divided_set(CLASSES, samples, hashes(range(8)), rules, None, ignore)
    assert set(divided.split_of.values()) == {Split.TRAIN}  # a class goes to training first
    assert len(divided.warnings) == 2
