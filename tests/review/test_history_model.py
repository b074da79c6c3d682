"""Any sequence of actions, undos, redos and restarts against a model that keeps whole snapshots."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from semgui.catalogue.batches import ActionState
from semgui.catalogue.classes import ClassStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.marks import MarkStore
from semgui.catalogue.project import open_project
from semgui.domain.ids import BatchId, ClassId, ImageId
from semgui.domain.labels import LabelSource
from semgui.domain.marks import Marks
from semgui.review.class_commands import AddClasses, ArchiveClass, MergeClasses, RenameClass, RestoreClass
from semgui.review.commands import ClearLabels, Command, SetLabels
from semgui.review.history import History
from semgui.review.import_labels import ImportedLabel, ImportLabels
from semgui.review.mark_commands import AddTag, RemoveTag, SetFlag, SetNote
from tests.label_projects import ids, project_with_rows

IMAGES = ids(*range(1, 8))
CLASSES = [ClassId(f"user.{letter}") for letter in "abc"]
PEOPLE = ["ann", "bob"]

some_images = st.lists(st.sampled_from(IMAGES), min_size=1, max_size=5)
some_class = st.sampled_from(CLASSES)
somebody = st.sampled_from(PEOPLE)

Labels = dict[ImageId, tuple[ClassId, str, LabelSource]]
Names = dict[ClassId, tuple[str, bool]]


@dataclass(frozen=True)
class State:
    """A snapshot: what everything is at one moment."""

    labels: Labels
    names: Names
    marks: dict[ImageId, Marks]
    merged: dict[ClassId, ClassId]


class HistoryMachine(RuleBasedStateMachine):
    """The model: the state now, and the states that undo and redo lead to."""

    template: Path

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(self.template, self.folder / "p.semgui")
        self.project = open_project(self.folder / "p.semgui")
        names: Names = {c: (c[-1].upper(), False) for c in CLASSES}
        self.now = State({}, names, dict.fromkeys(IMAGES, Marks()), {})
        self.undo_stack: list[tuple[BatchId, State]] = []  # actions, and what was before each
        self.redo_stack: list[tuple[BatchId, State]] = []  # actions, and what is after each
        self.events = 0

    def teardown(self) -> None:
        if hasattr(self, "project"):
            self.project.close()
            shutil.rmtree(self.folder)

    def act(self, command: Command, who: str, after: State) -> None:
        """Do something, and tell the model what should be so afterwards."""
        batch = History(self.project, who).do(command)
        assert (batch is not None) == (after != self.now)
        if batch is not None:
            self.undo_stack.append((batch.id, self.now))
            self.redo_stack.clear()
            self.now = after

    def offered(self, class_id: ClassId) -> bool:
        """Whether images may be given a class; others are refused: tests/catalogue/test_classes.py."""
        return not self.now.names[class_id][1]

    @rule(images=some_images, class_id=some_class, who=somebody)
    def set_labels(self, images: list[ImageId], class_id: ClassId, who: str) -> None:
        if self.offered(class_id):
            after = self.now.labels | dict.fromkeys(images, (class_id, who, LabelSource.USER))
            self.act(SetLabels(images, class_id), who, replace(self.now, labels=after))

    @rule(images=some_images, who=somebody)
    def clear_labels(self, images: list[ImageId], who: str) -> None:
        after = {i: label for i, label in self.now.labels.items() if i not in images}
        self.act(ClearLabels(images), who, replace(self.now, labels=after))

    @rule(image=st.sampled_from(IMAGES), first=some_class, second=some_class, who=somebody)
    def import_two_opinions(self, image: ImageId, first: ClassId, second: ClassId, who: str) -> None:
        if not self.offered(first) or not self.offered(second):
            return
        if self.now.labels.get(image, (None, None))[:2] == (second, "bob"):
            return  # whether that is news depends on the history; tests/services/test_label_files.py
        rows = [ImportedLabel(image, first, "ann"), ImportedLabel(image, second, "bob")]
        after = self.now.labels | {image: (second, "bob", LabelSource.IMPORT)}
        self.act(ImportLabels(rows, "labels.csv"), who, replace(self.now, labels=after))

    @rule(images=some_images, on=st.booleans(), who=somebody)
    def flag(self, images: list[ImageId], on: bool, who: str) -> None:
        after = self.now.marks | {i: replace(self.now.marks[i], flagged=on) for i in images}
        self.act(SetFlag(images, on), who, replace(self.now, marks=after))

    @rule(images=some_images, tag=st.sampled_from(["odd", "SE2"]), on=st.booleans(), who=somebody)
    def tag(self, images: list[ImageId], tag: str, on: bool, who: str) -> None:
        def tagged(marks: Marks) -> Marks:
            tags = {*marks.tags, tag} if on else {*marks.tags} - {tag}
            return replace(marks, tags=tuple(sorted(tags, key=str.casefold)))

        after = self.now.marks | {i: tagged(self.now.marks[i]) for i in images}
        self.act(AddTag(images, tag) if on else RemoveTag(images, tag), who, replace(self.now, marks=after))

    @rule(image=st.sampled_from(IMAGES), text=st.sampled_from(["", "dust", "charging"]), who=somebody)
    def note(self, image: ImageId, text: str, who: str) -> None:
        after = self.now.marks | {image: replace(self.now.marks[image], note=text)}
        self.act(SetNote([image], text), who, replace(self.now, marks=after))

    @rule(gone=some_class, kept=some_class, who=somebody)
    def merge(self, gone: ClassId, kept: ClassId, who: str) -> None:
        if gone == kept or not self.offered(kept):
            return
        labels = {i: (kept if c == gone else c, by, source) for i, (c, by, source) in self.now.labels.items()}
        names = self.now.names | {gone: (self.now.names[gone][0], True)}
        merged = {c: kept if into == gone else into for c, into in self.now.merged.items()} | {gone: kept}
        after = replace(self.now, labels=labels, names=names, merged=merged)
        self.act(MergeClasses(gone, kept), who, after)

    @rule(class_id=some_class, name=st.sampled_from(["Rods", "Wires", "Flakes"]), who=somebody)
    def rename(self, class_id: ClassId, name: str, who: str) -> None:
        if any(c != class_id and n == name for c, (n, _) in self.now.names.items()):
            return
        names = self.now.names | {class_id: (name, self.now.names[class_id][1])}
        self.act(RenameClass(class_id, name), who, replace(self.now, names=names))

    @rule(class_id=some_class, who=somebody)
    def archive_or_restore(self, class_id: ClassId, who: str) -> None:
        name, archived = self.now.names[class_id]
        command = RestoreClass(class_id) if archived else ArchiveClass(class_id)
        names = self.now.names | {class_id: (name, not archived)}
        merged = {c: into for c, into in self.now.merged.items() if c != class_id}
        if class_id in self.now.merged.values():
            return  # what was merged into an archived class stays so; one case less to model
        self.act(command, who, replace(self.now, names=names, merged=merged))

    @rule(who=somebody, times=st.integers(1, 4))
    def undo(self, who: str, times: int) -> None:
        for _ in range(times):
            batch = History(self.project, who).undo()
            assert (batch is not None) == bool(self.undo_stack)
            if batch:
                self.model_undo()

    @rule(who=somebody, times=st.integers(1, 4))
    def redo(self, who: str, times: int) -> None:
        for _ in range(times):
            batch = History(self.project, who).redo()
            assert (batch is not None) == bool(self.redo_stack)
            if batch:
                self.model_redo()

    def model_undo(self) -> None:
        batch_id, before = self.undo_stack.pop()
        self.redo_stack.append((batch_id, self.now))
        self.now = before

    def model_redo(self) -> None:
        batch_id, after = self.redo_stack.pop()
        self.undo_stack.append((batch_id, self.now))
        self.now = after

    @rule(who=somebody, place=st.integers(0, 30))
    def go_back(self, who: str, place: int) -> None:
        if place >= len(self.undo_stack):
            return
        batch_id, _ = self.undo_stack[place]
        steps = History(self.project, who).go_back_to(batch_id)
        assert len(steps) == len(self.undo_stack) - place - 1
        for _ in steps:
            self.model_undo()

    @rule(who=somebody, place=st.integers(0, 30))
    def go_forward(self, who: str, place: int) -> None:
        if place >= len(self.redo_stack):
            return
        batch_id, _ = self.redo_stack[place]
        steps = History(self.project, who).go_forward_to(batch_id)
        assert len(steps) == len(self.redo_stack) - place
        for _ in steps:
            self.model_redo()

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
        assert {i: label for i, label in said.items() if label[0] is not None} == self.now.labels

    @invariant()
    def marks_are_those_of_the_model(self) -> None:
        if hasattr(self, "project"):
            assert MarkStore(self.project).current(IMAGES) == self.now.marks

    @invariant()
    def the_list_of_the_history_is_that_of_the_model(self) -> None:
        if hasattr(self, "project"):
            past = [p for p in History(self.project, "ann").batches(1000) if p.can_be_undone]
            in_force = [p.id for p in past if p.state is ActionState.DONE]
            undone = [p.id for p in past if p.state is ActionState.UNDONE]
            assert in_force[::-1] == [batch_id for batch_id, _ in self.undo_stack]
            assert undone == [batch_id for batch_id, _ in self.redo_stack]

    @invariant()
    def classes_are_those_of_the_model(self) -> None:
        if hasattr(self, "project"):
            taxonomy = ClassStore(self.project).taxonomy()
            assert {c.id: (c.name, c.archived) for c in taxonomy} == self.now.names
            assert {c.id: c.merged_into for c in taxonomy if c.merged_into} == self.now.merged

    @invariant()
    def the_menu_tells_the_truth(self) -> None:
        if hasattr(self, "project"):
            stacks = History(self.project, "ann").stacks()
            assert (stacks.undo is not None) == bool(self.undo_stack)
            assert (stacks.redo is not None) == bool(self.redo_stack)

    @invariant()
    def history_only_grows(self) -> None:
        if hasattr(self, "project"):
            stores = LabelStore(self.project), MarkStore(self.project)
            events = sum(len(store.history(i)) for store in stores for i in IMAGES)
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
        max_examples=24,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    case().runTest()
