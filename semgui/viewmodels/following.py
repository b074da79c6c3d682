"""How the models follow each other: what is read, painted or counted anew after something changed."""

from __future__ import annotations

from semgui.domain.ids import ImageId
from semgui.viewmodels.desk import Desk
from semgui.viewmodels.guest import Guest
from semgui.viewmodels.thumbnails import Thumbnail


class Following:
    """Connects the models on a desk, as long as it is kept."""

    def __init__(self, desk: Desk, guest: Guest) -> None:
        self._desk = desk
        self._guest = guest
        desk.gallery.current_changed.connect(desk.show_current)
        desk.gallery.rows_changed.connect(guest.go_to_sought)
        desk.inspector.changed.connect(self._show_picture)
        desk.picture.changed.connect(self._picture_changed)
        desk.thumbnails.arrived.connect(self._thumbnails_arrived)
        desk.hand.writer.databars_moved.connect(self._databars_moved)
        desk.hand.committed.connect(self._committed)
        desk.hand.changed.connect(self._changed_somewhere)
        desk.hand.taken_back.connect(self._go_where_it_happened)
        desk.hand.not_saved.connect(self._go_back_to_lost)
        desk.work.labels_changed.connect(desk.hand.changed_elsewhere)
        desk.work.rows_changed.connect(desk.gallery.refresh)
        desk.work.scanned.connect(desk.picture.try_again)  # its disk may be there again
        desk.work.answers_changed.connect(self._answers_changed)
        desk.live.rows_changed.connect(desk.gallery.refresh)
        desk.live.answers_changed.connect(self._some_answers_changed)

    # The picture

    def _show_picture(self) -> None:
        detail = self._desk.inspector.detail
        if detail is None:
            self._desk.picture.show(None)
        else:
            self._desk.picture.show(detail.picture, detail.neighbours)

    def _picture_changed(self) -> None:
        desk = self._desk
        picture = None if desk.picture.loading or desk.picture.error else desk.picture.shown
        for tool in (desk.look, desk.ruler, desk.crop):
            tool.set_picture(desk.picture.shown)
        desk.heatmap.set_picture(picture)
        if picture is not None:
            self._guest.classify(picture)

    def _thumbnails_arrived(self, arrived: tuple[Thumbnail, ...]) -> None:
        unreadable = [found.id for found in arrived if found.pixels is None]
        if unreadable:  # as their pixels turned out to be
            self._desk.gallery.forget_tiles(unreadable)
            self._desk.gallery.refresh()

    # Answers of the model

    def _answers_changed(self) -> None:
        self._desk.gallery.forget_tiles()
        self._desk.gallery.refresh()
        detail = self._desk.inspector.detail
        if detail is not None and detail.answer is None:
            self._desk.show_current()

    def _some_answers_changed(self, ids: tuple[ImageId, ...]) -> None:
        self._desk.gallery.forget_tiles(ids)
        self._desk.compare.refresh(ids)
        self._desk.gallery.refresh()
        if self._desk.gallery.current in ids:
            self._desk.show_current()

    # What the hand did

    def _committed(self, ids: tuple[ImageId, ...]) -> None:
        """Follow a change of these images; without any, of the classes alone."""
        if ids:
            self._desk.gallery.forget_tiles(ids)
        self._read_after_change(ids)

    def _changed_somewhere(self) -> None:
        """Follow a change of whatever images."""
        self._desk.gallery.forget_tiles()
        self._read_after_change(())

    def _read_after_change(self, ids: tuple[ImageId, ...]) -> None:
        desk = self._desk
        desk.gallery.refresh()
        desk.compare.refresh(ids)
        if not ids or desk.gallery.current in ids:
            desk.show_current()
        if desk.opened is not None:
            desk.read(desk.opened.taxonomy, desk.labels.set_taxonomy)

    def _databars_moved(self, ids: tuple[ImageId, ...]) -> None:
        """Do anew what depends on the area above the crop line; the answers are gone already."""
        self._desk.picture.forget(ids)
        self._desk.thumbnails.renew(ids)
        self._desk.work.classify()

    def _go_where_it_happened(self, ids: tuple[ImageId, ...]) -> None:
        if ids and self._desk.gallery.current not in ids:
            self._guest.go_to(ids[0])

    def _go_back_to_lost(self, ids: tuple[ImageId, ...]) -> None:
        """Go back to what could not be saved, if one has gone on from it: the first of several in a row."""
        gallery = self._desk.gallery
        row = gallery.row_of(ids[0])
        if 0 <= row < gallery.current_row:
            gallery.go_to_row(row)
