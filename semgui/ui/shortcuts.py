"""The sheet of all keys (F1): to look at beside the work, to search, to change, to copy and to print."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMarginsF, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from semgui.texts import tr
from semgui.ui.actions import ActionInfo, Actions, shown_keys
from semgui.ui.columns import label
from semgui.ui.key_sheet import key_sheet, sheet_html, sheet_text
from semgui.ui.theme import GRID

_A4 = QPageLayout(
    QPageSize(QPageSize.PageSizeId.A4),
    QPageLayout.Orientation.Portrait,
    QMarginsF(15, 15, 15, 15),
    QPageLayout.Unit.Millimeter,
)
_KEYS_WIDTH = 26 * GRID
_ID = Qt.ItemDataRole.UserRole


class ShortcutSheet(QDialog):
    """Lists every action with its keys; keys that are chosen here count at once and are kept.

    Parameters
    ----------
    actions
        The actions of the window and their keys.
    """

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 640)
        self._actions = actions
        self._by_id = {info.id: info for info in actions.table}
        self._adding = False
        self._wanted = ""
        self._make_widgets()
        self._place()
        self._follow()
        self._fill()

    # Looking

    def _make_widgets(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search actions or keys"))
        self.search.setAccessibleName(tr("Search actions or keys"))
        self.search.setClearButtonEnabled(True)
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([tr("Action"), tr("Keys")])
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().resizeSection(1, _KEYS_WIDTH)
        self.capture = QKeySequenceEdit()
        self.capture.setMaximumSequenceLength(1)
        self.capture.setFixedWidth(22 * GRID)
        self.capture.hide()
        self.said = label(wrap=True)
        self.take = QPushButton(tr("Take the key"))
        self.change = QPushButton(tr("Change keys"))
        self.add = QPushButton(tr("Add keys"))
        self.remove = QPushButton(tr("No keys"))
        self.reset = QPushButton(tr("Reset"))
        self.reset_all = QPushButton(tr("Reset all"))
        self.copy = QPushButton(tr("Copy sheet"))
        self.pdf = QPushButton(tr("Save as PDF…"))
        self.take.hide()

    def _place(self) -> None:
        asked = QHBoxLayout()
        asked.addWidget(self.capture)
        asked.addWidget(self.said, stretch=1)
        asked.addWidget(self.take)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        for button in (self.change, self.add, self.remove, self.reset):
            buttons.addWidget(button)
        buttons.addStretch(1)
        whole = QHBoxLayout()
        whole.setSpacing(GRID)
        whole.addWidget(self.reset_all)
        whole.addStretch(1)
        whole.addWidget(self.copy)
        whole.addWidget(self.pdf)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, stretch=1)
        layout.addLayout(asked)
        layout.addLayout(buttons)
        layout.addLayout(whole)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter changes keys

    def _follow(self) -> None:
        self.search.textChanged.connect(self._filter)
        self.tree.currentItemChanged.connect(lambda *_: self._choose())
        self.tree.itemActivated.connect(lambda *_: self._ask(adding=False))
        self.change.clicked.connect(lambda: self._ask(adding=False))
        self.add.clicked.connect(lambda: self._ask(adding=True))
        self.remove.clicked.connect(lambda: self._actions.keymap.bind(self._current().id, ()))
        self.reset.clicked.connect(lambda: self._actions.keymap.reset(self._current().id))
        self.reset_all.clicked.connect(self._actions.keymap.reset_all)
        self.take.clicked.connect(self._bind)
        self.capture.keySequenceChanged.connect(self._pressed)
        self.copy.clicked.connect(self._copy)
        self.pdf.clicked.connect(self._save_pdf)
        self._actions.keymap.changed.connect(self._keys_changed)
        self.finished.connect(lambda _: self._actions.keymap.changed.disconnect(self._keys_changed))

    def _fill(self) -> None:
        """Show the table as it is now; classes may have got other keys."""
        before = self._current()
        self.tree.clear()
        for section in key_sheet(self._actions, all_actions=True):
            head = QTreeWidgetItem([section.title, ""])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            self.tree.addTopLevelItem(head)
            for line in section.lines:
                item = QTreeWidgetItem([line.words, line.keys])
                item.setData(0, _ID, line.action_id)
                item.setToolTip(0, line.tip)
                if line.changed:
                    bold = item.font(1)
                    bold.setBold(True)
                    item.setFont(1, bold)
                    item.setToolTip(1, tr("Chosen by you"))
                head.addChild(item)
                if before is not None and line.action_id == before.id:
                    self.tree.setCurrentItem(item)
            head.setExpanded(True)
        self.reset_all.setEnabled(self._actions.keymap.any_changed)
        self._filter(self.search.text())
        self._choose()

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        for row in range(self.tree.topLevelItemCount()):
            head = self.tree.topLevelItem(row)
            shown = 0
            for child in (head.child(i) for i in range(head.childCount())):
                said = f"{head.text(0)} {child.text(0)} {child.text(1)}".casefold()
                child.setHidden(not all(word in said for word in wanted))
                shown += not child.isHidden()
            head.setHidden(not shown)

    def _current(self) -> ActionInfo | None:
        item = self.tree.currentItem()
        return self._by_id.get(item.data(0, _ID)) if item is not None else None

    # Changing

    def _choose(self) -> None:
        info = self._current()
        mine = info is not None and not info.is_class_key
        self.capture.hide()
        self.take.hide()
        for button in (self.change, self.add, self.remove):
            button.setEnabled(mine)
        self.reset.setEnabled(mine and self._actions.keymap.is_changed(info.id))
        if mine:
            self.said.setText(info.sentence)
        elif info is not None:
            self.said.setText(tr("This key belongs to the class; change it where the class is edited."))
        else:
            self.said.setText(tr("Choose an action to change its keys."))

    def _ask(self, *, adding: bool) -> None:
        info = self._current()
        if info is None or info.is_class_key:
            return
        self._adding = adding
        self.take.hide()
        self.capture.clear()
        self.capture.show()
        self.capture.setFocus()
        self.said.setText(tr("Press the new keys for “{action}”.", action=info.plain_words))

    def _pressed(self, sequence: QKeySequence) -> None:
        info = self._current()
        key = sequence.toString(QKeySequence.SequenceFormat.PortableText)
        if not key or info is None or not self.capture.isVisible():
            return
        self._wanted = key
        owner = self._actions.owner(key, but=info.id)
        if owner is None:
            self._bind()
            return
        self.take.setVisible(not owner.is_class_key)
        shown = shown_keys([key])
        if owner.is_class_key:
            text = tr("{keys} is the key of the class {name}.", keys=shown, name=owner.plain_words)
        else:
            text = tr(
                "{keys} is the key of “{action}”, which would lose it.", keys=shown, action=owner.plain_words
            )
            self.take.setFocus()
        self.said.setText(text)

    def _bind(self) -> None:
        info = self._current()
        keymap = self._actions.keymap
        kept = keymap.keys(info.id) if self._adding else ()
        keymap.bind(info.id, tuple(dict.fromkeys((*kept, self._wanted))))
        self.tree.setFocus()

    def _keys_changed(self) -> None:
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        """Look again when the sheet comes to the front: classes may have got other keys."""
        super().changeEvent(event)
        came = event.type() is QEvent.Type.ActivationChange and self.isActiveWindow()
        if came and not self.capture.isVisible():
            self._fill()

    # Taking away

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(sheet_text(key_sheet(self._actions)))
        self.said.setText(tr("Copied."))

    def _save_pdf(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, tr("Save the sheet of keys"), "semgui-keys.pdf", filter="PDF (*.pdf)"
        )
        if chosen:
            save_pdf(Path(chosen), self._actions)
            self.said.setText(tr("Saved as {path}.", path=chosen))


def save_pdf(path: Path, actions: Actions) -> None:
    """Write the keys as they are now on pages of A4."""
    writer = QPdfWriter(str(path))
    writer.setPageLayout(_A4)
    document = QTextDocument()
    document.setHtml(sheet_html(key_sheet(actions)))
    document.print_(writer)
