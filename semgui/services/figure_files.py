"""Figures as PNG, TIFF and SVG files, with their size on paper and what they show written inside."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from semgui.domain.errors import SemguiError, UsageError
from semgui.exchange.atomic import put_in_place
from semgui.services.figure import Figure
from semgui.services.figure_marks import FONT_FAMILY, Ink, Lettering, rim_width

_NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SUFFIXES = (".png", ".tif", ".tiff", ".svg")


def check_figure_path(path: Path) -> None:
    """Refuse a name that tells no format.

    Raises
    ------
    UsageError
        For any other suffix than `SUFFIXES`.
    """
    if path.suffix.casefold() not in SUFFIXES:
        raise UsageError(f"{path.name}: a figure is a .png, .tif or .svg file.")


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure; the suffix tells the format. A file of the same name is replaced, all or nothing.

    Raises
    ------
    UsageError
        The suffix tells no format.
    SemguiError
        The file cannot be written.
    """
    check_figure_path(path)
    encoded = _encoded(figure, path.suffix.casefold())
    try:
        with put_in_place(path) as beside:
            beside.write_bytes(encoded)
    except OSError as error:
        raise SemguiError(f"{path}: the figure cannot be written ({error.strerror or error}).") from None


def as_bytes(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return brightness in [0, 1] as 8 bit."""
    return np.asarray(np.rint(picture * 255), np.uint8)


def _encoded(figure: Figure, suffix: str) -> bytes:
    if suffix == ".svg":
        return _svg(figure).encode()
    drawn = figure.drawn()
    values = np.asarray(np.rint(drawn * 65535), np.uint16) if figure.sixteen_bit else as_bytes(drawn)
    return _png(values, figure) if suffix == ".png" else _tiff(values, figure)


def _png(values: NDArray[np.uint8] | NDArray[np.uint16], figure: Figure) -> bytes:
    text = PngInfo()
    text.add_itxt("Description", json.dumps(figure.record, ensure_ascii=False))
    text.add_text("Software", "SEMGui")
    out = io.BytesIO()
    Image.fromarray(values).save(out, "PNG", dpi=(figure.dpi, figure.dpi), pnginfo=text)
    return out.getvalue()


def _tiff(values: NDArray[np.uint8] | NDArray[np.uint16], figure: Figure) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(
        out,
        values,
        photometric="minisblack" if values.ndim == 2 else "rgb",
        compression="zlib",
        predictor=True,
        resolution=(figure.dpi, figure.dpi),
        resolutionunit="INCH",
        description=json.dumps(figure.record),  # plain ASCII, as the tag wants it
        software="SEMGui",
        metadata=None,
    )
    return out.getvalue()


def _svg(figure: Figure) -> str:
    """Return the picture embedded as PNG, bar and letters as vectors; lengths are pixels of the picture."""
    rows, columns = figure.picture.shape[:2]
    width, height = figure.size_mm
    plain = io.BytesIO()
    Image.fromarray(as_bytes(figure.picture)).save(plain, "PNG")
    data = base64.b64encode(plain.getvalue()).decode()
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<svg {_NAMESPACES}",
        f'  width="{width:.4f}mm" height="{height:.4f}mm" viewBox="0 0 {columns} {rows}">',
        f"<title>{escape(str(figure.record.get('source', '')))}</title>",
        f"<desc>{escape(json.dumps(figure.record, ensure_ascii=False))}</desc>",
        f'<image width="{columns}" height="{rows}" preserveAspectRatio="none"',
        f'  xlink:href="data:image/png;base64,{data}"/>',
    ]
    if figure.bar is not None:
        left, top, across, thick = figure.bar.box
        look = _svg_ink(figure.bar.lettering.ink, figure.bar.lettering.size)
        parts.append(f'<rect x="{left:.2f}" y="{top:.2f}" width="{across:.3f}" height="{thick:.2f}" {look}/>')
    parts += [_svg_words(lettering) for lettering in figure.letterings]
    return "\n".join([*parts, "</svg>", ""])


def _svg_words(lettering: Lettering) -> str:
    x, y = lettering.at
    # Pillow counts from the upper edge of the line, SVG from the foot of the letters.
    foot = y + 0.928 * lettering.size
    return (
        f'<text x="{x:.2f}" y="{foot:.2f}" font-family={quoteattr(f"{FONT_FAMILY}, Arial, sans-serif")} '
        f'font-size="{lettering.size:.2f}" {_svg_ink(lettering.ink, lettering.size)}>'
        f"{escape(lettering.text)}</text>"
    )


def _svg_ink(ink: Ink, size: float) -> str:
    fill, rim = (
        f"#{round(255 * level):02x}" + f"{round(255 * level):02x}" * 2 for level in (ink.fill, ink.rim)
    )
    return f'fill="{fill}" stroke="{rim}" stroke-width="{2 * rim_width(size)}" paint-order="stroke"'
