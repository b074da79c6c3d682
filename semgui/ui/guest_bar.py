"""Above an image that is looked at by itself: what it is, back to the project, and taking its folder in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from semgui.texts import tr
from semgui.ui.columns import ElidedLabel
from semgui.ui.theme import GRID
from semgui.viewmodels.desk import Mode
from semgui.viewmodels.session import Session


class GuestBar(QWidget):
    """Visible while one image is shown by itself."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("column")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = ElidedLabel()
        self.back = QPushButton()
        self.back.clicked.connect(session.back_to_project)
        self.take_in = QPushButton()
        self.take_in.clicked.connect(session.take_in_folder)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        row.setSpacing(GRID)
        row.addWidget(self.text, stretch=1)
        for button in (self.take_in, self.back):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(button)
        session.mode_changed.connect(self.refresh)
        session.inspector.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is the case."""
        session, detail = self._session, self._session.inspector.detail
        shown = session.mode is Mode.IMAGE and detail is not None
        self.setVisible(shown)
        if not shown:
            return
        in_project, name = session.opened is not None, detail.path.name
        if in_project:
            self.text.show_text(tr("{name} is not in the project", name=name))
            self.back.setText(tr("Back to {project}", project=session.title))
            self.take_in.setText(tr("Add its folder"))
        else:
            self.text.show_text(tr("{name}, without a project", name=name))
            self.take_in.setText(tr("Open its folder"))
        self.back.setVisible(in_project)
        self.take_in.setToolTip(str(detail.path.parent))
