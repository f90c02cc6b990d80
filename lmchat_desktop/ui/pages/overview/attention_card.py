"""The card that lists what needs attention, and the dialog with an item's details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from lmchat_desktop.services.attention import Concern, Urgency, due_count
from lmchat_desktop.ui.pages.overview.attention import Worded, tr
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import GlyphMark
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import Card, Hairline
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

TONES = {Urgency.NOW: "bad", Urgency.SOON: "warn", Urgency.NOTE: "muted"}
GLYPHS = {
    Concern.ACCOUNT_SUSPENDED: "account",
    Concern.ERRORS_RISE: "errors",
    Concern.PROVIDER_SLOW: "latency",
    Concern.KEY_STILL_CALLED: "keys",
    Concern.KEY_EXPIRES: "keys",
    Concern.LEASE_ENDS: "devices",
    Concern.DEVICE_REVOKED: "devices",
    Concern.EMAIL_UNVERIFIED: "person",
    Concern.COUNTRY_UNKNOWN: "account",
}
MOST_SHOWN = 60
LEAST_HEIGHT_PX = 320


class AttentionCard(Card):
    """What needs attention, most urgent first.

    Attributes:
        step_taken: the `Worded` item whose button was pressed.
    """

    step_taken = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Needs attention"), parent)
        self.setObjectName("attention-card")
        self.setMinimumHeight(typography().px(LEAST_HEIGHT_PX))
        self._shown: tuple[Worded, ...] | None = None
        self._rows: list[AttentionRow] = []
        self._empty = EmptyState(
            "good",
            tr("Nothing needs attention"),
            tr("Keys, devices, accounts and providers are watched; what is due appears here."),
        )
        self._list = QWidget()
        self._list.setObjectName("scrolled")
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._scroller = QScrollArea(self)
        self._scroller.setWidgetResizable(True)
        self._scroller.setFrameShape(QFrame.Shape.NoFrame)
        self._scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroller.setWidget(self._list)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._scroller)
        self._stack.addWidget(self._empty)
        self.body.addLayout(self._stack, 1)

    @property
    def rows(self) -> list[AttentionRow]:
        """The rows, from top to bottom."""
        return list(self._rows)

    @property
    def shown(self) -> tuple[Worded, ...]:
        """What needs attention, most urgent first; more than the rows that there is room for."""
        return self._shown or ()

    def put(self, items: Sequence[Worded]) -> None:
        """Show items in place: rows that stay are not made anew."""
        if tuple(items) == self._shown:
            return
        self._shown = tuple(items)
        shown = items[:MOST_SHOWN]
        for row, worded in zip(self._rows, shown, strict=False):
            row.put(worded)
        for row in self._rows[len(shown) :]:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        del self._rows[len(shown) :]
        for worded in shown[len(self._rows) :]:
            row = AttentionRow(worded, self._list)
            row.step_taken.connect(self.step_taken)
            self._column.insertWidget(len(self._rows), row)
            self._rows.append(row)
        for row in self._rows:
            row.set_last(row is self._rows[-1])
        rest = len(items) - len(shown)
        parts = counted(items)
        if rest:
            parts.append(tr("{count} not listed").format(count=f"{rest:,}"))
        self.set_title(
            tr("Needs attention"),
            " · ".join(parts),
            tooltip=tr(
                "What is due should be acted on: the rail shows the same count beside Overview. "
                "Notes are only good to know."
            ),
        )
        self._stack.setCurrentWidget(self._scroller if items else self._empty)


def counted(items: Sequence[Worded]) -> list[str]:
    """How many items are due, as the rail's badge counts them, and how many are only notes."""
    due = due_count(worded.item for worded in items)
    notes = len(items) - due
    parts = [tr("{count} due").format(count=f"{due:,}")] if due else []
    if notes:
        words = tr("1 note") if notes == 1 else tr("{count} notes").format(count=f"{notes:,}")
        parts.append(words)
    return parts


class AttentionRow(QFrame):
    """One item: mark, words, and a button to the next step."""

    step_taken = Signal(object)

    def __init__(self, worded: Worded, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.worded = worded
        self._mark = GlyphMark("info", "muted", 18, self)
        self._title = PlainLabel("", self, wrap=True)
        self._detail = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self.button = Button("", self, look="link", small=True)
        self.button.clicked.connect(lambda: self.step_taken.emit(self.worded))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        self._row = row = QHBoxLayout()
        row.setContentsMargins(0, 10, 0, 10)
        row.setSpacing(12)
        row.addWidget(self._mark)
        row.addLayout(words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._line = Hairline(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._line)
        self.put(worded)

    def put(self, worded: Worded) -> None:
        """Show another item."""
        self.worded = worded
        urgency = worded.item.urgency
        self._mark.set_glyph(GLYPHS[worded.item.concern], TONES[urgency])
        self._title.setText(worded.title)
        self._detail.setText(worded.detail)
        self._detail.setVisible(bool(worded.detail))
        flag = Qt.AlignmentFlag
        self._row.setAlignment(self._mark, flag.AlignTop if worded.detail else flag.AlignVCenter)
        self.button.set_caption(worded.step.label)
        self.button.setAccessibleName(f"{worded.step.label}: {worded.title}")
        spoken = {
            Urgency.NOW: tr("Urgent"),
            Urgency.SOON: tr("Soon"),
            Urgency.NOTE: tr("Note"),
        }[urgency]
        self.setAccessibleName(f"{spoken}: {worded.title}. {worded.detail}")

    def set_last(self, last: bool) -> None:
        """No line below the last row."""
        self._line.setVisible(not last)

    def text(self) -> str:
        """What it says."""
        return self._title.whole_text()


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
