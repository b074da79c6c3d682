"""Flag, exclusion, tags and note of what is chosen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QToolButton, QVBoxLayout, QWidget
from superqt import QFlowLayout

from semgui.texts import tr
from semgui.ui.columns import label
from semgui.ui.icons import themed
from semgui.ui.theme import GRID, Theme
from semgui.ui.typing import TypingBox, TypingLine
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.marks import MarkModel, MarkSummary

_NOTE_LINES = 2


class MarkPanel(QWidget):
    """Shows the marks of one image or of the selection, and changes them.

    Parameters
    ----------
    leave
        Gives the keyboard back to the pictures.
    """

    def __init__(
        self,
        marks: MarkModel,
        gallery: GalleryModel,
        leave: Callable[[], None],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._marks = marks
        self._gallery = gallery
        self._leave = leave
        self._noted = MarkSummary().ids  # the images whose note is in the box
        self.flag = _switch(tr("Flag"), tr("Flag to look at again"))
        self.exclude = _switch(tr("Exclude"), tr("Never train on this"))
        self.flag.clicked.connect(lambda: marks.toggle_flag(gallery.targets))
        self.exclude.clicked.connect(lambda: marks.toggle_excluded(gallery.targets))
        switches = QHBoxLayout()
        switches.setSpacing(GRID // 2)
        switches.addWidget(self.flag)
        switches.addWidget(self.exclude)
        self.tag_edit = TypingLine(leave)
        self.tag_edit.setPlaceholderText(tr("Tag"))
        self.tag_edit.setAccessibleName(tr("Add tag"))
        self.tag_edit.setMinimumWidth(64)
        self.tag_edit.entered.connect(self._add_tag)
        switches.addWidget(self.tag_edit, stretch=1)
        self._completions = QStringListModel(self)
        completer = QCompleter(self._completions, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.tag_edit.setCompleter(completer)
        self._chips = QWidget()
        self._flow = QFlowLayout(self._chips)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.setSpacing(GRID // 2)
        self.note = TypingBox(leave)
        self.note.setAccessibleName(tr("Note"))
        self.note.setFixedHeight(_NOTE_LINES * self.note.fontMetrics().lineSpacing() + 14)
        self.note.entered.connect(lambda text: marks.set_note(self._noted, text))
        self.problem = label(kind="warning", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(switches)
        for part in (self._chips, self.note, self.problem):
            layout.addWidget(part)
        marks.changed.connect(self.refresh)
        # What is typed before the note of these images is read would be written on those before.
        marks.turned.connect(lambda: self.note.setReadOnly(True))
        marks.refused.connect(self._show_problem)
        self.set_theme(theme)
        self.refresh()

    @property
    def is_typed_in(self) -> bool:
        """Whether there is something in the hand that nobody was told."""
        tag, note = self.tag_edit, self.note
        return (tag.hasFocus() and bool(tag.text())) or (note.hasFocus() and note.changed)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.flag.setIcon(themed("flag_outline", theme))
        self.exclude.setIcon(themed("cancel", theme))

    def type_tag(self) -> None:
        """Let the user type a tag."""
        self.tag_edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def type_note(self) -> None:
        """Let the user write the note."""
        self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Show the marks as they are."""
        summary = self._marks.summary
        several = len(summary.ids) > 1
        self._show_problem("")
        self._show_switch(self.flag, tr("Flag"), summary.flagged, len(summary.ids))
        self._show_switch(self.exclude, tr("Exclude"), summary.excluded, len(summary.ids))
        self._show_tags(summary)
        self._completions.setStringList(list(self._marks.known_tags))
        if summary.ids != self._noted:
            self.note.tell()  # of the images before, if somebody is still typing
            self._noted = summary.ids
        if not (self.note.hasFocus() and self.note.changed):
            self.note.show_text(summary.note)
        self.note.setReadOnly(False)
        self.note.setPlaceholderText(_note_hint(summary) if several else tr("Note"))

    def _show_switch(self, button: QToolButton, words: str, count: int, of: int) -> None:
        button.setChecked(0 < count == of)
        button.setText(words if count in (0, of) or of == 1 else f"{words} ({count:,}/{of:,})")

    def _show_tags(self, summary: MarkSummary) -> None:
        while self._flow.count():
            self._flow.takeAt(0).widget().deleteLater()
        for tag, count in summary.tags:
            self._flow.addWidget(self._chip(tag, count, len(summary.ids)))
        self._chips.setVisible(bool(summary.tags))

    def _chip(self, tag: str, count: int, of: int) -> QToolButton:
        chip = QToolButton()
        chip.setObjectName("chip")
        some = f" {count:,}/{of:,}" if count < of else ""
        chip.setText(f"{tag}{some}  ✕".replace("&", "&&"))
        chip.setToolTip(tr("Take the tag {tag} off", tag=tag))
        chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        chip.clicked.connect(lambda: self._marks.remove_tag(self._marks.summary.ids, tag))
        return chip

    def _add_tag(self, text: str) -> None:
        if not text.strip():
            self._leave()
            return
        self._marks.add_tag(self._gallery.targets, text)
        self.tag_edit.clear()

    def _show_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))


def _note_hint(summary: MarkSummary) -> str:
    if summary.noted:
        return tr("{n:,} of them have notes; what you write replaces them", "", summary.noted)
    return tr("Note for {n:,} image(s)", "", len(summary.ids))


def _switch(words: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName("switch")
    button.setText(words)
    button.setToolTip(tip)
    button.setCheckable(True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
