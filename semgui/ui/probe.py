"""Ask Qt and OpenGL about themselves; run as a subprocess, since a broken driver can kill the process."""

from __future__ import annotations

import json

from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext
from PySide6.QtWidgets import QApplication


def probe() -> dict[str, str | None]:
    """Return platform, screen and the OpenGL renderer, ``None`` where there is no OpenGL."""
    app = QApplication([])
    screen = QGuiApplication.primaryScreen()
    size = screen.size()
    found: dict[str, str | None] = {
        "platform": app.platformName(),
        "screen": f"{size.width()}×{size.height()} at {screen.devicePixelRatio():g}×",
        "renderer": None,
        "version": None,
    }
    surface = QOffscreenSurface()
    surface.create()
    context = QOpenGLContext()
    if context.create() and context.makeCurrent(surface):
        # PySide6-Essentials' own functions object lacks glGetString; vispy's does not.
        from vispy.gloo import gl

        found["renderer"] = gl.glGetParameter(gl.GL_RENDERER)
        found["version"] = gl.glGetParameter(gl.GL_VERSION)
        context.doneCurrent()
    return found


if __name__ == "__main__":
    print(json.dumps(probe()))  # noqa: T201 - this is its answer
