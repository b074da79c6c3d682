"""The left column: what the gallery is narrowed to, with counts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from semgui.catalogue.facets import State
from semgui.catalogue.query import TRAITS, Key
from semgui.domain.ids import ClassId
from semgui.texts import tr
from semgui.ui.class_signs import ClassSign, signs
from semgui.ui.columns import Column
from semgui.ui.facet_list import Entry, FacetList
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.filters import (
    KEY_NAMES,
    STATE_NAMES,
    chosen_of,
    cleared,
    holds,
    is_filtered,
    only,
    toggled,
    with_choice,
)
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.labelling import LabelModel
from semgui.viewmodels.tiles import FolderBranch, folder_branches

_T = TypeVar("_T")
_TYPING_MS = 200
_NARROWEST = 216  # pixels: a class name can still be told from another
# Shown when there are none, too: people look for them.
_ALWAYS = frozenset({State.UNLABELLED, State.LABELLED, State.DISAGREE, State.UNCERTAIN, State.FLAGGED})


class Sidebar(Column):
    """Filters; what is chosen is the gallery's filter, nothing but what is folded is kept here.

    Attributes
    ----------
    class_menu_asked, folder_menu_asked
        A context menu was asked for, for a class or a folder, at a place of the screen.
    """

    class_menu_asked = Signal(str, QPoint)
    folder_menu_asked = Signal(Path, QPoint)

    def __init__(
        self, gallery: GalleryModel, labels: LabelModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._labels = labels
        self._folded: set[str] = {"predicted", *TRAITS}
        self._open_folders: set[Path] = set()
        self.body.setContentsMargins(GRID, GRID, GRID // 2, GRID)
        self.search = FilterEdit()
        self.search.setPlaceholderText(tr("Filter by name or note"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(tr("Filter by name or note"))
        self._typed = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typed.timeout.connect(self._narrow_by_text)
        self.search.textEdited.connect(lambda _: self._typed.start())
        self.search.textChanged.connect(lambda text: None if text else self._typed.start())
        self.list = FacetList(theme)
        self.list.setAccessibleName(tr("Filters"))
        self.setMinimumWidth(_NARROWEST)
        self.body.addWidget(self.search)
        self.body.addWidget(self.list, stretch=1)
        for signal in (gallery.counts_changed, gallery.filter_changed, labels.taxonomy_changed):
            signal.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.list.set_theme(theme)

    def refresh(self) -> None:
        """Show the counts and the filter as they are."""
        self.list.show_entries(
            [
                *self._states(),
                *self._classes(),
                *self._folders(),
                *self._tags(),
                *self._predicted(),
                *(entry for key in TRAITS for entry in self._trait(key)),
            ]
        )
        if (self._gallery.filter.text or "") != self.search.text() and not self._typed.isActive():
            self.search.setText(self._gallery.filter.text or "")
            self._typed.stop()  # nobody typed this

    def narrow(self, **changes: object) -> None:
        """Change parts of the filter."""
        self._gallery.narrow(dataclasses.replace(self._gallery.filter, **changes))

    def show_state(self, state: State) -> None:
        """Ask for one state and no other, or for none if it is so already."""
        wanted = only(self._gallery.filter, state)
        alone = wanted == self._gallery.filter
        self._gallery.narrow(toggled(wanted, state) if alone else wanted)

    def clear(self) -> None:
        """Show all images again."""
        self.search.clear()
        self._typed.stop()
        self._gallery.narrow(cleared(self._gallery.filter))

    def _narrow_by_text(self) -> None:
        self.narrow(text=self.search.text().strip() or None)

    def _section(self, key: str, title: str, entries: Iterable[Entry]) -> list[Entry]:
        """Return a heading and what is below it; folded, only what is chosen."""
        found = list(entries)
        if not found:
            return []
        folded = key in self._folded

        def fold() -> None:
            self._folded ^= {key}
            self.refresh()

        heading = Entry(title, folded=folded, fold=fold)
        return [heading, *(entry for entry in found if entry.active or not folded)]

    def _states(self) -> list[Entry]:
        counts, wanted = self._gallery.facets.states, self._gallery.filter

        def choose(state: State) -> Callable[[bool], None]:
            return lambda as_well: (
                self._gallery.narrow(toggled(wanted, state)) if as_well else self.show_state(state)
            )

        all_images = Entry(
            tr("All images"),
            self._gallery.facets.total,
            active=not is_filtered(wanted),
            choose=lambda _: self.clear(),
            tip=tr("Show all images again"),
        )
        return self._section(
            "states",
            tr("Show"),
            [
                all_images,
                *(
                    Entry(
                        tr(name),
                        counts.get(state, 0),
                        active=holds(wanted, state),
                        choose=choose(state),
                        tip=tr("With Ctrl: beside what is chosen already"),
                    )
                    for state, name in STATE_NAMES.items()
                    if state in _ALWAYS or counts.get(state) or holds(wanted, state)
                ),
            ],
        )

    def _classes(self) -> list[Entry]:
        return self._section(
            "classes",
            tr("Classes"),
            self._class_entries("classes", self._gallery.filter.classes, self._gallery.facets.classes),
        )

    def _predicted(self) -> list[Entry]:
        counts = self._gallery.facets.predicted
        if not counts and not self._gallery.filter.predicted:
            return []
        entries = self._class_entries("predicted", self._gallery.filter.predicted, counts, hollow=True)
        return self._section("predicted", tr("Predicted class"), entries)

    def _class_entries(
        self,
        field: str,
        chosen: frozenset[ClassId],
        counts: Mapping[ClassId, int],
        *,
        hollow: bool = False,
    ) -> list[Entry]:
        known = signs(self._labels.taxonomy)

        def entry(class_id: ClassId, sign: ClassSign) -> Entry:
            said = tr("predicted so") if hollow else tr("labelled so or, without a label, predicted so")
            return Entry(
                sign.name,
                counts.get(class_id, 0),
                sign=sign,
                active=class_id in chosen,
                tip=f"{sign.name}: {said}",
                choose=lambda as_well: self.narrow(**{field: _chosen(chosen, class_id, as_well=as_well)}),
                hollow=hollow,
                menu=lambda where: self.class_menu_asked.emit(class_id, where),
            )

        return [entry(c.id, known[c.id]) for c in self._labels.taxonomy.active]

    def _trait(self, key: Key) -> list[Entry]:
        counts, wanted = self._gallery.facets.traits.get(key, {}), self._gallery.filter
        chosen = chosen_of(wanted, key)
        values = sorted({*counts, *chosen}, key=str.casefold)
        if len(values) < 2 and not chosen:
            return []

        def choose(value: str) -> Callable[[bool], None]:
            return lambda as_well: self._gallery.narrow(
                with_choice(wanted, key, _chosen(chosen, value, as_well=as_well))
            )

        entries = [
            Entry(value, counts.get(value, 0), active=value in chosen, choose=choose(value), tip=value)
            for value in values
        ]
        return self._section(key, tr(KEY_NAMES[key]), entries)

    def _tags(self) -> list[Entry]:
        counts, chosen = self._gallery.facets.tags, self._gallery.filter.tag
        names = sorted({*counts, *({chosen} if chosen else ())}, key=str.casefold)

        def choose(tag: str) -> Callable[[bool], None]:
            return lambda _: self.narrow(tag=None if tag == chosen else tag)

        entries = [
            Entry(f"#{tag}", counts.get(tag, 0), active=tag == chosen, choose=choose(tag)) for tag in names
        ]
        return self._section("tags", tr("Tags"), entries)

    def _folders(self) -> list[Entry]:
        branches = folder_branches(self._gallery.facets)
        inner = {parent for branch in branches for parent in branch.path.parents}
        shown = [branch for branch in branches if self._is_unfolded(branch)]
        return self._section("folders", tr("Folders"), [self._folder(b, b.path in inner) for b in shown])

    def _folder(self, branch: FolderBranch, has_more: bool) -> Entry:
        chosen, path = self._gallery.filter.folder, branch.path

        def fold() -> None:
            self._open_folders ^= {path}
            self.refresh()

        folded = branch.depth > 0 and path not in self._open_folders
        return Entry(
            path.name or str(path),
            branch.count,
            indent=branch.depth,
            active=path == chosen,
            tip=str(path),
            choose=lambda _: self.narrow(folder=None if path == chosen else path),
            folded=folded if has_more and branch.depth > 0 else None,
            fold=fold if has_more and branch.depth > 0 else None,
            menu=lambda where: self.folder_menu_asked.emit(path, where),
        )

    def _is_unfolded(self, branch: FolderBranch) -> bool:
        """Whether every folder above it is unfolded; what is chosen is always seen."""
        if branch.path == self._gallery.filter.folder or branch.depth <= 1:
            return True
        above = branch.path.parents[: branch.depth - 1]
        return all(path in self._open_folders for path in above)


def _chosen(before: frozenset[_T], value: _T, *, as_well: bool) -> frozenset[_T]:
    """Return what is chosen after a click: it alone, nothing if it was alone, or with Ctrl it as well."""
    if as_well:
        return before ^ {value}
    return frozenset() if before == {value} else frozenset({value})


class FilterEdit(QLineEdit):
    """A line to type in that keeps its keys: Enter must not accept a prediction from here."""

    def event(self, event: QEvent) -> bool:
        """Claim every key without Ctrl or Alt before a shortcut sees it."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            function_key = Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F12
            if not event.modifiers() & plain and not function_key:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the keys back to the pictures with Enter or Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.window().setFocus()
            return
        super().keyPressEvent(event)
