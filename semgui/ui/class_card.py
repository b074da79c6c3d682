"""What a class is, as a tooltip: name, key, description and example images."""

from __future__ import annotations

import base64
import html

from semgui.domain.taxonomy import SemClass
from semgui.texts import tr
from semgui.viewmodels.examples import ExampleModel

_SHOWN = 4
_HEIGHT = 84  # pixels of an example


def class_card(sem_class: SemClass, examples: ExampleModel) -> str:
    """Return rich text that Qt's tooltips show; pictures that are not read yet come the next time."""
    name = html.escape(sem_class.name)
    key = f" &nbsp;({html.escape(sem_class.shortcut)})" if sem_class.shortcut else ""
    lines = [f"<b>{name}</b>{key}"]
    if sem_class.description:
        lines.append(html.escape(sem_class.description).replace("\n", "<br>"))
    pictures = [picture for i in sem_class.examples[:_SHOWN] if (picture := examples.get(i))]
    if pictures:
        lines.append("&nbsp;".join(_image(picture) for picture in pictures))
    if len(sem_class.examples) > _SHOWN:
        lines.append(tr("and {n} more example(s)", "", len(sem_class.examples) - _SHOWN))
    # A table of a set width, since a tooltip of rich text breaks its lines at no width of its own.
    return f"<table width='340'><tr><td>{'<br>'.join(lines)}</td></tr></table>"


def _image(jpeg: bytes) -> str:
    data = base64.b64encode(jpeg).decode("ascii")
    return f"<img height='{_HEIGHT}' src='data:image/jpeg;base64,{data}'>"
