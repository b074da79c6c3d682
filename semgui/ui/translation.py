"""Qt's translation behind `semgui.texts`: one ``semgui_LANGUAGE.qm``, chosen once at the start."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from semgui.paths import resources_dir
from semgui.texts import use_translator


def load_translation(app: QCoreApplication, language: str, folder: Path | None = None) -> bool:
    """Say everything in a language from now on; widgets made before keep their words.

    Parameters
    ----------
    language
        ``de``, ``pt_BR``; ``system`` for the user's own.
    folder
        Where the ``.qm`` files lie; those that are shipped by default.

    Returns
    -------
    bool
        Whether there is such a translation; without it everything stays in English.
    """
    locale = QLocale.system() if language == "system" else QLocale(language)
    ours = QTranslator(app)
    if not ours.load(locale, "semgui", "_", str(folder or resources_dir() / "translations")):
        use_translator(None)
        return False
    qts = QTranslator(app)  # "Cancel", "Open" and the file dialogs
    if qts.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(qts)
    app.installTranslator(ours)
    # Free functions have no class to be the context, so lupdate files all texts under the empty one.
    use_translator(lambda text, comment, n: QCoreApplication.translate("", text, comment, n))
    return True
