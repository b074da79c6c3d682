"""Asking for the files that classes and labels come from and go to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from semgui.texts import tr
from semgui.viewmodels.classes import ClassModel

_LISTS = "*.csv *.json"


def ask_class_list(parent: QWidget, classes: ClassModel) -> None:
    """Ask for a table or a JSON file with classes, and add them."""
    kinds = tr("Lists of classes ({patterns})", patterns=_LISTS)
    chosen, _ = QFileDialog.getOpenFileName(parent, tr("Import classes"), filter=kinds)
    if chosen:
        classes.import_list(Path(chosen))


def ask_class_folder(parent: QWidget, classes: ClassModel) -> None:
    """Ask for a folder whose sub-folders are named after classes, and add them."""
    chosen = QFileDialog.getExistingDirectory(parent, tr("A folder with one folder for each class"))
    if chosen:
        classes.import_list(Path(chosen))


def ask_class_target(parent: QWidget, classes: ClassModel) -> None:
    """Ask where the list of classes goes, and write it."""
    kinds = tr("Lists of classes ({patterns})", patterns=_LISTS)
    chosen, _ = QFileDialog.getSaveFileName(parent, tr("Export classes"), "classes.csv", kinds)
    if chosen:
        classes.export_list(Path(chosen))
