"""Gives a key a new secret, with an overlap in which the present one goes on working."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QCoreApplication, Signal

from lmchat_desktop.contract.keys import KeyRotate
from lmchat_desktop.ui.pages.keys.act_dialog import ActDialog
from lmchat_desktop.ui.pages.keys.instant_choice import InstantChoice, Limits
from lmchat_desktop.ui.pages.keys.key_line import KeyLine
from lmchat_desktop.ui.pages.keys.overlaps import latest_of_new, why_not_rotate
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.keys import ApiKey, KeyCreated
    from lmchat_desktop.ui.pages.keys.acts import KeyActs
    from lmchat_desktop.ui.shell.context import PageContext

translate = QCoreApplication.translate

NONE = "none"
DAY = "day"


class RotateDialog(ActDialog):
    """Asks for the overlap, says what happens when and what stays, and rotates.

    Each wish has one idempotency key: after a lost answer the same wish is sent again, which
    answers the secret that was made the first time.

    Attributes:
        overlap: the choice of the overlap.
        rotated: the key and its new secret, a `KeyCreated`; the dialog has closed.
    """

    rotated = Signal(object)

    def __init__(
        self, key: ApiKey, acts: KeyActs, context: PageContext, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            translate("RotateDialog", "Rotate this key's secret?"),
            context,
            parent,
            act=translate("RotateDialog", "Make the new secret"),
            acting=translate("RotateDialog", "Making it…"),
            width=660,
        )
        self.setObjectName("rotate-key")
        self._key, self._acts = key, acts
        self._now = context.session.clock.now
        self._wish: tuple[KeyRotate, str] | None = None
        self.content.addWidget(KeyLine(key.name, key.hint, self))
        self.overlap = self._choice()
        self.overlap.changed.connect(self._ready)
        self.content.addWidget(self.overlap)
        self.add_content(
            self.tr(
                "A new secret is made and shown once, right after this. Until the overlap ends, "
                "both secrets work; its end can be moved, and the rotation undone."
            )
        )
        self.add_content(
            self.tr(
                "It stays the same key: its id ({id}), its budget with what was spent, its limits, "
                "its networks and its history are as before."
            ).format(id=key.id),
            tone="muted",
        )
        self._ready()
        self.overlap.take_focus()

    def begin(self) -> None:
        at = self.overlap.at()
        if self._wish is None and at is not None:
            overlap_s = max(0, int((at - self._now()).total_seconds()))
            self._wish = KeyRotate(overlap_s=overlap_s), uuid4().hex
        if self._wish is not None:
            self.run(self._acts.rotate, self._key.id, *self._wish, on_done=self._done)

    def words_of_unsure(self) -> str:
        return self.tr(
            "The new secret may have been made. Trying again never makes a second one: it brings "
            "the one that was made."
        )

    def _not_done(self, error: BaseException) -> None:
        super()._not_done(error)
        if not self.unsure:
            # Nothing was done: what is asked for next is another wish.
            self._wish = None

    def _done(self, created: KeyCreated) -> None:
        self.accept()
        self.rotated.emit(created)

    def _choice(self) -> InstantChoice:
        return InstantChoice(
            self.tr("How long the present secret goes on working"),
            [
                (NONE, self.tr("None"), timedelta(0)),
                ("hour", self.tr("1 hour"), timedelta(hours=1)),
                (DAY, self.tr("24 hours"), timedelta(days=1)),
                ("week", self.tr("7 days"), timedelta(days=7)),
                ("month", self.tr("30 days"), timedelta(days=30)),
            ],
            self.tr("The present secret {hint} stops working").format(hint=self._key.hint),
            self.context.zone.zone,
            Limits(
                self._now,
                self._now,
                lambda: latest_of_new(self._key, self._now()),
                self._why_latest(),
            ),
            self,
            current=DAY,
            remark_of=self._remark,
        )

    def _why_latest(self) -> str:
        now = self._now()
        if latest_of_new(self._key, now) == self._key.expires_at:
            return self.tr("The key itself expires then, and both secrets with it.")
        return self.tr("An overlap is 90 days at most.")

    def _remark(self, value: str, _at: datetime) -> tuple[str, str]:
        if value == NONE:
            return self.tr(
                "That is at once: whatever still sends the present secret fails from then on."
            ), "warn"
        return self.tr("Give the new secret to everything that uses this key before that."), "muted"

    def _ready(self) -> None:
        why = why_not_rotate(self._key, self._now())
        self.set_ready(translated(why) if why is not None else self.overlap.why_not())
