"""Draw the icon of the application in the sizes and formats that systems ask for, from the SVG.

Usage: python packaging/make_icons.py FOLDER
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon

SIZES = (16, 24, 32, 48, 64, 128, 256, 512, 1024)
_OF_WINDOWS, _OF_LINUX, _OF_MAC = 256, 512, 1024
SOURCE = Path(__file__).resolve().parent.parent / "resources" / "icons" / "semgui.svg"


def drawn(icon: QIcon, side: int) -> Image.Image:
    """Return the icon, `side` pixels wide; drawn anew at each size, so that small ones are sharp."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture = icon.pixmap(QSize(side, side), 1.0)
    picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio).save(buffer, "PNG")
    return Image.open(io.BytesIO(content.data())).convert("RGBA")


def main(folder: Path) -> None:
    """Write them all."""
    folder.mkdir(parents=True, exist_ok=True)
    app = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    icon = QIcon(str(SOURCE))
    pictures = {side: drawn(icon, side) for side in SIZES}
    for side, picture in pictures.items():
        picture.save(folder / f"semgui-{side}.png")
    pictures[_OF_LINUX].save(folder / "semgui.png")
    small = [pictures[side] for side in SIZES if side < _OF_WINDOWS]
    pictures[_OF_WINDOWS].save(
        folder / "semgui.ico", sizes=[(s, s) for s in SIZES if s <= _OF_WINDOWS], append_images=small
    )
    larger = [pictures[side] for side in SIZES if side != _OF_MAC]
    pictures[_OF_MAC].save(folder / "semgui.icns", append_images=larger)
    del app


if __name__ == "__main__":
    main(Path(sys.argv[1]))
