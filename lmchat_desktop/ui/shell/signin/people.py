"""The people of a sandbox's sample world, as cards to sign in with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from lmchat_desktop.ui.shell.centred import CentredCard
from lmchat_desktop.ui.shell.person_menu import initials, role_title
from lmchat_desktop.ui.shell.signin.model import by_role
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.paint import focus_ring, rounded
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.contract.sandbox import SandboxPerson

CARD_PX = 56
COLUMNS = 2
CIRCLE_PX = 32


class PersonCard(QAbstractButton):
    """One person: initials, name, and where they belong."""

    def __init__(self, person: SandboxPerson, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.person = person
        self._name = one_line(person.person.name)
        roles = (role_title(role) for role in person.operator_roles)
        self._place = one_line(", ".join((*roles, *person.accounts)))
        self.setObjectName(f"person-{person.person.id}")
        self.setAccessibleName(f"{self._name}, {self._place}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(typography().px(260), typography().px(CARD_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(typography().px(120), typography().px(CARD_PX))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours, fonts = tokens(), typography()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        fill = colours.pressed if self.isDown() else colours.hover if self.underMouse() else None
        rounded(painter, rect, 5.5, fill=fill or colours.raised, border=colours.line)
        side = fonts.px(CIRCLE_PX)
        circle = QRectF(12, (rect.height() - side) / 2, side, side)
        rounded(painter, circle, side / 2, fill=colours.soft)
        painter.setFont(fonts.label(strong=True))
        painter.setPen(QColor(colours.accent))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, initials(self._name))
        left = circle.right() + 12
        room = rect.width() - left - 12
        half = rect.height() / 2
        self._line(painter, QRectF(left, 0, room, half), self._name, strong=True)
        self._line(painter, QRectF(left, half, room, half), self._place, strong=False)
        focus_ring(painter, self, colours, 5)

    def _line(self, painter: QPainter, rect: QRectF, text: str, *, strong: bool) -> None:
        fonts = typography()
        painter.setFont(fonts.text(strong=True) if strong else fonts.label())
        painter.setPen(QColor(tokens().text if strong else tokens().muted))
        # Of a place the end says in which role.
        elide = Qt.TextElideMode.ElideRight if strong else Qt.TextElideMode.ElideMiddle
        shown = painter.fontMetrics().elidedText(text, elide, int(rect.width()))
        side = Qt.AlignmentFlag.AlignBottom if strong else Qt.AlignmentFlag.AlignTop
        inset = rect.adjusted(0, 2, 0, -2 if not strong else 0)
        painter.drawText(inset, side | Qt.AlignmentFlag.AlignLeft, shown)


class PeopleView(QWidget):
    """Choose whom to be; signing in as several people opens several windows.

    Attributes:
        person_chosen: the `SandboxPerson`.
        cards: by the person's id.
    """

    person_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("people")
        self.cards: dict[str, PersonCard] = {}
        self._frame = CentredCard(640, self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._frame)
        body = self._frame.body
        body.addWidget(PlainLabel(self.tr("Whom do you want to be?"), self, role="title"))
        body.addWidget(
            PlainLabel(
                self.tr(
                    "This is a private sandbox with a sample world. Its people are invented; "
                    "what they see depends on their role."
                ),
                self,
                tone="muted",
                wrap=True,
            )
        )
        self._message = Banner("bad", "", self)
        self._message.hide()
        body.addWidget(self._message)
        self._groups = QVBoxLayout()
        self._groups.setSpacing(8)
        body.addLayout(self._groups)
        self._made: list[QWidget] = []

    def show_people(self, people: Sequence[SandboxPerson]) -> None:
        """Offer these people, staff first."""
        for widget in self._made:
            widget.hide()
            widget.deleteLater()
        self._made, self.cards = [], {}
        for group in by_role(list(people)):
            head = PlainLabel(
                f"{group.title} · {group.words}", self, role="label", tone="muted", wrap=True
            )
            grid_room = QWidget(self)
            grid = QGridLayout(grid_room)
            grid.setContentsMargins(0, 0, 0, 8)
            grid.setSpacing(8)
            for number, person in enumerate(group.people):
                card = PersonCard(person, grid_room)
                card.clicked.connect(lambda _=False, chosen=person: self.person_chosen.emit(chosen))
                grid.addWidget(card, number // COLUMNS, number % COLUMNS)
                self.cards[person.person.id] = card
            if len(group.people) < COLUMNS:
                grid.addWidget(QWidget(grid_room), 0, COLUMNS - 1)
            for column in range(COLUMNS):
                grid.setColumnStretch(column, 1)
            self._groups.addWidget(head)
            self._groups.addWidget(grid_room)
            self._made += [head, grid_room]

    def say(self, kind: str, text: str) -> None:
        """Say what happened above the cards; an empty text takes it away."""
        self._message.set_message(kind, text)
        self._message.setVisible(bool(text))

    def focus_first(self) -> None:
        """Put the keyboard on the first card."""
        for card in self.cards.values():
            card.setFocus(Qt.FocusReason.OtherFocusReason)
            return
