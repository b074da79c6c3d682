"""Images dragged from the thumbnails onto something that takes them."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from semgui.domain.ids import ImageId
from semgui.ui.theme import Theme

IMAGES_MIME = "application/x-semgui-images"
"""What is dragged: the ids of images in decimal, one a line."""

_BADGE = 22
_SHOWN = 96  # longest edge of the picture at the pointer


def images_mime(ids: tuple[ImageId, ...]) -> QMimeData:
    """Return what a drag of images carries."""
    mime = QMimeData()
    mime.setData(IMAGES_MIME, "\n".join(str(i) for i in ids).encode())
    return mime


def dragged_images(mime: QMimeData) -> tuple[ImageId, ...]:
    """Return the images that a drag carries; none where it carries something else."""
    if not mime.hasFormat(IMAGES_MIME):
        return ()
    text = bytes(mime.data(IMAGES_MIME).data()).decode("ascii", "replace")
    return tuple(ImageId(int(line)) for line in text.split() if line.isdigit())


def drag_pixmap(picture: QPixmap, count: int, theme: Theme) -> QPixmap:
    """Return what hangs at the pointer: a small picture and, for several images, how many they are."""
    ratio = QApplication.primaryScreen().devicePixelRatio()
    small = picture.scaled(
        round(_SHOWN * ratio),
        round(_SHOWN * ratio),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    small.setDevicePixelRatio(ratio)
    words = f"{count:,}"
    size = small.deviceIndependentSize()
    made = QPixmap(round((size.width() + _BADGE) * ratio), round((size.height() + _BADGE / 2) * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(0.85)
    painter.drawPixmap(QPointF(0, _BADGE / 2), small)
    painter.setOpacity(1)
    if count > 1:
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        width = max(_BADGE, painter.fontMetrics().horizontalAdvance(words) + 12)
        badge = QRectF(size.width() + _BADGE - width, 0, width, _BADGE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(badge, _BADGE / 2, _BADGE / 2)
        painter.setPen(QColor(theme.on_accent))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return made
