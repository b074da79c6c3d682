"""What the gallery is narrowed to, as chips that can be taken away, and the filters kept under a name."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from semgui.texts import tr
from semgui.ui.columns import label
from semgui.ui.icons import themed
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.filters import Chip, chips, cleared, in_words
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.labelling import LabelModel

_LONGEST = 220  # pixels of a chip's words


class ChipButton(QToolButton):
    """One condition; a click takes it away."""

    def __init__(self, chip: Chip, theme: Theme) -> None:
        super().__init__()
        self.chip = chip
        self.setObjectName("chip")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands at the right
        self.setIcon(themed("close", theme))
        self.setIconSize(QSize(14, 14))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        words = QFontMetrics(self.font()).elidedText(chip.text, Qt.TextElideMode.ElideMiddle, _LONGEST)
        self.setText(words.replace("&", "&&"))
        self.setToolTip(tr("{condition} – click to take it away", condition=chip.text))
        self.setAccessibleName(tr("Take away: {condition}", condition=chip.text))


class ChipRow(QWidget):
    """Chips side by side; those that find no room are counted at the end."""

    removed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._chips: list[ChipButton] = []
        self._more = label(kind="dim")
        self._more.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_chips(self, found: tuple[Chip, ...], theme: Theme) -> None:
        """Show these."""
        for old in self._chips:
            old.hide()
            old.deleteLater()
        self._chips = []
        for chip in found:
            button = ChipButton(chip, theme)
            button.setParent(self)
            button.clicked.connect(partial(self.removed.emit, chip))
            self._chips.append(button)
        self.updateGeometry()
        self._place()

    def buttons(self) -> list[ChipButton]:
        """Return the chips."""
        return list(self._chips)

    def sizeHint(self) -> QSize:
        """As wide as all chips."""
        sizes = [chip.sizeHint() for chip in self._chips]
        width = sum(size.width() + GRID // 2 for size in sizes)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSizeHint(self) -> QSize:
        """One line, however narrow."""
        return QSize(40, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many as there is room for."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        x, hidden = 0, 0
        spare = QFontMetrics(self.font()).horizontalAdvance(tr("{n} more", "", 99)) + GRID
        for number, chip in enumerate(self._chips):
            size = chip.sizeHint()
            is_last = number == len(self._chips) - 1
            fits = not hidden and x + size.width() <= self.width() - (0 if is_last and not hidden else spare)
            chip.setVisible(fits)
            if fits:
                chip.setGeometry(QRect(x, (self.height() - size.height()) // 2, size.width(), size.height()))
                x += size.width() + GRID // 2
            else:
                hidden += 1
        self._more.setVisible(bool(hidden))
        self._more.setText(tr("{n} more", "", hidden))
        self._more.setToolTip("\n".join(c.chip.text for c in self._chips if c.isHidden()))
        self._more.setGeometry(x, 0, spare, self.height())


class FilterBar(QWidget):
    """Shown while there is a filter: what it is, and the ways out of it."""

    def __init__(self, gallery: GalleryModel, labels: LabelModel, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("column")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._gallery = gallery
        self._labels = labels
        self._theme = theme
        self._shown: tuple[Chip, ...] = ()
        self.found = label(kind="dim")
        self.row = ChipRow()
        self.clear = QToolButton()
        self.clear.setText(tr("Clear all"))
        self.clear.setToolTip(tr("Show all images again"))
        self.clear.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, 3, GRID, 3)
        row.setSpacing(GRID)
        row.addWidget(self.found)
        row.addWidget(self.row, stretch=1)
        row.addWidget(self.clear)
        self.row.removed.connect(lambda chip: gallery.narrow(chip.without))
        self.clear.clicked.connect(lambda: gallery.narrow(cleared(gallery.filter)))
        for signal in (gallery.filter_changed, labels.taxonomy_changed):
            signal.connect(self.refresh)
        gallery.rows_changed.connect(lambda _: self._count())
        gallery.counts_changed.connect(self._count)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw the crosses in another theme."""
        self._theme = theme
        self.row.show_chips(self._shown, theme)

    def refresh(self) -> None:
        """Show the conditions as they are."""
        self._shown = chips(self._gallery.filter, self._labels.name_of)
        self.row.show_chips(self._shown, self._theme)
        self.setAccessibleName(in_words(self._gallery.filter, self._labels.name_of))
        self.setVisible(bool(self._shown))
        self._count()

    def _count(self) -> None:
        here, total = self._gallery.ids.size, self._gallery.facets.total
        self.found.setText(tr("{here:,} of {total:,}", here=here, total=total))
