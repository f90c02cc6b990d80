"""The card of roles that wait for a second person, and of what was decided last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.contract.operators import GrantState
from lmchat_desktop.domain import formatting
from lmchat_desktop.services.operators import against_deciding, against_inviting
from lmchat_desktop.ui.pages.acting.allowing import allow
from lmchat_desktop.ui.pages.operators.words import role_list, tr
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import Card, Hairline
from lmchat_desktop.ui.widgets.paragraph import Paragraph
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtGui import QResizeEvent

    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.contract.operators import Grant
    from lmchat_desktop.services.operators import OperatorsPicture

DECIDED_SHOWN = 3
NARROWEST_PX = 560
"""Below this the ways to decide stand below what they decide on."""


class GrantRow(QWidget):
    """Roles that wait: who would get what, who asked and why, and the ways to decide.

    Attributes:
        approve, reject, withdraw: the buttons.
    """

    def __init__(self, grant: Grant, now: datetime, parent: QWidget) -> None:
        super().__init__(parent)
        self.grant = grant
        words = QVBoxLayout()
        words.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._around = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._around.setContentsMargins(0, 0, 0, 0)
        self._around.setSpacing(8)
        self._around.addLayout(words, 1)
        self._around.addLayout(row)
        title = tr("{name} is to be given: {roles}").replace("{roles}", role_list(grant.roles))
        words.addWidget(
            Paragraph(title.replace("{name}", grant.person_name), self, role="strong", wrap=True)
        )
        age = translated(formatting.ago((now - grant.asked_at).total_seconds()))
        asked = tr("Asked for by {name}, {age}: “{reason}”").replace("{age}", age)
        asked = asked.replace("{name}", grant.asked_by_name).replace("{reason}", grant.reason)
        words.addWidget(Paragraph(asked, self, tone="muted", wrap=True))
        self.withdraw = Button(tr("Withdraw…"), self, look="quiet", small=True)
        self.reject = Button(tr("Reject…"), self, small=True)
        self.approve = Button(tr("Approve…"), self, look="primary", small=True)
        for button in (self.withdraw, self.reject, self.approve):
            row.addWidget(button)
        row.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the ways to decide beside what they decide on, or below."""
        super().resizeEvent(event)
        beside = self.width() >= typography().px(NARROWEST_PX)
        self._around.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )


class WaitingCard(Card):
    """Roles that wait for a second person, each with the ways to decide.

    Attributes:
        rows: of what waits.
        asked: the grant, and `approve`, `reject` or `withdraw`.
    """

    asked = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Waiting for a second person"), parent)
        self.setObjectName("waiting-card")
        self.rows: list[GrantRow] = []
        self._content: QWidget | None = None

    def put(self, picture: OperatorsPicture, me: Me, now: datetime, offline: str | None) -> None:
        """Show what waits and what was decided last."""
        if self._content is not None:
            self.body.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._content = QWidget(self)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.rows = []
        for grant in picture.waiting:
            row = GrantRow(grant, now, self._content)
            for name, button in self._buttons(row):
                button.clicked.connect(
                    lambda _checked=False, grant=grant, name=name: self.asked.emit(grant, name)
                )
            decide = offline or against_deciding(picture, me, grant)
            allow(row.approve, decide)
            allow(row.reject, decide)
            allow(row.withdraw, offline or against_inviting(me))
            column.addWidget(row)
            column.addWidget(Hairline(self._content))
            self.rows.append(row)
        if not picture.waiting:
            nothing = tr("Nothing waits. Roles that bring a right to approve appear here.")
            column.addWidget(PlainLabel(nothing, self._content, tone="muted", wrap=True))
        for grant in picture.decided[:DECIDED_SHOWN]:
            label = Paragraph(
                decided_text(grant, now), self._content, role="label", tone="muted", wrap=True
            )
            column.addWidget(label)
        self.body.addWidget(self._content)
        self.set_title(
            self.heading.whole_text(), f"{len(picture.waiting):,}" if picture.waiting else ""
        )

    @staticmethod
    def _buttons(row: GrantRow) -> tuple[tuple[str, Button], ...]:
        return (("approve", row.approve), ("reject", row.reject), ("withdraw", row.withdraw))


def decided_text(grant: Grant, now: datetime) -> str:
    """What became of roles that waited."""
    templates = {
        GrantState.APPROVED: tr("{person}: {roles}, approved by {name} {age}: “{reason}”"),
        GrantState.REJECTED: tr("{person}: {roles}, rejected by {name} {age}: “{reason}”"),
        GrantState.WITHDRAWN: tr("{person}: {roles}, withdrawn by {name} {age}: “{reason}”"),
        GrantState.LAPSED: tr("{person}: {roles}, lapsed by an act of {name} {age}: “{reason}”"),
    }
    at = grant.decided_at or now
    values = {
        "{roles}": role_list(grant.roles),
        "{age}": translated(formatting.ago((now - at).total_seconds())),
        "{person}": grant.person_name,
        "{name}": grant.decided_by_name or formatting.UNKNOWN,
        "{reason}": grant.decision_reason,
    }
    text = templates.get(grant.state, "{person}: {roles}")
    for name, value in values.items():
        text = text.replace(name, value)
    return text
