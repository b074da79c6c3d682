"""The panel in which classes are made, ordered and changed; Ctrl+Z takes every change back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from semgui.catalogue.presets import PRESETS
from semgui.texts import tr
from semgui.ui.class_details import ClassDetails
from semgui.ui.class_files import ask_class_folder, ask_class_list, ask_class_target
from semgui.ui.class_list import ClassList
from semgui.ui.class_start import PRESET_NAMES
from semgui.ui.columns import Column, label
from semgui.ui.icons import themed
from semgui.ui.theme import GRID, Theme
from semgui.ui.typing import TypingLine

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


class ClassEditor(Column):
    """A list of the classes above all that can be said of the chosen one."""

    def __init__(self, window: MainWindow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._window = window
        hand = window.session.hand
        self._classes = hand.classes
        self._wanted = ""  # name of a class that is being made, to choose it when it is there
        self.name = TypingLine(self._leave)
        self.name.setPlaceholderText(tr("New class, then Enter"))
        self.name.setAccessibleName(tr("Name of a new class"))
        self.name.entered.connect(self._add)
        self.more = QToolButton()
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setToolTip(tr("Sets of classes, import and export"))
        self.more.setMenu(self._menu())
        top = QHBoxLayout()
        top.addWidget(self.name, stretch=1)
        top.addWidget(self.more)
        self.list = ClassList(hand.classes, hand.examples, window.theme)
        self.list.chosen.connect(self._show_chosen)
        self.list.left.connect(self._leave)
        self.list.menu_asked.connect(window.menus.of_listed_class)
        self.problem = label(kind="warning", wrap=True)
        self.details = ClassDetails(
            hand.classes, hand.examples, lambda: window.session.gallery.targets, self.list.setFocus
        )
        self.body.setContentsMargins(GRID, GRID, GRID, GRID)
        self.body.addLayout(top)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.list, stretch=1)
        self.body.addWidget(self.details)
        self.setMinimumWidth(260)
        self.setFocusProxy(self.name)
        window.session.leaving.connect(self.details.description.tell)
        hand.labels.taxonomy_changed.connect(self.refresh)
        hand.classes.changed.connect(self.refresh)
        hand.classes.refused.connect(self._show_problem)
        self.set_theme(window.theme)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.list.set_theme(theme)
        self.more.setIcon(themed("dots_vertical", theme))

    def refresh(self) -> None:
        """Show the classes as they are."""
        self._show_problem("")
        self.list.refresh()
        made = self._classes.taxonomy.by_name(self._wanted) if self._wanted else None
        if made is not None:
            self._wanted = ""
            self.list.choose(made.id)

    def showEvent(self, event: QShowEvent) -> None:
        """Count while somebody looks."""
        super().showEvent(event)
        self._classes.watch(on=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Count no longer."""
        super().hideEvent(event)
        self._window.gallery.setFocus()
        self._classes.watch(on=False)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for preset in PRESETS:
            words = tr("Add the {name}", name=tr(PRESET_NAMES[preset]))
            menu.addAction(words, lambda preset=preset: self._classes.add_preset(preset))
        menu.addAction(tr("Add the classes of the model"), self._add_model)
        menu.addSeparator()
        menu.addAction(tr("Import a list (CSV, JSON)…"), lambda: ask_class_list(self, self._classes))
        menu.addAction(tr("Import from class folders…"), lambda: ask_class_folder(self, self._classes))
        menu.addAction(tr("Export the list…"), lambda: ask_class_target(self, self._classes))
        menu.addSeparator()
        archived = menu.addAction(tr("Show archived classes"))
        archived.setCheckable(True)
        archived.toggled.connect(lambda on: self.list.show_archived(on=on))
        return menu

    def _add(self, name: str) -> None:
        if name.strip():
            self._show_problem("")
            self._wanted = name.strip()
            self._classes.add(name)
            self.name.clear()

    def _add_model(self) -> None:
        brain = self._window.session.brain
        if brain is not None:
            self._classes.add_named(brain.classes)

    def _show_chosen(self) -> None:
        current = self.list.current
        self.details.show_class(None if current is None else self._classes.taxonomy.by_id(current))

    def _show_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _leave(self) -> None:
        self._window.gallery.setFocus()
