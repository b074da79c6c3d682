"""The table of all that a user can do; menus, toolbar, context menu and shortcut sheet are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import cache

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from semgui.texts import mark, tr
from semgui.ui.icons import themed
from semgui.ui.theme import Theme
from semgui.viewmodels.keymap import Keymap

# Marked for translation; the last part of a submenu ("View/Show") is marked where its actions are.
MENUS = (mark("File"), mark("Edit"), mark("View"), mark("Label"), mark("Model"), mark("Help"))
# What the ids of the keys of classes begin with.
CLASS_KEY = "label.key."


class Context(StrEnum):
    """Where a context menu is asked for."""

    THUMBNAILS = auto()
    PICTURE = auto()
    CLASS = auto()
    CLASS_LIST = auto()
    FOLDER = auto()
    CONFUSION = auto()


def always() -> bool:
    """Return True: the action can be used at any time."""
    return True


@dataclass(frozen=True, slots=True)
class ActionInfo:
    """One thing a user can do.

    Parameters
    ----------
    id
        ``menu.name``; never changes.
    text
        As menus show it; a function where it depends on what is open.
    menu
        One of `MENUS`, with ``/`` before a submenu ("View/Show"); empty for what is in context menus only.
    handler
        Does it.
    shortcuts
        Portable key sequences as the program comes; the first one is shown.
    icon
        Name in `fonticon_mdi7.MDI7`; needed on the toolbar.
    enabled
        Whether it makes sense now.
    visible
        Whether it exists now at all; what does not is in no menu.
    again_while_held
        Whether a key that is held down does it again and again; else an image that nobody has seen could be
        labelled by a slow finger.
    checked
        State of a switch; ``None`` for what is no switch.
    toolbar
        Whether it is also on the toolbar.
    separator
        Whether a line stands above it in its menu.
    context
        The context menus that it is also in.
    tip
        What it does, in a sentence, where the text does not say it all; may depend on what is open.
    """

    id: str
    text: str | Callable[[], str]
    menu: str
    handler: Callable[[], None]
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    enabled: Callable[[], bool] = always
    checked: Callable[[], bool] | None = None
    toolbar: bool = False
    separator: bool = False
    context: tuple[Context, ...] = ()
    tip: str | Callable[[], str] = ""
    visible: Callable[[], bool] = always
    again_while_held: bool = False

    @property
    def words(self) -> str:
        """The text as it reads now."""
        return self.text if isinstance(self.text, str) else self.text()

    @property
    def plain_words(self) -> str:
        """The text as it reads outside a menu: no dots, no doubled ampersand."""
        return self.words.rstrip("…").replace("&&", "&")

    @property
    def is_class_key(self) -> bool:
        """Whether its key belongs to a class and is chosen there."""
        return self.id.startswith(CLASS_KEY)

    @property
    def sentence(self) -> str:
        """What it does, as it reads now; empty where the text says it all."""
        return self.tip if isinstance(self.tip, str) else self.tip()


class Actions:
    """Qt's side of the table.

    Parameters
    ----------
    window
        Gets the menus, the toolbar and the shortcuts.
    table
        What there is to do, in the order of the menus.
    chosen_keys
        Keys that the user chose, by action; see `Keymap`.
    class_keys
        Keys that classes have now; while they have them, no other action answers to them.
    """

    def __init__(
        self,
        window: QMainWindow,
        table: Iterable[ActionInfo],
        chosen_keys: dict[str, list[str]],
        class_keys: Callable[[], frozenset[str]],
        theme: Theme,
    ) -> None:
        self._window = window
        self.table = tuple(table)
        own = (info for info in self.table if not info.is_class_key)
        self.keymap = Keymap({info.id: _portable(info.shortcuts) for info in own}, chosen_keys)
        self.keymap.changed.connect(self.refresh)
        self._class_keys = class_keys
        self._taken: frozenset[str] = frozenset()
        self._set_keys: dict[str, tuple[str, ...]] = {}
        self.by_id: dict[str, QAction] = {}
        for info in self.table:
            self.by_id[info.id] = self._make(info)
        self._fill_menus()
        self.toolbar = self._fill_toolbar()
        self.set_theme(theme)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in another theme."""
        for info in self.table:
            if info.icon:
                self.by_id[info.id].setIcon(themed(info.icon, theme))

    def refresh(self) -> None:
        """Bring texts, switches and what can be used up to date."""
        self._taken = frozenset(_portable(self._class_keys()))
        for info in self.table:
            action = self.by_id[info.id]
            action.setEnabled(info.enabled())
            action.setVisible(info.visible())
            keys = self.keys(info)
            if self._set_keys.get(info.id) != keys:  # asked after every action: nothing is made anew in vain
                self._set_keys[info.id] = keys
                action.setShortcuts([QKeySequence(key) for key in keys])
            if not isinstance(info.text, str):
                action.setText(info.words)
            if info.checked is not None:
                action.setChecked(info.checked())
            shown = shown_keys(keys[:1])
            head = f"{info.plain_words} ({shown})" if shown else info.plain_words
            action.setToolTip(f"{head}\n{info.sentence}" if info.sentence else head)

    def context_menu(self, context: Context) -> QMenu:
        """Return a new menu of what can be done at a place; empty where nothing can."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        before = ""
        for info in self.table:
            if context in info.context and self.by_id[info.id].isEnabled():
                subject = info.menu.partition("/")[0]
                if before not in {"", subject}:
                    menu.addSeparator()
                before = subject
                menu.addAction(self.by_id[info.id])
        return menu

    def _make(self, info: ActionInfo) -> QAction:
        action = QAction(info.words, self._window)
        action.setObjectName(info.id)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(info.checked is not None)
        action.setAutoRepeat(info.again_while_held)
        # A switch is drawn from the models afterwards, whatever Qt made of the click.
        action.triggered.connect(lambda _=False, info=info: self._carry_out(info))
        self._window.addAction(action)
        return action

    def keys(self, info: ActionInfo) -> tuple[str, ...]:
        """Keys that an action answers to now."""
        if info.is_class_key:
            return _portable(info.shortcuts)
        return tuple(key for key in self.keymap.keys(info.id) if key not in self._taken)

    def owner(self, key: str, *, but: str) -> ActionInfo | None:
        """Return the action that a key belongs to now, leaving out the action `but`."""
        having = (info for info in self.table if info.visible() and key in self.keys(info))
        return next((info for info in having if info.id != but), None)

    def _carry_out(self, info: ActionInfo) -> None:
        info.handler()
        self.refresh()

    def _fill_menus(self) -> None:
        bar = self._window.menuBar()
        menus = {name: bar.addMenu(f"&{tr(name)}") for name in MENUS}
        for info in self.table:
            if not info.menu:
                continue
            if info.menu not in menus:
                parent, _, name = info.menu.rpartition("/")
                menus[info.menu] = menus[parent].addMenu(tr(name))
            menu = menus[info.menu]
            if info.separator:
                menu.addSeparator()
            menu.addAction(self.by_id[info.id])

    def _fill_toolbar(self) -> QToolBar:
        toolbar = QToolBar(tr("Tools"), self._window)
        toolbar.setObjectName("tools")
        toolbar.setMovable(False)
        toolbar.setIconSize(QSize(20, 20))
        toolbar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        before = ""
        for info in self.table:
            if not info.toolbar:
                continue
            menu = info.menu.partition("/")[0]
            if before and menu != before:
                toolbar.addSeparator()
            before = menu
            toolbar.addAction(self.by_id[info.id])
        self._window.addToolBar(toolbar)
        return toolbar


def shown_keys(keys: Iterable[str]) -> str:
    """Return keys as this system writes them, with commas between."""
    return ", ".join(_written(key, QKeySequence.SequenceFormat.NativeText) for key in keys)


def _portable(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(_written(key, QKeySequence.SequenceFormat.PortableText) for key in keys)


@cache
def _written(key: str, how: QKeySequence.SequenceFormat) -> str:
    return QKeySequence(key).toString(how)
