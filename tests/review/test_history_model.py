"""Any sequence of actions, undos, redos and restarts against a model that keeps whole snapshots."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.project import open_project
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.labels import LabelSource
from semgui.review.class_commands import AddClasses, ArchiveClass, RenameClass, RestoreClass
from semgui.review.commands import ClearLabels, Command, SetLabels
from semgui.review.history import History
from semgui.review.import_labels import ImportedLabel, ImportLabels
from tests.label_projects import ids, project_with_rows

IMAGES = ids(*range(1, 8))
CLASSES = [ClassId(f"user.{letter}") for letter in "abc"]
PEOPLE = ["ann", "bob"]

some_images = st.lists(st.sampled_from(IMAGES), min_size=1, max_size=5)
some_class = st.sampled_from(CLASSES)
somebody = st.sampled_from(PEOPLE)

Labels = dict[ImageId, tuple[ClassId, str, LabelSource]]
Names = dict[ClassId, tuple[str, bool]]


class HistoryMachine(RuleBasedStateMachine):
    """The model: the state now, and the states that undo and redo lead to."""

    template: Path

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(self.template, self.folder / "p.semgui")
        self.project = open_project(self.folder / "p.semgui")
        self.labels: Labels = {}
        self.names: Names = {c: (c[-1].upper(), False) for c in CLASSES}
        self.undo_stack: list[tuple[Labels, Names]] = []
        self.redo_stack: list[tuple[Labels, Names]] = []
        self.events = 0

    def teardown(self) -> None:
        if hasattr(self, "project"):
            self.project.close()
            shutil.rmtree(self.folder)

    def act(self, command: Command, who: str, labels: Labels, names: Names) -> None:
        """Do something, and tell the model what should be so afterwards."""
        batch = History(self.project, who).do(command)
        changes = (labels, names) != (self.labels, self.names)
        assert (batch is not None) == changes
        if changes:
            self.undo_stack.append((self.labels, self.names))
            self.redo_stack.clear()
            self.labels, self.names = labels, names

    @rule(images=some_images, class_id=some_class, who=somebody)
    def set_labels(self, images: list[ImageId], class_id: ClassId, who: str) -> None:
        if self.names[class_id][1]:
            return  # archived classes are refused; tests/catalogue/test_classes.py
        after = self.labels | dict.fromkeys(images, (class_id, who, LabelSource.USER))
        self.act(SetLabels(images, class_id), who, after, self.names)

    @rule(images=some_images, who=somebody)
    def clear_labels(self, images: list[ImageId], who: str) -> None:
        after = {i: label for i, label in self.labels.items() if i not in images}
        self.act(ClearLabels(images), who, after, self.names)

    @rule(image=st.sampled_from(IMAGES), first=some_class, second=some_class, who=somebody)
    def import_two_opinions(self, image: ImageId, first: ClassId, second: ClassId, who: str) -> None:
        if self.names[first][1] or self.names[second][1]:
            return
        if self.labels.get(image, (None, None))[:2] == (second, "bob"):
            return  # whether that is news depends on the history; tests/services/test_label_files.py
        rows = [ImportedLabel(image, first, "ann"), ImportedLabel(image, second, "bob")]
        after = self.labels | {image: (second, "bob", LabelSource.IMPORT)}
        self.act(ImportLabels(rows, "labels.csv"), who, after, self.names)

    @rule(class_id=some_class, name=st.sampled_from(["Rods", "Wires", "Flakes"]), who=somebody)
    def rename(self, class_id: ClassId, name: str, who: str) -> None:
        if any(c != class_id and n == name for c, (n, _) in self.names.items()):
            return
        names = self.names | {class_id: (name, self.names[class_id][1])}
        self.act(RenameClass(class_id, name), who, self.labels, names)

    @rule(class_id=some_class, who=somebody)
    def archive_or_restore(self, class_id: ClassId, who: str) -> None:
        name, archived = self.names[class_id]
        command = RestoreClass(class_id) if archived else ArchiveClass(class_id)
        self.act(command, who, self.labels, self.names | {class_id: (name, not archived)})

    @rule(who=somebody, times=st.integers(1, 4))
    def undo(self, who: str, times: int) -> None:
        for _ in range(times):
            batch = History(self.project, who).undo()
            assert (batch is not None) == bool(self.undo_stack)
            if batch:
                self.redo_stack.append((self.labels, self.names))
                self.labels, self.names = self.undo_stack.pop()

    @rule(who=somebody, times=st.integers(1, 4))
    def redo(self, who: str, times: int) -> None:
        for _ in range(times):
            batch = History(self.project, who).redo()
            assert (batch is not None) == bool(self.redo_stack)
            if batch:
                self.undo_stack.append((self.labels, self.names))
                self.labels, self.names = self.redo_stack.pop()

    @rule()
    def restart(self) -> None:
        self.project.close()
        self.project = open_project(self.folder / "p.semgui")

    @invariant()
    def labels_are_those_of_the_model(self) -> None:
        if not hasattr(self, "project"):
            return
        found = LabelStore(self.project).labels(IMAGES)
        said = {i: (label.class_id, label.annotator, label.source) for i, label in found.items()}
        assert {i: label for i, label in said.items() if label[0] is not None} == self.labels

    @invariant()
    def classes_are_those_of_the_model(self) -> None:
        if hasattr(self, "project"):
            assert {c.id: (c.name, c.archived) for c in ClassStore(self.project).taxonomy()} == self.names

    @invariant()
    def the_menu_tells_the_truth(self) -> None:
        if hasattr(self, "project"):
            stacks = History(self.project, "ann").stacks()
            assert (stacks.undo is not None) == bool(self.undo_stack)
            assert (stacks.redo is not None) == bool(self.redo_stack)

    @invariant()
    def history_only_grows(self) -> None:
        if hasattr(self, "project"):
            events = sum(len(LabelStore(self.project).history(i)) for i in IMAGES)
            assert events >= self.events
            self.events = events


def test_history_behaves_like_a_stack_of_snapshots(tmp_path: Path) -> None:
    with project_with_rows(tmp_path / "template.semgui", len(IMAGES)) as opened:
        History(opened, "setup").set_up(AddClasses([(c, c[-1].upper()) for c in CLASSES]))
        with opened.write() as connection:
            connection.exec_driver_sql("SELECT 1")
    HistoryMachine.template = tmp_path / "template.semgui"
    case = HistoryMachine.TestCase
    case.settings = settings(
        max_examples=30,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    case().runTest()
