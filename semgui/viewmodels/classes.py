"""The classes of a project as they are edited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from psygnal import Signal

from semgui.catalogue.presets import load_preset
from semgui.domain.errors import SemguiError
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.taxonomy import SemClass, Taxonomy
from semgui.exchange.class_list import read_class_list, write_class_list
from semgui.review.class_commands import (
    AddClasses,
    ArchiveAllClasses,
    ArchiveClass,
    CreateClass,
    DescribeClass,
    MergeClasses,
    RecolourClass,
    RenameClass,
    ReorderClasses,
    RestoreClass,
    SetParent,
    SetShortcut,
)
from semgui.review.class_steps import AddExamples, MoveClass, RemoveExample
from semgui.review.commands import Command
from semgui.review.import_classes import ImportClasses, ListedClass
from semgui.review.split_class import SplitClass
from semgui.texts import tr
from semgui.viewmodels.labelling import LabelModel
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane, TaskRunner
from semgui.viewmodels.writer import Action, Writer

Counts = dict[ClassId | None, int]


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class where classes are listed.

    Parameters
    ----------
    depth
        How many classes lie above it.
    """

    sem_class: SemClass
    depth: int


def tree_rows(taxonomy: Taxonomy, *, archived: bool = False) -> tuple[ClassRow, ...]:
    """Return the classes in order, each followed by those under it.

    Parameters
    ----------
    archived
        Whether archived classes follow after the others.
    """
    active = taxonomy.active
    ids = {c.id for c in active}
    below: dict[ClassId | None, list[SemClass]] = {}
    for c in active:
        below.setdefault(c.parent if c.parent in ids else None, []).append(c)

    def walk(parent: ClassId | None, depth: int) -> list[ClassRow]:
        return [row for c in below.get(parent, ()) for row in (ClassRow(c, depth), *walk(c.id, depth + 1))]

    gone = [ClassRow(c, 0) for c in taxonomy if c.archived] if archived else []
    return (*walk(None, 0), *gone)


class ClassModel:
    """The ways to change classes; every one is an action that undo takes back.

    Attributes
    ----------
    counts
        Labelled images of each class, read while somebody looks at them.
    key_owner
        Says in words what a key does in the window already, if anything. Set by the window.
    """

    changed = Signal()
    refused = Signal(str)  # what was typed cannot be; the sentence says why

    def __init__(self, writer: Writer, labels: LabelModel, runner: TaskRunner, notices: Notices) -> None:
        self._writer = writer
        self._labels = labels
        self._runner = runner
        self._notices = notices
        self._source: Callable[[], Counts] | None = None
        self._watched = False
        self._ticket = 0
        self.counts: Counts = {}
        self.key_owner: Callable[[str], str | None] = lambda key: None

    @property
    def taxonomy(self) -> Taxonomy:
        """The classes, archived ones included."""
        return self._labels.taxonomy

    @property
    def possible(self) -> bool:
        """Whether there is a project whose classes could be changed."""
        return self._writer.possible

    def attach(self, source: Callable[[], Counts] | None) -> None:
        """Count in another project, or in none."""
        self._source = source
        self._ticket += 1
        self.counts = {}
        self.refresh()

    def watch(self, *, on: bool) -> None:
        """Count from now on whenever something is done, or no longer."""
        self._watched = on
        self.refresh()

    def refresh(self) -> None:
        """Count again."""
        if self._source is None or not self._watched:
            return
        self._ticket += 1
        source, ticket = self._source, self._ticket

        def work() -> Counts | None:
            return source() if ticket == self._ticket else None

        def done(counts: Counts | None) -> None:
            if counts is not None and ticket == self._ticket and counts != self.counts:
                self.counts = counts
                self.changed.emit()

        self._runner.run(
            Lane.READ,
            work,
            done,
            lambda error: self._notices.failed(tr("The classes could not be counted"), error),
        )

    # Making classes

    def add(self, name: str) -> None:
        """Make a class."""
        self._do(CreateClass(name), name)

    def add_preset(self, name: str) -> None:
        """Add the classes of a preset that are missing."""
        classes = [(c.id, c.name) for c in load_preset(name)]
        self._do(AddClasses(classes), tr("Classes"))

    def add_named(self, classes: Sequence[tuple[ClassId, str]]) -> None:
        """Add the classes of a model that are missing."""
        self._do(AddClasses(classes), tr("Classes"))

    def import_list(self, source: Path) -> None:
        """Add the classes of a CSV, a JSON or a folder of class folders that are missing."""

        def read(classes: tuple[ListedClass, ...]) -> None:
            self._do(ImportClasses(classes, source.name), tr("Classes"), tell=True)

        def failed(error: Exception) -> None:
            self._notices.failed(tr("No class was imported"), error)

        self._runner.run(Lane.READ, lambda: read_class_list(source), read, failed)

    def export_list(self, target: Path) -> None:
        """Write the classes in use to a ``.csv`` or ``.json``."""
        taxonomy = self.taxonomy

        def done(_: None) -> None:
            count = len(taxonomy.active)
            self._notices.info(tr("{n} class(es) written to {file}.", "", count, file=target))

        def failed(error: Exception) -> None:
            self._notices.failed(tr("The classes were not exported"), error)

        self._runner.run(Lane.READ, lambda: write_class_list(target, taxonomy), done, failed)

    # Changing one

    def rename(self, class_id: ClassId, name: str) -> None:
        """Change what people read."""
        self._do(RenameClass(class_id, name), name)

    def recolour(self, class_id: ClassId, colour: str) -> None:
        """Change the colour."""
        self._do(RecolourClass(class_id, colour), self._name(class_id))

    def set_shortcut(self, class_id: ClassId, key: str) -> None:
        """Give the class a key; what the window itself did with that key is said."""
        key = key.strip().lower()

        def done(action: Action | None) -> None:
            owner = self.key_owner(key) if key and action is not None else None
            if owner:
                words = tr("{key} labels now; “{owner}” is still in the menu.", key=key.upper(), owner=owner)
                self._notices.info(words)

        name = self._name(class_id)
        self._writer.do(SetShortcut(class_id, key), name, done=done, refused=self._refuse)

    def describe(self, class_id: ClassId, text: str) -> None:
        """Say what belongs into the class."""
        self._do(DescribeClass(class_id, text), self._name(class_id))

    def set_parent(self, class_id: ClassId, parent: ClassId | None) -> None:
        """Put the class under another, or under none."""
        self._do(SetParent(class_id, parent), self._name(class_id))

    def add_examples(self, class_id: ClassId, ids: Sequence[ImageId]) -> None:
        """Let images show what the class is, beside those that do already."""
        self._do(AddExamples(class_id, tuple(ids)), self._name(class_id))

    def remove_example(self, class_id: ClassId, image_id: ImageId) -> None:
        """Let an image no longer show what the class is."""
        self._do(RemoveExample(class_id, image_id), self._name(class_id))

    # Changing their order and number

    def move(self, class_id: ClassId, by: int) -> None:
        """Move a class among those that lie beside it."""
        self._do(MoveClass(class_id, by), self._name(class_id))

    def place_before(self, class_id: ClassId, other: ClassId | None) -> None:
        """Put a class before another, or with ``None`` at the end."""
        order = [row.sem_class.id for row in tree_rows(self.taxonomy) if row.sem_class.id != class_id]
        place = order.index(other) if other in order else len(order)
        order.insert(place, class_id)
        self._do(ReorderClasses(order), self._name(class_id))

    def merge(self, from_id: ClassId, into_id: ClassId) -> None:
        """Give the images of one class to another."""
        self._do(MergeClasses(from_id, into_id), self._name(into_id), tell=True)

    def split(self, class_id: ClassId, name: str, ids: Sequence[ImageId]) -> None:
        """Give those of some images that are of a class a new one, which comes after it."""
        self._writer.do(SplitClass(class_id, name, ids), name, done=self._told)

    def archive(self, class_id: ClassId) -> None:
        """Offer a class no longer; its labels stay."""
        self._do(ArchiveClass(class_id), self._name(class_id), tell=True)

    def restore(self, class_id: ClassId) -> None:
        """Offer an archived class again."""
        self._do(RestoreClass(class_id), self._name(class_id))

    def archive_all(self) -> None:
        """Offer no class any longer; all labels stay."""
        self._do(ArchiveAllClasses(), tr("All classes"), tell=True)

    def archive_or_restore(self, class_id: ClassId) -> None:
        """Archive a class in use, restore an archived one."""
        found = self._labels.class_of(class_id)
        if found is not None and found.archived:
            self.restore(class_id)
        else:
            self.archive(class_id)

    def _do(self, command: Command, said: str, *, tell: bool = False) -> None:
        done = self._told if tell else lambda _: None
        self._writer.do(command, said, done=done, refused=self._refuse)

    def _told(self, action: Action | None) -> None:
        if action is not None:
            self._notices.info(tr("{title}: done. Ctrl+Z takes it back.", title=action.title))

    def _refuse(self, error: SemguiError) -> None:
        text = str(error)
        self.refused.emit(text[:1].upper() + text[1:])

    def _name(self, class_id: ClassId) -> str:
        found = self._labels.class_of(class_id)
        return found.name if found else str(class_id)
