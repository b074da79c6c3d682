"""Context menus: what can be done with what was pointed at, from the action table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from semgui.domain.ids import ClassId
from semgui.ui.actions import Context

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


class ContextMenus:
    """Shows the menu of a context at a place of the screen."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def show(self, context: Context, where: QPoint) -> None:
        """Offer what can be done there."""
        actions = self._window.actions_
        actions.refresh()  # what was pointed at may be another than before
        menu = actions.context_menu(context)
        if menu.isEmpty():
            menu.deleteLater()
        else:
            menu.popup(where)

    def of_picture(self, where: QPoint) -> None:
        """Offer what can be done with the picture."""
        self.show(Context.PICTURE, where)

    def of_thumbnails(self, where: QPoint) -> None:
        """Offer what can be done with the images chosen."""
        self.show(Context.THUMBNAILS, where)

    def of_class(self, class_id: ClassId, where: QPoint) -> None:
        """Offer what can be done with a class."""
        self._window.pointed.class_id = class_id
        self.show(Context.CLASS, where)

    def of_listed_class(self, class_id: ClassId, where: QPoint) -> None:
        """Offer what can be done with a class in the list that it is changed in."""
        self._window.pointed.class_id = class_id
        self.show(Context.CLASS_LIST, where)

    def of_folder(self, folder: Path, where: QPoint) -> None:
        """Offer what can be done with a folder."""
        self._window.pointed.folder = folder
        self.show(Context.FOLDER, where)
