"""Everything that is read can be said in another language: a pseudo-language shows what escapes."""

from __future__ import annotations

import functools
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import PySide6
import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QMenu, QWidget

from semgui.catalogue.presets import load_preset
from semgui.texts import tr, use_translator
from semgui.ui.translation import load_translation

_TOOLS = Path(PySide6.__file__).parent
_ROOT = Path(__file__).parents[2]
_OPEN, _CLOSE = "⟦", "⟧"
# Esperanto: a language that Qt knows and that nothing is translated into.
_LANGUAGE = "eo"
# Names of our own and of others, and what is no word.
_NAMES = {"SEMGui", "CSV", "JSON", "LayerCAM", "Grad", "CAM"}


@pytest.fixture(scope="module")
def pseudo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a translation in which every text stands in brackets, made as real ones are."""
    folder = tmp_path_factory.mktemp("translations")
    ts = folder / f"semgui_{_LANGUAGE}.ts"
    sources = ["-extensions", "py", "-tr-function-alias", "tr+=mark", "-locations", "none"]
    _run("lupdate", *sources, str(_ROOT / "semgui"), "-ts", str(ts))
    tree = ET.parse(ts)
    for message in tree.iter("message"):
        said = f"{_OPEN}{message.findtext('source')}{_CLOSE}"
        translation = message.find("translation")
        translation.attrib.clear()
        forms = translation.findall("numerusform")
        for form in forms:
            form.text = said
        if not forms:
            translation.text = said
    tree.write(ts, encoding="utf-8", xml_declaration=True)
    _run("lrelease", str(ts))
    return folder


@pytest.fixture
def in_pseudo(qapp, pseudo: Path) -> Iterator[None]:
    """The application in the pseudo-language."""
    assert load_translation(qapp, _LANGUAGE, pseudo)
    yield
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    use_translator(None)


def test_a_language_without_a_translation_stays_english(qapp, tmp_path: Path) -> None:
    assert not load_translation(qapp, "de", tmp_path)
    assert tr("Open folder…") == "Open folder…"


@pytest.mark.usefixtures("in_pseudo")
def test_qt_translates_with_counts_and_values() -> None:
    assert tr("Open folder…") == "⟦Open folder…⟧"
    assert tr("Copied {n:,} path(s).", "", 1200) == "⟦Copied 1,200 path(s).⟧"


@pytest.mark.usefixtures("in_pseudo")
def test_no_text_of_the_window_escapes(open_window) -> None:
    window = open_window().window
    QApplication.processEvents()
    actions = window.actions_
    said = [(f"menu {menu.title()}", menu.title()) for menu in window.menuBar().findChildren(QMenu)]
    for info in actions.table:
        if info.visible():
            said += [(info.id, info.words), (f"tip of {info.id}", info.sentence)]
    for part in (window, *window.findChildren(QWidget)):
        if _is_ours(part):
            said += [(f"{type(part).__name__} of {_owner(part)}", text) for text in _texts(part)]
    escaped = sorted({f"{where}: {text}" for where, text in said if _is_english(text)})
    assert not escaped, "\n".join(escaped)


def _texts(part: QWidget) -> list[str]:
    texts = [part.toolTip(), part.accessibleName()]
    if isinstance(part, QAbstractButton | QLabel):
        texts.append(part.text())
    if isinstance(part, QLineEdit):
        texts.append(part.placeholderText())
    return texts


def _is_english(text: str) -> bool:
    without = text
    while (inner := re.sub(f"{_OPEN}[^{_OPEN}{_CLOSE}]*{_CLOSE}", "", without)) != without:
        without = inner
    without = re.sub(r"\(.*?\)", "", without)  # keys, as in "Open folder (Ctrl+O)"
    words = re.findall(r"[A-Za-z]{3,}", without)
    return any(word not in _NAMES | _class_names() for word in words)


@functools.cache
def _class_names() -> frozenset[str]:
    """Words of the names that classes of presets have: data."""
    names = " ".join(c.name for preset in ("nffa10", "lattices") for c in load_preset(preset))
    return frozenset(re.findall(r"[A-Za-z]{3,}", names))


def _is_ours(part: QWidget) -> bool:
    """Whether Qt or napari did not make it."""
    return not part.objectName().startswith("qt_") and "napari" not in _owner(part)


def _owner(part: QWidget) -> str:
    while part is not None:
        module = type(part).__module__
        if module.startswith(("semgui", "napari")):
            return f"{module}.{type(part).__name__}"
        part = part.parentWidget()
    return ""


def _run(tool: str, *arguments: str) -> None:
    subprocess.run([str(_TOOLS / tool), *arguments], check=True, capture_output=True)
