"""Ends a key for good, after a look at what used it and with its name typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from lmchat_desktop.contract.keys import KeyState
from lmchat_desktop.ui.pages.acting.act_words import in_both
from lmchat_desktop.ui.pages.acting.typed_name import TypedConfirmation
from lmchat_desktop.ui.pages.keys.act_dialog import ActDialog
from lmchat_desktop.ui.pages.keys.key_line import KeyLine
from lmchat_desktop.ui.pages.keys.overlaps import in_overlap, old_ends_at
from lmchat_desktop.ui.pages.keys.recent_use import RecentUse
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from lmchat_desktop.contract.keys import ApiKey
    from lmchat_desktop.ui.pages.keys.acts import KeyActs
    from lmchat_desktop.ui.shell.context import PageContext

translate = QCoreApplication.translate

LONGEST_REASON = 500


class RevokeDialog(ActDialog):
    """Shows what would fail, says that it cannot be undone, and revokes.

    Attributes:
        use: what used the key in the last 24 hours.
        reason: why; it goes to the audit log.
        typed: the key's name, to be typed.
        revoked: the key as it stands then, an `ApiKey`; the dialog has closed.
    """

    revoked = Signal(object)

    def __init__(
        self, key: ApiKey, acts: KeyActs, context: PageContext, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            translate("RevokeDialog", "Revoke this key for good?"),
            context,
            parent,
            act=translate("RevokeDialog", "Revoke this key"),
            acting=translate("RevokeDialog", "Revoking…"),
            look="danger",
            width=720,
        )
        self.setObjectName("revoke-key")
        self._key, self._acts = key, acts
        self.content.addWidget(KeyLine(key.name, key.hint, self))
        self.use = RecentUse(key, acts, context, self)
        self.use.changed.connect(self._use_known)
        self.content.addWidget(self.use)
        self._rotation()
        self.add_content(
            self.tr(
                "From the moment it is revoked every request with this key fails. This cannot be "
                "undone: a revoked key never works again. Its history and what it cost stay."
            )
        )
        self.reason = self._reason_field()
        self.typed = TypedConfirmation(
            self.tr("Type the key's name to confirm"), key.name, self._inner
        )
        self.typed.changed.connect(self._ready)
        self.content.addWidget(self.typed)
        self._ready()
        self.use.ask()

    def begin(self) -> None:
        reason = self.reason.text().strip()
        self.run(self._acts.revoke, self._key.id, reason, on_done=self._done)

    def words_of_unsure(self) -> str:
        return self.tr(
            "The key may be revoked already. Trying again is safe: a revoked key stays as it is."
        )

    def _rotation(self) -> None:
        now = self.context.session.clock.now()
        ends_at = old_ends_at(self._key)
        if not in_overlap(self._key, now) or ends_at is None:
            return
        words = self.tr(
            "It is in rotation: the secret before ({hint}) stops now as well, not at {time}."
        ).format(hint=self._key.old_hint or "", time=in_both(ends_at, self.context.zone.zone))
        self.content.addWidget(Banner("warn", words, self._inner))

    def _reason_field(self) -> QLineEdit:
        label = PlainLabel(
            self.tr("Reason, for the audit log (optional)"),
            self._inner,
            role="label",
            tone="muted",
        )
        field = QLineEdit(self._inner)
        field.setObjectName("revoke-reason")
        field.setMaxLength(LONGEST_REASON)
        field.setAccessibleName(label.text())
        label.setBuddy(field)
        part = QVBoxLayout()
        part.setSpacing(4)
        part.addWidget(label)
        part.addWidget(field)
        self.content.addLayout(part)
        return field

    def _use_known(self) -> None:
        self._ready()
        self.refit()

    def _done(self, key: ApiKey) -> None:
        self.accept()
        self.revoked.emit(key)

    def _ready(self) -> None:
        if self._key.state is KeyState.REVOKED:
            self.set_ready(self.tr("It is revoked already."))
        elif self.use.loading:
            self.set_ready(self.tr("What used this key is still being looked up."))
        elif not self.typed.confirmed:
            self.set_ready(self.tr("Type the key's name first, exactly as it is written."))
        else:
            self.set_ready()
