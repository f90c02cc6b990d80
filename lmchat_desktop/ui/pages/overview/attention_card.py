"""The card that lists what needs attention, and the dialog with an item's details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.services.attention import Concern, Urgency, due_count
from lmchat_desktop.ui.pages.overview.attention_list import (
    AttentionFace,
    AttentionList,
    AttentionRow,
)
from lmchat_desktop.ui.pages.overview.words import tr
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.ui.pages.overview.attention import Worded

TONES = {Urgency.NOW: "bad", Urgency.SOON: "warn", Urgency.NOTE: "muted"}
GLYPHS = {
    Concern.ACCOUNT_SUSPENDED: "account",
    Concern.ERRORS_RISE: "errors",
    Concern.PROVIDER_SLOW: "latency",
    Concern.KEY_STILL_CALLED: "keys",
    Concern.KEY_EXPIRES: "keys",
    Concern.KEY_OVER_BUDGET: "money",
    Concern.KEY_FOREIGN_ADDRESS: "keys",
    Concern.LEASE_ENDS: "devices",
    Concern.DEVICE_REVOKED: "devices",
    Concern.EMAIL_UNVERIFIED: "person",
    Concern.COUNTRY_UNKNOWN: "account",
}
MOST_SHOWN = 60


class AttentionCard(AttentionList):
    """What needs attention, each item with a step that can be taken.

    Attributes:
        step_taken: the `Worded` item whose button was pressed.
    """

    step_taken = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Worded, ...] | None = None

    @property
    def rows(self) -> list[WordedRow]:
        """The rows, from top to bottom."""
        return [row for row in self._rows if isinstance(row, WordedRow)]

    @property
    def shown(self) -> tuple[Worded, ...]:
        """What needs attention, most urgent first; more than the rows that there is room for."""
        return self._shown or ()

    @property
    def faces(self) -> list[AttentionFace]:
        """What the rows show."""
        return [face_of(worded) for worded in self.shown[:MOST_SHOWN]]

    def new_row(self) -> WordedRow:
        """A row whose step is told."""
        row = WordedRow(self._list)
        row.step_taken.connect(self.step_taken)
        return row

    def put(self, items: Sequence[Worded]) -> None:
        """Show items in place."""
        if tuple(items) == self._shown:
            return
        self._shown = tuple(items)
        parts = counted(items)
        rest = len(items) - MOST_SHOWN
        if rest > 0:
            parts.append(tr("{count} not listed").format(count=f"{rest:,}"))
        self.put_faces(self.faces, " · ".join(parts))
        for row, worded in zip(self.rows, items, strict=False):
            row.worded = worded


def counted(items: Sequence[Worded]) -> list[str]:
    """How many items are due, as the rail's badge counts them, and how many are only notes."""
    due = due_count(worded.item for worded in items)
    notes = len(items) - due
    parts = [tr("{count} due").format(count=f"{due:,}")] if due else []
    if notes:
        words = tr("1 note") if notes == 1 else tr("{count} notes").format(count=f"{notes:,}")
        parts.append(words)
    return parts


class WordedRow(AttentionRow):
    """A row that knows its item.

    Attributes:
        worded: the item, None before the first.
        step_taken: the item, when its button was pressed.
    """

    step_taken = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.worded: Worded | None = None
        self.button.clicked.connect(lambda: self.step_taken.emit(self.worded))


def face_of(worded: Worded) -> AttentionFace:
    """How an item is seen."""
    urgency = worded.item.urgency
    spoken = {
        Urgency.NOW: tr("Urgent"),
        Urgency.SOON: tr("Soon"),
        Urgency.NOTE: tr("Note"),
    }[urgency]
    return AttentionFace(
        glyph=GLYPHS[worded.item.concern],
        tone=TONES[urgency],
        title=worded.title,
        detail=worded.detail,
        step=worded.step.label,
        urgency=spoken,
    )


class DetailsDialog(QDialog):
    """Everything that is known of an item, to read and to copy."""

    def __init__(self, worded: Worded, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attention-details")
        self.setWindowTitle(tr("Details"))
        self.setMinimumWidth(typography().px(460))
        self._worded = worded
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for place, (label, text) in enumerate(worded.facts):
            top = Qt.AlignmentFlag.AlignTop
            grid.addWidget(PlainLabel(label, self, role="label", tone="muted"), place, 0, top)
            value = PlainLabel(text, self, wrap=True, selectable=True)
            value.setAccessibleName(f"{label}: {text}")
            grid.addWidget(value, place, 1)
        copying = Button(tr("Copy"), self, icon_name="copy")
        copying.clicked.connect(self.copy)
        closing = Button(tr("Close"), self, look="primary")
        closing.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(copying)
        foot.addStretch(1)
        foot.addWidget(closing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(16)
        layout.addWidget(PlainLabel(worded.title, self, role="strong", wrap=True))
        layout.addLayout(grid)
        layout.addStretch(1)
        layout.addLayout(foot)

    def copy(self) -> None:
        """Put the details on the clipboard as lines."""
        lines = [self._worded.title, *(f"{label}: {text}" for label, text in self._worded.facts)]
        QGuiApplication.clipboard().setText("\n".join(lines))
