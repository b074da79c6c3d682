"""The crop line of the databar: where it is, where the user moves it, and for which images."""

from __future__ import annotations

from collections.abc import Callable

from psygnal import Signal

from semgui.domain.ids import ImageId
from semgui.review.commands import Command
from semgui.review.databar_commands import FindDatabar, PlaceDatabar, Scope
from semgui.texts import tr
from semgui.viewmodels.picture import Picture
from semgui.viewmodels.writer import Action, Writer


class CropModel:
    """Moves the crop line of the picture on screen.

    Nothing is written while the line is dragged or stepped; a drop or `apply` is one action, taken back like
    a label.

    Attributes
    ----------
    editing
        Whether the controls are shown; keys move the line then.
    scope
        Which images beside this one the next action is for.
    dragging
        Whether the line is in the hand.
    """

    changed = Signal()

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._picture: Picture | None = None
        self._moved: int | None = None
        self.editing = False
        self.dragging = False
        self.scope = Scope.IMAGE

    @property
    def possible(self) -> bool:
        """Whether the line could be moved: there is a project, and a picture of it."""
        return self._writer.possible and self._picture is not None and self._picture.image is not None

    @property
    def row(self) -> int | None:
        """Where the line is drawn: its place on the disk, or where the user is moving it."""
        if self._moved is not None:
            return self._moved
        return None if self._picture is None else self._picture.databar_row

    @property
    def is_moved(self) -> bool:
        """Whether the line is elsewhere than on the disk."""
        return self._moved is not None

    @property
    def words(self) -> str:
        """Where the line comes from, in words."""
        picture = self._picture
        if picture is None:
            return ""
        if self._moved is not None:
            return tr("row {row}, not applied yet", row=self._moved)
        bar = picture.databar
        if bar.row is None:
            return tr("none, as you said") if bar.source == "user" else tr("none found")
        sources = {
            "tag": tr("row {row}, told by the file", row=bar.row),
            "pixels": tr("row {row}, found in the pixels", row=bar.row),
            "user": tr("row {row}, placed by you", row=bar.row),
        }
        words = sources[bar.source or "pixels"]
        return words if bar.certain else tr("{words}, uncertain", words=words)

    def set_picture(self, picture: Picture | None) -> None:
        """Move the line of another picture."""
        if picture is not self._picture:
            self._picture = picture
            self._moved = None
            self.dragging = False
            self.changed.emit()

    def toggle(self) -> None:
        """Show the controls, or put them away; a line that was not applied goes back."""
        self.editing = not self.editing
        self._moved = None
        self.changed.emit()

    def set_scope(self, scope: Scope) -> None:
        """Choose the images that the next action is for."""
        self.scope = scope
        self.changed.emit()

    def begin(self) -> None:
        """Take the line into the hand."""
        self.dragging = True

    def drag(self, row: int) -> None:
        """Move the line to a row; nothing is written."""
        if self._picture is not None:
            self._moved = min(max(row, 1), len(self._picture.pixels) - 1)
            self.changed.emit()

    def drop(self) -> None:
        """Let the line go: for one image it holds at once; for more, `apply` is waited for."""
        self.dragging = False
        if self.scope is Scope.IMAGE:
            self.apply()
        else:
            self.editing = True
            self.changed.emit()

    def step(self, rows: int) -> None:
        """Move the line by some rows; where there is none, it begins at 90 % of the height."""
        if self._picture is not None:
            row = self.row
            self.drag(round(0.9 * len(self._picture.pixels)) if row is None else row + rows)

    def apply(self) -> None:
        """Let the line hold where it is drawn."""
        if self.row is not None:
            self._write(lambda image: PlaceDatabar(image, self.row, self.scope), tr("Databar"))

    def remove(self) -> None:
        """Say that there is no databar."""
        self._write(lambda image: PlaceDatabar(image, None, self.scope), tr("No databar"))

    def find(self) -> None:
        """Have it looked for in the file again."""
        self._moved = None
        self._write(lambda image: FindDatabar(image, self.scope), tr("Databar"))

    def _write(self, command: Callable[[ImageId], Command], said: str) -> None:
        picture = self._picture
        if picture is None or picture.image is None or not self._writer.possible:
            return

        def done(action: Action | None) -> None:
            # The picture with the new line follows; until then the line stays where it was put.
            follows = action is not None and picture.image in action.cropped
            if picture is self._picture and not follows:
                self._moved = None
            self.changed.emit()

        self._writer.do(command(picture.image), said, done=done)
