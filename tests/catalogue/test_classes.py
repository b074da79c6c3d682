"""Classes: stable ids, free names, keys and colours, and each change undone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.presets import PRESETS, load_preset, palette, preset_class_named
from semgui.catalogue.project import Project
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId
from semgui.domain.taxonomy import SemClass
from semgui.review.history import History
from semgui.review.naming import class_called
from semgui.services import classes, label
from tests.label_projects import ids, project_with_rows


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with project_with_rows(tmp_path / "p.semgui", 5) as opened:
        yield opened


def named(project: Project, name: str) -> SemClass:
    found = ClassStore(project).taxonomy().by_name(name)
    assert found is not None
    return found


def test_the_nffa_preset_has_the_ids_and_folder_names_of_the_data_set() -> None:
    found = {c.id: (c.name, c.shortcut) for c in load_preset("nffa10")}
    assert found == {
        "nffa.biological": ("Biological", "1"),
        "nffa.fibres": ("Fibres", "2"),
        "nffa.films_coated_surface": ("Films_Coated_Surface", "3"),
        "nffa.mems_devices_and_electrodes": ("MEMS_devices_and_electrodes", "4"),
        "nffa.nanowires": ("Nanowires", "5"),
        "nffa.particles": ("Particles", "6"),
        "nffa.patterned_surface": ("Patterned_surface", "7"),
        "nffa.porous_sponge": ("Porous_Sponge", "8"),
        "nffa.powder": ("Powder", "9"),
        "nffa.tips": ("Tips", "0"),
    }


def test_the_lattice_preset_has_the_five_plane_lattices() -> None:
    assert [c.id for c in load_preset("lattices")] == [
        "lattice.square",
        "lattice.rectangular",
        "lattice.centred_rectangular",
        "lattice.hexagonal",
        "lattice.oblique",
    ]


def test_an_unknown_preset_is_a_sentence() -> None:
    with pytest.raises(UsageError, match="nffa10, lattices"):
        load_preset("imagenet")


def test_a_new_class_named_as_in_a_preset_gets_its_id_key_and_colour(project: Project) -> None:
    classes.create_class(project, "tips", "ann")
    tips, model = named(project, "Tips"), preset_class_named("Tips")
    assert model is not None
    assert (tips.id, tips.name, tips.shortcut, tips.colour) == ("nffa.tips", "tips", "0", model.colour)


def test_new_classes_get_ids_keys_and_colours_of_their_own(project: Project) -> None:
    for number in range(12):
        classes.create_class(project, f"Class {number}", "ann")
    found = list(ClassStore(project).taxonomy())
    assert len({c.id for c in found}) == 12
    assert len({c.colour for c in found}) == 12
    assert [c.shortcut for c in found] == [*"1234567890", "", ""]
    assert [c.position for c in found] == list(range(12))


def test_a_class_renamed_away_from_its_preset_keeps_the_id(project: Project) -> None:
    classes.create_class(project, "Tips", "ann")
    classes.rename_class(project, ClassId("nffa.tips"), "Probes", "ann")
    classes.create_class(project, "Tips", "ann")
    assert named(project, "Probes").id == "nffa.tips"
    assert named(project, "Tips").id.startswith("user.")


def test_every_change_can_be_undone_and_redone(project: Project) -> None:
    classes.create_class(project, "Wires", "ann")
    classes.create_class(project, "Rods", "ann")
    wires, rods = named(project, "Wires").id, named(project, "Rods").id
    changes = [
        lambda: classes.rename_class(project, wires, "Whiskers", "ann"),
        lambda: classes.recolour_class(project, wires, "#0A0B0C", "ann"),
        lambda: classes.set_shortcut(project, wires, "w", "ann"),
        lambda: classes.describe_class(project, wires, "Long and thin.", "ann"),
        lambda: classes.set_parent(project, wires, rods, "ann"),
        lambda: classes.set_parent(project, wires, None, "ann"),
        lambda: classes.set_examples(project, wires, ids(3, 1), "ann"),
        lambda: classes.reorder_classes(project, [rods], "ann"),
        lambda: classes.archive_class(project, rods, "ann"),
        lambda: classes.restore_class(project, rods, "ann"),
        lambda: classes.merge_classes(project, rods, wires, "ann"),
        lambda: classes.restore_class(project, rods, "ann"),
    ]
    store = ClassStore(project)
    states = [store.taxonomy()]
    for change in changes:
        assert change() is not None
        states.append(store.taxonomy())
    assert all(before != after for before, after in pairwise(states))
    for state in reversed(states[:-1]):
        label.undo(project, "ann")
        assert store.taxonomy() == state
    for state in states[1:]:
        label.redo(project, "ann")
        assert store.taxonomy() == state


def test_a_key_belongs_to_one_class(project: Project) -> None:
    classes.create_class(project, "Wires", "ann")
    classes.create_class(project, "Rods", "ann")
    with pytest.raises(UsageError, match="the key 1 belongs to the class Wires"):
        classes.set_shortcut(project, named(project, "Rods").id, "1", "ann")
    classes.archive_class(project, named(project, "Wires").id, "ann")
    classes.set_shortcut(project, named(project, "Rods").id, "1", "ann")
    assert named(project, "Rods").shortcut == "1"


def test_what_is_so_already_is_no_action(project: Project) -> None:
    classes.create_class(project, "Wires", "ann")
    wires = named(project, "Wires")
    assert classes.rename_class(project, wires.id, "Wires", "ann") is None
    assert classes.recolour_class(project, wires.id, wires.colour, "ann") is None
    assert classes.set_shortcut(project, wires.id, wires.shortcut, "ann") is None
    assert classes.restore_class(project, wires.id, "ann") is None
    assert classes.reorder_classes(project, [wires.id], "ann") is None


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "cannot be the name"),
        ("  ", "cannot be the name"),
        ("-", "cannot be the name"),
        ("a\nb", "cannot be shown"),
        ("x" * 101, "100 is the limit"),
        ("WIRES", "there is a class Wires already"),
    ],
)
def test_bad_names_are_refused_with_a_sentence(project: Project, name: str, sentence: str) -> None:
    classes.create_class(project, "Wires", "ann")
    with pytest.raises(UsageError, match=sentence):
        classes.create_class(project, name, "ann")
    assert len(ClassStore(project).taxonomy()) == 1


def test_a_bad_colour_is_refused(project: Project) -> None:
    classes.create_class(project, "Wires", "ann")
    with pytest.raises(UsageError, match="rrggbb"):
        classes.recolour_class(project, named(project, "Wires").id, "red", "ann")


def test_an_archived_class_keeps_its_labels_and_takes_no_new_ones(project: Project) -> None:
    classes.create_class(project, "Wires", "ann")
    wires = named(project, "Wires").id
    label.set_labels(project, ids(1), wires, "ann")
    classes.archive_class(project, wires, "ann")
    assert LabelStore(project).current(ids(1)) == {1: wires}
    with pytest.raises(UsageError, match="archived; restore it"):
        label.set_labels(project, ids(2), wires, "ann")


def test_creating_an_archived_class_again_brings_it_back(project: Project) -> None:
    classes.create_class(project, "Wires", "ann")
    wires = named(project, "Wires").id
    classes.archive_class(project, wires, "ann")
    classes.create_class(project, "wires", "ann")
    assert named(project, "Wires").id == wires
    assert len(ClassStore(project).taxonomy()) == 1


def test_a_new_project_starts_with_classes_that_no_undo_takes_away(project: Project) -> None:
    classes.start_with_preset(project, "nffa10", "setup")
    assert classes.start_with_preset(project, "nffa10", "setup") is None
    assert History(project, "ann").undo() is None
    assert [c.id for c in ClassStore(project).taxonomy()] == [c.id for c in load_preset("nffa10")]


def test_a_class_is_found_by_name_or_id_and_close_names_are_offered(project: Project) -> None:
    classes.start_with_preset(project, "nffa10", "setup")
    taxonomy = ClassStore(project).taxonomy()
    assert class_called(taxonomy, " nanowires ").id == "nffa.nanowires"
    assert class_called(taxonomy, "nffa.tips").name == "Tips"
    with pytest.raises(UsageError, match="did you mean Particles"):
        class_called(taxonomy, "particle")
    with pytest.raises(UsageError, match="there are Biological, Fibres"):
        class_called(taxonomy, "qqqqqq")


def test_every_preset_colour_comes_from_the_palette() -> None:
    for name in PRESETS:
        colours = [c.colour for c in load_preset(name)]
        assert len(set(colours)) == len(colours)
        assert set(colours) <= set(palette())
