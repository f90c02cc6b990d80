"""The list of what needs attention, as it looks: rows of a mark, words and a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from lmchat_desktop.ui.pages.overview.words import tr
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import GlyphMark
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import Card, Hairline
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line
from lmchat_desktop.ui.widgets.tab_order import order_tabs_in

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_HEIGHT_PX = 320


class AttentionFace(msgspec.Struct, frozen=True):
    """An item as it is seen. The names in it came from outside: plain text.

    Attributes:
        glyph, tone: the mark.
        title, detail: the words.
        step: what the button says.
        urgency: how urgent it is, as a screen reader says it.
    """

    glyph: str
    tone: str
    title: str
    detail: str
    step: str
    urgency: str


class AttentionList(Card):
    """What needs attention, most urgent first; an empty list says that nothing does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Needs attention"), parent)
        self.setObjectName("attention-card")
        self.setMinimumHeight(typography().px(LEAST_HEIGHT_PX))
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
    def rows(self) -> Sequence[AttentionRow]:
        """The rows, from top to bottom."""
        return list(self._rows)

    def new_row(self) -> AttentionRow:
        """A row that shows nothing yet."""
        return AttentionRow(self._list)

    def put_faces(self, faces: Sequence[AttentionFace], hint: str) -> None:
        """Show items in place: rows that stay are not made anew.

        Args:
            faces: the items that have a row.
            hint: what the title row says of all.
        """
        for row in self._rows[len(faces) :]:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        del self._rows[len(faces) :]
        for _missing in faces[len(self._rows) :]:
            row = self.new_row()
            self._column.insertWidget(len(self._rows), row)
            self._rows.append(row)
        order_tabs_in(self._list, [row.button for row in self._rows])
        for row, face in zip(self._rows, faces, strict=True):
            row.put_face(face)
            row.set_last(row is self._rows[-1])
        self.set_title(
            tr("Needs attention"),
            hint,
            tooltip=tr(
                "What is due should be acted on: the rail shows the same count beside Overview. "
                "Notes are only good to know."
            ),
        )
        self._stack.setCurrentWidget(self._scroller if faces else self._empty)


class AttentionRow(QFrame):
    """One item: mark, words, and a button to the next step.

    Attributes:
        button: the next step.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = GlyphMark("info", "muted", 18, self)
        self._title = PlainLabel("", self, wrap=True)
        self._detail = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self.button = Button("", self, look="link", small=True)
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

    def put_face(self, face: AttentionFace) -> None:
        """Show an item."""
        self._mark.set_glyph(face.glyph, face.tone)
        self._title.setText(face.title)
        self._detail.setText(face.detail)
        self._detail.setVisible(bool(face.detail))
        flag = Qt.AlignmentFlag
        self._row.setAlignment(self._mark, flag.AlignTop if face.detail else flag.AlignVCenter)
        self.button.set_caption(face.step)
        title = one_line(face.title)
        self.button.setAccessibleName(f"{face.step}: {title}")
        self.setAccessibleName(f"{face.urgency}: {title}. {one_line(face.detail)}")

    def set_last(self, last: bool) -> None:
        """No line below the last row."""
        self._line.setVisible(not last)

    def text(self) -> str:
        """What it says."""
        return self._title.whole_text()
