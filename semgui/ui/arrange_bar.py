"""How the thumbnails are arranged: order, groups, size, and what is written under them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QToolButton, QWidget

from semgui.catalogue.query import Key
from semgui.texts import tr
from semgui.ui.chooser import Chooser
from semgui.ui.columns import label
from semgui.ui.icons import themed
from semgui.ui.saved_filters_button import SavedFiltersButton
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.captions import CAPTION_NAMES, Caption
from semgui.viewmodels.filters import KEY_NAMES
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.saved_filters import SavedFilters

SIDES = (64, 320)
"""Smallest and largest edge of a thumbnail."""
SIDE_STEP = 16
ORDERS = tuple(key for key in Key if key is not Key.FOLDER)
GROUPS = tuple(key for key in Key if key not in (Key.PATH, Key.NAME))


class ArrangeBar(QWidget):
    """Shown above the grid."""

    side_chosen = Signal(int)
    captions_chosen = Signal(tuple)

    def __init__(
        self,
        gallery: GalleryModel,
        saved: SavedFilters,
        theme: Theme,
        side: int,
        captions: Iterable[Caption],
    ) -> None:
        super().__init__()
        self.setObjectName("column")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._gallery = gallery
        self._captions = tuple(captions)
        self.order = _choice(tr("Sort by"), [(key, tr(KEY_NAMES[key])) for key in ORDERS])
        self.group = _choice(
            tr("Group by"), [(None, tr("No groups")), *((key, tr(KEY_NAMES[key])) for key in GROUPS)]
        )
        self.order_way = _way()
        self.group_way = _way()
        self.ranges = QToolButton()
        self.ranges.setAccessibleName(tr("Ranges…"))
        self.ranges.setToolTip(tr("Narrow by confidence, date, voltage, pixel size…"))
        self.saved = SavedFiltersButton(gallery, saved, theme)
        self.words = QToolButton()
        self.words.setAccessibleName(tr("Captions"))
        self.words.setToolTip(tr("What is written under the thumbnails"))
        self.words.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.words.setMenu(self._captions_menu())
        self.size = QSlider(Qt.Orientation.Horizontal)
        self.size.setRange(*SIDES)
        self.size.setSingleStep(SIDE_STEP)
        self.size.setPageStep(2 * SIDE_STEP)
        self.size.setValue(side)
        self.size.setMinimumWidth(60)
        self.size.setMaximumWidth(140)
        self.size.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.size.setAccessibleName(tr("Size of the thumbnails"))
        self.size.setToolTip(tr("Size of the thumbnails (Ctrl and wheel)"))
        self._place()
        self.set_theme(theme)
        # Qt hands a member of a StrEnum back as a plain string.
        self.order.activated.connect(lambda _: self._arrange(order=Key(self.order.currentData())))
        self.group.activated.connect(
            lambda _: self._arrange(group=Key(key) if (key := self.group.currentData()) else None)
        )
        self.order_way.clicked.connect(lambda: self._arrange(descending=not gallery.filter.descending))
        self.group_way.clicked.connect(
            lambda: self._arrange(groups_descending=not gallery.filter.groups_descending)
        )
        self.size.valueChanged.connect(self.side_chosen.emit)
        gallery.filter_changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw the arrows in another theme."""
        self._up, self._down = themed("arrow_up", theme), themed("arrow_down", theme)
        self.ranges.setIcon(themed("tune_variant", theme))
        self.words.setIcon(themed("text_short", theme))
        self.saved.set_theme(theme)
        for button in (self.ranges, self.saved, self.words):
            button.setIconSize(QSize(20, 20))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.refresh()

    def refresh(self) -> None:
        """Show the order and the groups as they are."""
        wanted = self._gallery.filter
        self.order.setCurrentIndex(self.order.findData(wanted.order))
        self.group.setCurrentIndex(self.group.findData(wanted.group))
        self.group_way.setEnabled(wanted.group is not None)
        for button, descending in (
            (self.order_way, wanted.descending),
            (self.group_way, wanted.groups_descending),
        ):
            button.setIcon(self._down if descending else self._up)
            words = tr("Descending") if descending else tr("Ascending")
            button.setToolTip(words)
            button.setAccessibleName(words)

    def step_size(self, by: int) -> None:
        """Make thumbnails larger or smaller by a step."""
        self.size.setValue(self.size.value() + by * SIDE_STEP)

    def _arrange(self, **changes: object) -> None:
        self._gallery.narrow(dataclasses.replace(self._gallery.filter, **changes))

    def _captions_menu(self) -> QMenu:
        menu = QMenu(self)
        for caption, name in CAPTION_NAMES.items():
            action = menu.addAction(tr(name))
            action.setCheckable(True)
            action.setChecked(caption in self._captions)
            action.toggled.connect(lambda on, caption=caption: self._write(caption, on=on))
        return menu

    def _write(self, caption: Caption, *, on: bool) -> None:
        chosen = {*self._captions, caption} if on else {*self._captions} - {caption}
        self._captions = tuple(c for c in CAPTION_NAMES if c in chosen)
        self.captions_chosen.emit(self._captions)

    def _place(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, 3, GRID, 3)
        row.setSpacing(GRID // 2)
        for words, choice, way in (
            (tr("Sort"), self.order, self.order_way),
            (tr("Group"), self.group, self.group_way),
        ):
            row.addWidget(label(words, "dim"))
            row.addWidget(choice)
            row.addWidget(way)
            row.addSpacing(GRID)
        row.addWidget(self.ranges)
        row.addWidget(self.saved)
        row.addWidget(self.words)
        row.addStretch(1)
        row.addWidget(self.size, stretch=2)


def _choice(name: str, values: list[tuple[Key | None, str]]) -> Chooser:
    made = Chooser(name, letters=11)
    made.setMaxVisibleItems(20)
    for key, words in values:
        made.addItem(words, key)
    return made


def _way() -> QToolButton:
    made = QToolButton()
    made.setIconSize(QSize(18, 18))
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made
