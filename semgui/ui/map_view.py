"""The map with its tools, its legend and what is chosen on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from semgui.domain.ids import ImageId
from semgui.processes import is_frozen
from semgui.services.embedding_map import Layout
from semgui.services.umap_plane import is_installed
from semgui.texts import mark, tr
from semgui.ui.actions import Context
from semgui.ui.columns import label
from semgui.ui.filter_bar import FilterBar
from semgui.ui.map_canvas import MapCanvas
from semgui.ui.map_card import MapCard
from semgui.ui.map_legend import MapLegend
from semgui.ui.map_message import MapMessage
from semgui.ui.map_side import MapSide
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.map import MapModel, MapState
from semgui.viewmodels.map_choice import Picking
from semgui.viewmodels.map_colours import NAMES, ColourBy
from semgui.viewmodels.tasks import Lane
from semgui.viewmodels.tiles import Tile

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_LAYOUTS = (
    (Layout.PCA, mark("Principal axes"), mark("At once; distances are those of the model")),
    (Layout.UMAP, mark("UMAP"), mark("Neighbours stay together; takes a minute for 20,000 images")),
)


class MapView(QWidget):
    """Map, legend and choice side by side."""

    def __init__(self, window: MainWindow, model: MapModel) -> None:
        super().__init__()
        self._window = window
        self._session = window.session
        self.model = model
        self._hovered: ImageId | None = None
        self.canvas = MapCanvas(model, window.theme)
        self.card = MapCard(window.session.labels, self.canvas)
        self.legend = MapLegend(model, window.theme)
        self.side = MapSide(window, model)
        self.filters = FilterBar(window.session.gallery, window.session.labels, window.theme)
        self.filters.found.hide()  # it counts the thumbnails, which are what is chosen here
        self.layouts, self.colours = _choice(tr("Layout")), _choice(tr("Colour by"))
        for layout, name, tip in _LAYOUTS:
            self.layouts.addItem(tr(name), layout)
            self.layouts.setItemData(self.layouts.count() - 1, tr(tip), Qt.ItemDataRole.ToolTipRole)
        for by in ColourBy:
            self.colours.addItem(tr(NAMES[by]), by)
        self.count = label(kind="dim")
        self.take_in = QPushButton()
        self.take_in.setToolTip(tr("Place what the model has seen since; all others stay where they are"))
        self.message = MapMessage()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self.message)
        self._place()
        self._follow()
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for part in (self.canvas, self.legend, self.side, self.filters):
            part.set_theme(theme)

    def refresh(self) -> None:
        """Show the state of the map."""
        model = self.model
        ready = model.state is MapState.READY
        self._stack.setCurrentWidget(self.canvas if ready else self.message)
        self.layouts.setCurrentIndex(self.layouts.findData(model.layout))
        self.colours.setCurrentIndex(self.colours.findData(model.by))
        self._say_state()
        self._count()
        self.take_in.setVisible(ready and model.map.missing > 0 and not model.is_drawing)
        self.take_in.setText(tr("{n:,} not on the map yet", "", model.map.missing))

    # Inside

    def _follow(self) -> None:
        model, session = self.model, self._session
        model.changed.connect(self.refresh)
        for signal in (model.points_changed, model.shown_changed, model.picked_changed):
            signal.connect(self._count)
        model.points_changed.connect(self._show_current)
        session.gallery.current_changed.connect(self._show_current)
        session.activities.changed.connect(self._say_state)
        session.hand.examples.arrived.connect(self._picture_arrived)
        self.layouts.activated.connect(lambda _: self._lay_out(Layout(self.layouts.currentData())))
        self.colours.activated.connect(lambda _: model.colour_by(ColourBy(self.colours.currentData())))
        self.take_in.clicked.connect(lambda _: model.draw())
        self.canvas.rested.connect(self._hover)
        self.canvas.opened.connect(self.open_image)
        self.canvas.menu_asked.connect(lambda where: self._window.menus.show(Context.THUMBNAILS, where))
        self.canvas.missed.connect(
            lambda: session.notices.info(tr("No image that is shown lies there; what was chosen stays so."))
        )
        self.side.open_button.clicked.connect(lambda: self._window.modes.show("browse"))
        self.side.grid.opened.connect(lambda: self._window.modes.show("browse"))
        self.legend.pointed.connect(self.canvas.emphasise)
        self.legend.chosen.connect(self._choose_entry)
        self.message.button.clicked.connect(self._help)

    def _lay_out(self, layout: Layout) -> None:
        if layout is Layout.UMAP and not is_installed():
            self._session.notices.warn(
                tr("UMAP is not part of the installed application; SEMGui from pip takes it as an extra.")
                if is_frozen()
                else tr('UMAP is not installed: pip install "semgui[umap]", then start SEMGui again.')
            )
            self.refresh()
        elif layout is not self.model.layout:
            self.model.draw(layout)

    def open_image(self, row: int) -> None:
        """Show the image of a point large."""
        self.model.pick_point(row)
        self._window.modes.show("browse")

    def _choose_entry(self, line: int, keys: Qt.KeyboardModifier) -> None:
        how = Picking.ONLY
        if keys & Qt.KeyboardModifier.ControlModifier:
            how = Picking.REMOVE
        elif keys & Qt.KeyboardModifier.ShiftModifier:
            how = Picking.ADD
        self.model.pick(self.model.colours.entries[line].rows, how)

    def _show_current(self) -> None:
        self.canvas.show_current(self.model.row_of(self._session.gallery.current))

    def _count(self) -> None:
        model = self.model
        if model.state is not MapState.READY:
            self.count.setText("")
            return
        words = [tr("{n:,} image(s)", "", len(model.map))]
        if model.shown_count < len(model.map):
            words.append(tr("{n:,} pass the filter", "", model.shown_count))
        if model.picked_count:
            words.append(tr("{n:,} chosen", "", model.picked_count))
        self.count.setText(" · ".join(words))

    # What the mouse rests on

    def _hover(self, row: int, point: QPointF) -> None:
        if row < 0:
            self._hovered = None
            self.card.hide()
            return
        opened, image_id = self._session.opened, self.model.id_at(row)
        if opened is None:
            return
        self._hovered = image_id

        def done(tiles: list[Tile]) -> None:
            if self._hovered == image_id and tiles:
                self.card.show_tile(tiles[0])
                self.card.show_picture(self._session.hand.examples.get(image_id))
                self.card.open_at(point)

        self._window.runner.run(
            Lane.READ,
            lambda: opened.library.tiles([image_id]),
            done,
            lambda error: self._session.notices.failed(tr("The image could not be read"), error),
        )

    def _picture_arrived(self) -> None:
        if self._hovered is not None and self.card.isVisible():
            self.card.show_picture(self._session.hand.examples.get(self._hovered))

    # What is said in the place of the map

    def _say_state(self) -> None:
        state, work = self.model.state, self._session.work
        if state is MapState.NO_MODEL:
            self.message.say(
                tr("There is no map without a model"),
                tr("The map is drawn from what a model sees in the images. Choose one in Models."),
                tr("Go to Models"),
            )
        elif state is MapState.EMPTY and work.classifying:
            self.message.say(
                tr("The model is looking at the images"),
                tr("The map appears as soon as it has seen some; the bottom line says how far it is."),
                busy=True,
            )
        elif state is MapState.EMPTY:
            self.message.say(
                tr("Nothing has been classified yet"),
                tr("The map is drawn from what the model sees in the images. It has to look at them first."),
                tr("Classify new images"),
            )
        elif state is MapState.DRAWING:
            self.message.say(tr("Drawing the map…"), "", busy=True)
        elif state is MapState.FAILED:
            self.message.say(tr("There is no map"), self.model.problem, tr("Draw it again"))

    def _help(self) -> None:
        state = self.model.state
        if state is MapState.NO_MODEL:
            self._window.modes.show("models")
        elif state is MapState.EMPTY:
            self._session.work.classify()
        else:
            self.model.draw()

    def _place(self) -> None:
        actions = self._window.actions_.by_id
        bar = QWidget()
        bar.setObjectName("column")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(GRID, 3, GRID, 3)
        row.setSpacing(GRID // 2)
        for words, part in ((tr("Layout"), self.layouts), (tr("Colour"), self.colours)):
            row.addWidget(label(words, "dim"))
            row.addWidget(part)
            row.addSpacing(GRID)
        for action in ("map.move", "map.lasso", "map.rectangle", "map.fit"):
            button = QToolButton()
            button.setDefaultAction(actions[action])
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.take_in)
        row.addWidget(self.count)
        legend = QWidget()
        legend.setObjectName("column")
        legend.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        below = QVBoxLayout(legend)
        below.setContentsMargins(GRID, GRID, GRID, GRID)
        below.addWidget(self.legend)
        below.addStretch(1)
        legend.setMinimumWidth(160)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for part, stretch in ((legend, 0), (self._stack, 1), (self.side, 0)):
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        self.splitter.setSizes([248, 764, 352])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.filters)
        column.addWidget(self.splitter, stretch=1)


def _choice(name: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setMaxVisibleItems(20)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made
