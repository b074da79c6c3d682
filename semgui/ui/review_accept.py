"""Accepting predictions unseen: the precision asked for, the evidence, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from semgui.review.audit import Part
from semgui.services.accept import AcceptProposal
from semgui.texts import tr
from semgui.ui.columns import label, restyle, with_room
from semgui.ui.theme import GRID
from semgui.viewmodels.review_accept import FIRST_SAMPLE, AcceptModel

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_WIDTH = 720  # pixels: lines that can be read


class AcceptPage(QScrollArea):
    """Says what can be accepted and why, and starts the audit that is missing."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        session = window.session
        self._accept: AcceptModel = session.accept
        self._labels = session.labels
        self.precision = QDoubleSpinBox()
        self.precision.setRange(50, 99.9)
        self.precision.setDecimals(1)
        self.precision.setSingleStep(1)
        self.precision.setSuffix(" %")
        self.precision.setValue(100 * self._accept.precision)
        self.precision.setAccessibleName(tr("Precision asked for"))
        with_room(self.precision)
        self.ask = QPushButton(tr("What can be accepted?"))
        self.verdict = label(kind="title", wrap=True)
        self.sentences = label(wrap=True)
        self._facts = _Pairs()
        self._classes = _Pairs()
        self._classes_heading = label(tr("Images by class"), "heading")
        self.accept = QPushButton()
        self.accept.setObjectName("primary")
        self.more = QPushButton()
        self.labels_said = label(wrap=True)
        self.unlabelled_said = label(wrap=True)
        self.draw_labelled, self.draw_unlabelled = QPushButton(), QPushButton()
        self._place()
        self.ask.clicked.connect(lambda: self._accept.ask(self.precision.value() / 100))
        self.accept.clicked.connect(self._accept.accept)
        self.accept.clicked.connect(self.setFocus)  # Ctrl+Z means this, and not what was typed above
        self.more.clicked.connect(self._draw_more)
        self.draw_labelled.clicked.connect(lambda: self._draw(Part.LABELLED))
        self.draw_unlabelled.clicked.connect(lambda: self._draw(Part.UNLABELLED))
        self._accept.changed.connect(self.refresh)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Read where the audit stands."""
        super().showEvent(event)
        self._accept.refresh()

    def read_if_seen(self) -> None:
        """Read another project."""
        if self.isVisible():
            self._accept.refresh()

    def refresh(self) -> None:
        """Show what is known."""
        accept, proposal = self._accept, self._accept.proposal
        self.ask.setEnabled(not accept.asking)
        restyle(self.verdict, "warning" if accept.problem else "title")
        self.verdict.setText(tr("Looking at the evidence…") if accept.asking else self._verdict(proposal))
        self.verdict.setVisible(bool(self.verdict.text()))
        self.sentences.setText("\n".join(proposal.sentences()) if proposal else "")
        self.sentences.setVisible(proposal is not None)
        self._facts.show_pairs(_evidence(proposal) if proposal else [])
        self._classes.show_pairs(self._by_class(proposal) if proposal else [])
        self._classes_heading.setVisible(bool(proposal and proposal.ids))
        self.accept.setVisible(bool(proposal and proposal.ids))
        self.accept.setText(tr("Accept {n:,} prediction(s)", "", len(proposal.ids) if proposal else 0))
        missing = proposal.promise.more_needed if proposal else None
        self.more.setVisible(bool(missing))
        self.more.setText(tr("Judge {n:,} more image(s) blind", "", missing or 0))
        self._show_audit()

    def _verdict(self, proposal: AcceptProposal | None) -> str:
        if self._accept.problem:
            return self._accept.problem
        if proposal is None:
            return ""
        if proposal.promise.threshold is None:
            return tr("Nothing can be promised yet.")
        return tr(
            "{n:,} prediction(s) can be accepted: at least {p} of them are right, with 95 % confidence.",
            "",
            len(proposal.ids),
            p=_percent(proposal.promise.precision),
        )

    def _by_class(self, proposal: AcceptProposal) -> list[tuple[str, str]]:
        names = dict(proposal.class_names)
        found = sorted(proposal.counts.items(), key=lambda item: -item[1])
        return [(self._name(class_id, names), f"{count:,}") for class_id, count in found]

    def _name(self, class_id: object, names: dict[object, str]) -> str:
        found = self._labels.class_of(class_id)
        return found.name if found else names.get(class_id, str(class_id))

    def _show_audit(self) -> None:
        audit, errors = self._accept.audit, self._accept.errors
        self.labels_said.setText(errors.sentence() if errors else "")
        if audit is None:
            self.unlabelled_said.setText("")
        else:
            part = audit.parts[Part.UNLABELLED]
            self.unlabelled_said.setText(
                tr(
                    "{judged:,} of {size:,} images drawn without a label are judged.",
                    judged=int(part.judged.sum()),
                    size=part.size,
                )
            )
        for part, button in ((Part.LABELLED, self.draw_labelled), (Part.UNLABELLED, self.draw_unlabelled)):
            waiting = 0 if audit is None else len(audit.parts[part].waiting)
            there = audit is not None and len(audit.parts[part].order) > audit.parts[part].size
            button.setEnabled(bool(waiting) or there)
            if waiting:
                button.setText(tr("Judge the {n:,} that wait", "", waiting))
            else:
                button.setText(tr("Draw {n:,} and judge them blind", "", FIRST_SAMPLE[part]))

    def _draw(self, part: Part) -> None:
        audit = self._accept.audit
        waiting = audit is not None and bool(len(audit.parts[part].waiting))
        self._accept.draw(part, 0 if waiting else FIRST_SAMPLE[part])

    def _draw_more(self) -> None:
        proposal = self._accept.proposal
        if proposal is not None and proposal.promise.more_needed:
            self._accept.draw(Part.UNLABELLED, proposal.promise.more_needed)

    def _place(self) -> None:
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        room = QWidget()
        room.setObjectName("page")
        room.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout()
        column.setSpacing(GRID)
        column.addWidget(label(tr("Accept predictions unseen"), "big"))
        column.addWidget(
            _said(
                tr(
                    "Images without a label get the class that the model predicts, above a confidence that "
                    "promises the precision you ask for. The evidence is a random sample that people judged "
                    "blind; labels that a queue asked for would flatter or slander the model."
                )
            )
        )
        column.addLayout(_row(QLabel(tr("Precision")), self.precision, self.ask))
        for part in (self.verdict, self.sentences, self._facts, self._classes_heading, self._classes):
            column.addWidget(part)
        column.addLayout(_row(self.accept, self.more))
        column.addSpacing(2 * GRID)
        column.addWidget(label(tr("How many labels are wrong"), "heading"))
        column.addWidget(self.labels_said)
        column.addLayout(_row(self.draw_labelled))
        column.addSpacing(GRID)
        column.addWidget(label(tr("How good predictions are"), "heading"))
        column.addWidget(self.unlabelled_said)
        column.addLayout(_row(self.draw_unlabelled))
        column.addStretch(1)
        body = QWidget()
        body.setMaximumWidth(_WIDTH)
        body.setLayout(column)
        across = QHBoxLayout(room)
        across.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        across.addWidget(body, stretch=1)
        across.addStretch(0)
        self.setWidget(room)
        for button in self.findChildren(QPushButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


class _Pairs(QWidget):
    """Names and numbers in two columns."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(3 * GRID)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(2, 1)

    def show_pairs(self, pairs: list[tuple[str, str]]) -> None:
        """Show these."""
        while (item := self._grid.takeAt(0)) is not None:
            item.widget().deleteLater()
        for row, (name, value) in enumerate(pairs):
            number = label(value)
            number.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(label(name, "dim"), row, 0)
            self._grid.addWidget(number, row, 1)
        self.setVisible(bool(pairs))


def _evidence(proposal: AcceptProposal) -> list[tuple[str, str]]:
    promise = proposal.promise
    pairs = [(tr("Precision asked for"), _percent(promise.precision))]
    if promise.threshold is not None:
        pairs += [
            (tr("Confidence from which on it holds"), f"{promise.threshold:.3f}"),
            (tr("Images without a label above it"), f"{len(proposal.ids):,}"),
            (tr("Precision that the evidence proves"), _percent(promise.proven)),
        ]
    pairs += [
        (tr("Judged images (near-duplicates once) near it"), f"{promise.trials:,}"),
        (tr("Predicted right among them"), f"{promise.right:,}"),
        (tr("Audit labels that count"), f"{proposal.judged:,}"),
        (tr("Not counted: the model was trained on them"), f"{proposal.learned:,}"),
        (tr("Not counted yet: one before them waits"), f"{proposal.behind_a_gap:,}"),
        (tr("Images without a label"), f"{proposal.candidates:,}"),
    ]
    if promise.more_needed:
        pairs.append((tr("More to judge, about"), f"{promise.more_needed:,}"))
    return pairs


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _said(words: str) -> QLabel:
    return label(words, "dim", wrap=True)


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GRID)
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return row
